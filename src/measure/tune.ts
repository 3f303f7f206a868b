// A short measured search: which version of each kernel is best on this device. Right first, then quick, then sure.
import type { GpuContext } from '../gpu/device.ts';
import { GpuError } from '../gpu/errors.ts';
import { encode, supports } from '../gpu/kernel.ts';
import type { RecordPass } from '../gpu/timing.ts';
import { checkPrepared } from '../kernels/catalogue/check.ts';
import { familyById } from '../kernels/catalogue/index.ts';
import type { Family, Prepared } from '../kernels/catalogue/types.ts';
import { byTable } from '../kernels/choose.ts';
import { type KernelChoices, type KernelFamily, kernelVersions, needsOf } from '../core/kernelVersions.ts';
import { Cancelled, throwIfCancelled } from '../core/cancel.ts';
import type { Bench } from './measure.ts';
import { median } from './statistics.ts';
import { tuneCases, type TuneCase } from './tunePlan.ts';
import { adapterKey } from '../engine/tuning/tuningStore.ts';
import type { TuneCandidate, TuneStep, Tuning } from '../engine/tuning/types.ts';

/** A version must be faster than the table's by this share, or what is chosen would change with the weather. */
export const HYSTERESIS = 0.05;
/** A version is out that takes so many times as long as the best: at its first glimpse, and after the quick rounds. */
const HOPELESS = 3;
const OUT = 2;
const QUICK_ROUNDS = 3;
const MOST_ROUNDS = 15;
/** Time of the whole search, and of compiling and checking one candidate. */
const BUDGET_MS = { hardware: 10_000, software: 80_000 } as const;
const PATIENCE_MS = { hardware: 3000, software: 10_000 } as const;

export interface TuneOptions {
  readonly appVersion: string;
  readonly signal: AbortSignal;
  readonly progress: (step: TuneStep) => void;
  /** What was found before, of families that are not measured now. */
  readonly before?: Tuning | null;
  readonly budgetMs?: number;
  readonly patienceMs?: number;
  readonly lookUp?: (id: string) => Family | undefined;
  readonly casesOf?: (family: KernelFamily) => readonly TuneCase[];
}

/** The version to run: the fastest, unless the table's is nearly as fast. */
export function decide(candidates: readonly TuneCandidate[], table: string): string {
  const timed = candidates
    .filter((c): c is TuneCandidate & { medianMs: number } => c.medianMs !== null)
    .sort((a, b) => a.medianMs - b.medianMs);
  const best = timed[0];
  const usual = timed.find((c) => c.version === table);
  return !best || (usual && best.medianMs > usual.medianMs * (1 - HYSTERESIS)) ? table : best.version;
}

/** Measures the families (all when empty) and gives their choices together with those made before. */
export async function tuneKernels(
  bench: Bench,
  wanted: readonly KernelFamily[],
  options: TuneOptions,
): Promise<Tuning> {
  const { info } = bench.ctx;
  const kind = info.isSoftware ? 'software' : 'hardware';
  // The dearest stand first in the list and are measured last: with the time that the others left over.
  const families = (Object.keys(kernelVersions) as KernelFamily[])
    .reverse()
    .filter((f) => wanted.length === 0 || wanted.includes(f));
  const end =
    performance.now() +
    (options.budgetMs ?? BUDGET_MS[kind]) * Math.max(0.25, families.length / Object.keys(kernelVersions).length);
  const kept = options.before?.steps.filter((s) => !families.includes(s.family)) ?? [];
  const steps: TuneStep[] = [...kept];
  const choices: Record<string, string> = Object.fromEntries(
    Object.entries(options.before?.choices ?? {}).filter(([f]) => !families.includes(f as KernelFamily)),
  );
  for (const [i, family] of families.entries()) {
    throwIfCancelled(options.signal);
    const share = Math.max(0, end - performance.now()) / (families.length - i);
    const step = {
      ...(await tuneFamily(bench, family, share, { ...options, patienceMs: options.patienceMs ?? PATIENCE_MS[kind] })),
      done: i + 1,
      of: families.length,
    };
    steps.push(step);
    if (step.candidates.some((c) => c.medianMs !== null)) choices[family] = step.chosen;
    options.progress(step);
  }
  return {
    adapter: adapterKey(info),
    appVersion: options.appVersion,
    measuredAt: new Date().toISOString(),
    choices: choices as KernelChoices,
    steps,
  };
}

interface Candidate {
  readonly version: string;
  readonly cases: readonly { readonly prepared: Prepared; readonly runs: number }[];
  repeats: number;
  readonly samples: number[];
  because: string;
}

async function tuneFamily(
  bench: Bench,
  family: KernelFamily,
  budgetMs: number,
  options: TuneOptions & { readonly patienceMs: number },
): Promise<Omit<TuneStep, 'done' | 'of'>> {
  const { ctx, clock } = bench;
  const { signal, patienceMs, lookUp = familyById } = options;
  const table = byTable(ctx.info, family);
  const began = performance.now();
  const cases = (options.casesOf ?? ((f: KernelFamily) => tuneCases(ctx.info, f)))(family).map((c) => {
    const entry = lookUp(c.family);
    const shape = entry?.shapes.find((s) => s.label === c.shape)?.shape;
    if (!entry || !shape) throw new RangeError(`the catalogue has no '${c.family}' at '${c.shape}'`);
    return { ...c, entry, size: shape };
  });
  const shapes = cases.map((c) => `${c.runs} × ${c.family}, ${c.shape}`);
  const out: TuneCandidate[] = [];
  const running: Candidate[] = [];
  const give = (version: string, medianMs: number | null, because = '') =>
    void out.push({ version, medianMs, because });
  // The table's choice first: when time runs out it is at least known. Then the newest, since the first is the
  // plainest.
  const versions = Object.keys(kernelVersions[family])
    .reverse()
    .sort((a, b) => Number(b === table) - Number(a === table));
  let bestGlimpse = Infinity;
  const hopeless = async (first: Prepared): Promise<boolean> => {
    const once = recordOf({ cases: [{ prepared: first, runs: 1 }], repeats: 1 });
    const { ms, resolutionMs } = await clock.times(Array<RecordPass>(Math.min(2, clock.capacity)).fill(once));
    bestGlimpse = Math.min(bestGlimpse, ...ms);
    // A clock of coarse steps shows a short run as 0: beside that, one step is no sign.
    return Math.min(...ms) > HOPELESS * Math.max(bestGlimpse, resolutionMs);
  };
  try {
    for (const version of versions) {
      const lacks = [
        ...needsOf(family, version),
        ...cases.flatMap((c) => c.entry.versions.find((v) => v.id === version)?.needs ?? []),
      ].filter((n, i, all) => !supports(ctx.info, [n]) && all.indexOf(n) === i);
      if (lacks.length > 0) give(version, null, `needs ${lacks.join(', ')}`);
      else if (version !== table && performance.now() - began > budgetMs)
        give(version, null, 'not tried: the search had no time left');
      else {
        const ready = await prepareAll(bench, { version, cases, patienceMs, signal, hopeless });
        if (typeof ready === 'string') give(version, null, ready);
        else running.push({ version, cases: ready, repeats: 1, samples: [], because: '' });
      }
    }
    let left = [...running];
    const resolutionMs = await calibrate(left, clock, signal);
    const rounds = async (count: number) => {
      for (let i = 0; i < count; i++) {
        throwIfCancelled(signal);
        // One pass of each, in turn: whatever else the machine does, it does to all of them.
        for (let from = 0; from < left.length; from += clock.capacity) {
          const some = left.slice(from, from + clock.capacity);
          const { ms } = await clock.times(some.map((c) => recordOf(c)));
          some.forEach((c, j) => void (ms[j]! > 0 && c.samples.push(ms[j]! / c.repeats)));
        }
      }
    };
    await rounds(QUICK_ROUNDS);
    const best = Math.min(...left.map((c) => median(c.samples)));
    for (const c of left)
      if (median(c.samples) > OUT * best)
        c.because = `over ${OUT} times as long as the best after ${QUICK_ROUNDS} rounds`;
    left = left.filter((c) => c.because === '');
    const roundMs = left.reduce((n, c) => n + median(c.samples) * c.repeats, 0) + resolutionMs;
    const leftMs = budgetMs - (performance.now() - began);
    const affordable = Math.min(MOST_ROUNDS, Math.floor(leftMs / roundMs) || 0);
    if (left.length > 1) await rounds(Math.max(QUICK_ROUNDS, affordable));
    for (const c of running)
      give(
        c.version,
        c.samples.length > 0 ? median(c.samples) : null,
        c.samples.length > 0 ? c.because : 'the clock gave no time',
      );
  } finally {
    for (const c of running) for (const { prepared } of c.cases) prepared.destroy();
  }
  const order = Object.keys(kernelVersions[family]);
  out.sort((a, b) => order.indexOf(a.version) - order.indexOf(b.version));
  return { family, shapes, candidates: out, chosen: decide(out, table), table };
}

interface Preparation {
  readonly version: string;
  readonly cases: readonly (TuneCase & { readonly entry: Family; readonly size: Family['shapes'][number]['shape'] })[];
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Whether the version is out after a first glimpse of its time. */
  hopeless(first: Prepared): Promise<boolean>;
}

/**
 * All cases of a version, each found right; or why it is out. A pipeline that takes too long to compile is left behind
 * and freed when it arrives.
 */
async function prepareAll(
  { ctx, slots }: Bench,
  { version, cases, patienceMs, signal, hopeless }: Preparation,
): Promise<Candidate['cases'] | string> {
  const made: { prepared: Prepared; runs: number }[] = [];
  const drop = (because: string) => {
    for (const { prepared } of made) prepared.destroy();
    return because;
  };
  const until = performance.now() + patienceMs;
  try {
    for (const { entry, size, runs, shape } of cases) {
      throwIfCancelled(signal);
      const making = entry.prepare(ctx, slots, version, size);
      const prepared = await Promise.race([making, after(until - performance.now())]);
      if (!prepared) {
        void making.then(
          (late) => late.destroy(),
          () => {},
        );
        return drop(`compiling it takes more than ${(patienceMs / 1000).toFixed(0)} s`);
      }
      made.push({ prepared, runs });
      ctx.takeError();
      const wrong = (await checkPrepared(ctx, prepared)).find((c) => !c.pass);
      const refused = ctx.takeError();
      if (refused !== undefined) return drop(`the GPU refused it: ${refused}`);
      if (made.length === 1 && !wrong && (await hopeless(prepared)))
        return drop(`over ${HOPELESS} times as long as the best at ${shape}`);
      if (wrong)
        return drop(
          `wrong at ${shape}: ${wrong.output}[${wrong.worst.index}] is ${wrong.worst.got}, not ${wrong.worst.expected}`,
        );
    }
    return made;
  } catch (error) {
    drop('');
    return refusal(ctx, error);
  }
}
function refusal(ctx: GpuContext, error: unknown): string {
  ctx.assertReady();
  if (error instanceof Cancelled || !(error instanceof RangeError || error instanceof GpuError)) throw error;
  return error.message;
}
const after = (ms: number) => new Promise<null>((resolve) => setTimeout(() => resolve(null), Math.max(0, ms)));

/** One step's dispatches of the family, `repeats` times. */
const recordOf =
  ({ cases, repeats }: Pick<Candidate, 'cases' | 'repeats'>): RecordPass =>
  (pass) => {
    for (let i = 0; i < repeats; i++)
      for (const { prepared, runs } of cases)
        for (let run = 0; run < runs; run++) for (const call of prepared.calls) encode(pass, call);
  };

/** Repeats so that each pass is long enough for the clock; also the warm-up. Returns the clock's step. */
async function calibrate(
  candidates: readonly Candidate[],
  clock: Bench['clock'],
  signal: AbortSignal,
): Promise<number> {
  let step = 0;
  for (const c of candidates) {
    for (let round = 0; round < 6; round++) {
      throwIfCancelled(signal);
      const {
        ms: [ms],
        resolutionMs,
        source,
      } = await clock.times([recordOf(c)]);
      step = source === 'wall' ? Math.max(step, Math.min(...(await clock.times([() => {}])).ms)) : resolutionMs;
      const target = Math.max(1, 20 * step);
      if (ms! >= target || c.repeats >= 256) break;
      const growth = (1.2 * target) / Math.max(ms!, step, 1e-3);
      c.repeats = Math.min(256, Math.ceil(c.repeats * Math.min(8, Math.max(1.5, growth))));
    }
  }
  return step;
}
