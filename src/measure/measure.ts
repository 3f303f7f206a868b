// One version of a kernel at one shape: compiled, held against float64, and only then timed and held against the
// roofline.
import type { GpuContext } from '../gpu/device.ts';
import { GpuError } from '../gpu/errors.ts';
import { encode, supports } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import type { Clock, RecordPass } from '../gpu/timing.ts';
import { checkPrepared, type OutputCheck } from '../kernels/catalogue/check.ts';
import { checkShape } from '../kernels/catalogue/kit.ts';
import type { Family, Prepared, Shape } from '../kernels/catalogue/types.ts';
import { Cancelled, throwIfCancelled } from '../core/cancel.ts';
import { bandwidthAt, ROOF_TOLERANCE, roofMs } from './roofline.ts';
import { samplePlan, SLOW_RUN_MS, summary } from './statistics.ts';
import type { Accuracy, DispatchSource, KernelResult, Roofline, Timing } from './types.ts';

export interface Bench {
  readonly ctx: GpuContext;
  readonly slots: UniformSlots;
  readonly clock: Clock;
  /** The limits of the device; measured when first asked for, and again when `afresh`. */
  roofline(afresh: boolean): Promise<Roofline>;
}
export interface MeasureOptions {
  readonly samples: number;
  readonly signal: AbortSignal;
  /** What one version may take. */
  readonly budgetMs?: number;
}

/**
 * Time of one version, dispatches of one pass, and time of one submit: longer ones stall a page's other work, or are
 * killed by a watchdog.
 */
const BUDGET_MS = 6000;
const MOST_DISPATCHES = 8192;
const SUBMIT_MS = 100;
/**
 * Operations of a shape: a dispatch once begun cannot be cancelled, and a plain version does a hundredth of what a good
 * one does.
 */
const MOST_FLOPS = { hardware: 4e12, software: 1e11 } as const;

/** Several outputs as one: the one that is furthest from its tolerance. */
export function accuracyOf(checks: readonly OutputCheck[]): Accuracy {
  const by = (c: OutputCheck) => (c.pass ? 0 : 1e300) + (c.tolerance > 0 ? c.maxError / c.tolerance : c.maxError);
  const worst = [...checks].sort((a, b) => by(b) - by(a))[0];
  const sum = (f: (c: OutputCheck) => number) => checks.reduce((n, c) => n + f(c), 0);
  const most = (f: (c: OutputCheck) => number) => Math.max(0, ...checks.map(f));
  return {
    pass: checks.length > 0 && checks.every((c) => c.pass),
    nmse: most((c) => c.nmse),
    maxUlp: most((c) => c.maxUlp),
    maxError: worst?.maxError ?? 0,
    tolerance: worst?.tolerance ?? 0,
    checked: sum((c) => c.checked),
    count: sum((c) => c.count),
    worst: worst ? { output: worst.output, ...worst.worst } : null,
  };
}

/** The features that a version needs and this device lacks. */
export const lacking = (ctx: Pick<GpuContext, 'info'>, needs: readonly string[]): string[] =>
  needs.filter((n) => !supports(ctx.info, [n]));

/** Why a version was refused, for the reader; errors that are nobody's answer are thrown on. */
function reason(ctx: GpuContext, error: unknown): string {
  ctx.assertReady();
  if (error instanceof Cancelled) throw error;
  if (error instanceof RangeError) return `this version cannot take this shape: ${error.message}`;
  if (error instanceof GpuError) return error.message;
  throw error;
}

export async function measureVersion(
  bench: Bench,
  family: Family,
  version: string,
  shape: Shape,
  options: MeasureOptions,
): Promise<KernelResult> {
  const { ctx, slots } = bench;
  const { signal } = options;
  const needs = family.versions.find((v) => v.id === version)?.needs;
  if (!needs)
    throw new RangeError(
      `${family.id} has no version '${version}'; there are ${family.versions.map((v) => v.id).join(', ')}`,
    );
  throwIfCancelled(signal);
  let accuracy = accuracyOf([]);
  let compileMs = 0;
  let work = { flops: 0, bytes: 0 };
  let movedBytes = 0;
  const result = (
    timing: Timing | null,
    because: string,
    roof: ReturnType<typeof roofMs> = { ms: 0, boundBy: 'memory' },
  ): KernelResult => {
    const seconds = timing && timing.medianMs / 1000;
    return {
      family: family.id,
      version,
      shape,
      accuracy,
      timing,
      because,
      compileMs,
      work,
      movedBytes,
      flops: seconds && work.flops / seconds,
      bytesPerSecond: seconds && work.bytes / seconds,
      roofMs: roof.ms,
      share: timing && Math.min(1, roof.ms / timing.medianMs),
      boundBy: roof.boundBy,
    };
  };
  const lacks = lacking(ctx, needs);
  if (lacks.length > 0) return result(null, `it needs ${lacks.join(', ')}, which this device lacks`);
  let prepared: Prepared;
  try {
    checkShape(family.id, family.dims, shape);
    work = family.work(shape);
    const most = MOST_FLOPS[ctx.info.isSoftware ? 'software' : 'hardware'];
    if (work.flops > most)
      return result(
        null,
        `${work.flops.toExponential(1)} operations are more than are measured here (${most.toExponential(0)}): take a smaller shape`,
      );
    prepared = await family.prepare(ctx, slots, version, shape);
  } catch (error) {
    return result(null, reason(ctx, error));
  }
  try {
    compileMs = compileMsOf(prepared);
    movedBytes = family.moves(version, shape);
    ctx.takeError(); // what went wrong before was told before
    accuracy = accuracyOf(await checkPrepared(ctx, prepared));
    const refused = ctx.takeError();
    if (refused !== undefined) return result(null, `the GPU refused it: ${refused}`);
    const { worst } = accuracy;
    if (!accuracy.pass)
      return result(
        null,
        `its output is wrong: ${worst ? `${worst.output}[${worst.index}] is ${worst.got} where float64 says ${worst.expected} (${accuracy.tolerance} apart at most)` : 'nothing was checked'}`,
      );
    throwIfCancelled(signal);
    const { timing, because } = await timeRuns(bench, repeatable(prepared), {
      ...options,
      mostRepeats: Math.max(1, Math.floor(MOST_DISPATCHES / prepared.calls.length)),
    });
    if (!timing) return result(null, because);
    // What works in place moves more than it touches, and lies in a nearer cache than its bytes would.
    const workingSet = Math.min(work.bytes, boundBytes(prepared));
    let roofline = await bench.roofline(false);
    let roof = roofMs(roofline, work, { needs, workingSet });
    if (aboveRoof(timing, roof.ms)) {
      roofline = await bench.roofline(true);
      roof = roofMs(roofline, work, { needs, workingSet });
    }
    if (aboveRoof(timing, roof.ms)) {
      const limit =
        roof.boundBy === 'compute'
          ? `${(roofline.peakFlops / 1e9).toFixed(1)} GFLOP/s`
          : `${(bandwidthAt(roofline.bandwidth, workingSet) / 1e9).toFixed(2)} GB/s`;
      return result(
        null,
        `a median of ${timing.medianMs.toPrecision(3)} ms is faster than this device can be (${limit} measured twice give ${roof.ms.toPrecision(3)} ms, and ${100 * ROOF_TOLERANCE} % are allowed): the time or the roofline is wrong`,
        roof,
      );
    }
    const over = roof.ms / timing.medianMs - 1;
    return result(
      timing,
      [
        because,
        ...(over > 0.005
          ? [`${(100 * over).toFixed(0)} % above the measured roofline, of which ${100 * ROOF_TOLERANCE} % are allowed`]
          : []),
      ]
        .filter((t) => t !== '')
        .join('; '),
      roof,
    );
  } finally {
    prepared.destroy();
  }
}

/** Faster than the roof allows, by more than the tolerance and by more than the clock can tell. */
export const aboveRoof = (timing: Pick<Timing, 'medianMs' | 'resolutionMs'>, roof: number): boolean =>
  timing.medianMs + timing.resolutionMs < roof / (1 + ROOF_TOLERANCE);

/** What compiling the pipelines of some calls took when it was done. */
export function compileMsOf({ calls }: Pick<Prepared, 'calls'>): number {
  return [...new Map(calls.map((c) => [c.pipeline, c.source.compileMs])).values()].reduce((a, b) => a + b, 0);
}

/** Bytes of everything that is bound, each buffer once: the most that a run can touch. */
export const boundBytes = ({ calls }: Pick<Prepared, 'calls'>): number =>
  [...new Set(calls.flatMap((c) => Object.values(c.resources).map((r) => ('buffer' in r ? r.buffer : r))))].reduce(
    (n, b) => n + b.size,
    0,
  );

/** Records one run of the operation so many times. */
export const repeatable =
  ({ calls }: Pick<Prepared, 'calls'>) =>
  (repeats: number): RecordPass =>
  (pass) => {
    for (let i = 0; i < repeats; i++) for (const call of calls) encode(pass, call);
  };

/** Warm-up, repeats until the clock sees them well, then samples. */
export async function timeRuns(
  { clock }: Pick<Bench, 'clock'>,
  record: (repeats: number) => RecordPass,
  { samples, signal, budgetMs = BUDGET_MS, mostRepeats }: MeasureOptions & { readonly mostRepeats: number },
): Promise<{ readonly timing: Timing | null; readonly because: string }> {
  const take = async (repeats: number, count: number, batch: number) => {
    const ms: number[] = [];
    let last: Awaited<ReturnType<Clock['times']>> | undefined;
    for (let left = count; left > 0; left -= batch) {
      throwIfCancelled(signal);
      last = await clock.times(Array<RecordPass>(Math.min(left, batch)).fill(record(repeats)));
      ms.push(...last.ms.filter((t) => t > 0)); // 0: shorter than a step of the clock, or the clock was reset meanwhile
    }
    return { ms, source: last!.source, resolutionMs: last!.resolutionMs };
  };
  const first = await take(1, 1, 1);
  const { source } = first;
  const slow = first.ms[0]! > SLOW_RUN_MS;
  let { ms, resolutionMs } = first;
  // A run of seconds is not run once more than it must be.
  if (!slow) ms.push(...(await take(1, 1, 1)).ms);
  // Submitting and waiting is part of what a page's own clock sees: it is measured, stated as the resolution, and made
  // small by repeats.
  if (source === 'wall') {
    const empty: number[] = [];
    for (let i = 0; i < 5; i++) empty.push(...(await clock.times([() => {}])).ms);
    resolutionMs = Math.max(resolutionMs, Math.min(...empty));
  }
  // No time at all: shorter than a step of the clock, or the clock was reset.
  const shortest = (times: readonly number[]) => (times.length > 0 ? Math.min(...times) : 0);
  let runMs = shortest(ms);
  let repeats = 1;
  // From what the clock hardly sees no number of repeats can be told.
  while (!(runMs * repeats >= 10 * resolutionMs) && repeats < mostRepeats) {
    repeats = Math.min(mostRepeats, repeats * 8);
    const more = await take(repeats, 2, 1);
    if (source === 'timestamp') resolutionMs = more.resolutionMs;
    runMs = shortest(more.ms) / repeats;
  }
  if (!(runMs > 0 && Number.isFinite(runMs))) return { timing: null, because: 'the clock of this device gave no time' };
  let plan = samplePlan(runMs, resolutionMs, samples, budgetMs, mostRepeats);
  const submit = (p: typeof plan) => Math.max(1, Math.min(clock.capacity, Math.floor(SUBMIT_MS / (p.repeats * runMs))));
  // Other work on the machine may have made the first runs seem long: the shortest of a few tells better.
  if (!slow) {
    const again = await take(plan.repeats, 3, Math.min(3, submit(plan)));
    if (again.ms.length > 0) runMs = Math.min(runMs, shortest(again.ms) / plan.repeats);
    plan = samplePlan(runMs, resolutionMs, samples, budgetMs, mostRepeats);
  }
  const got = await take(plan.repeats, plan.samples, submit(plan));
  if (got.ms.length < plan.samples / 2)
    return { timing: null, because: 'the clock of this device gave no time for most samples' };
  if (source === 'timestamp') resolutionMs = got.resolutionMs;
  ms = got.ms;
  const { median, low, high } = summary(ms.map((t) => t / plan.repeats));
  return {
    timing: {
      medianMs: median,
      lowMs: low,
      highMs: high,
      samples: ms.length,
      repeats: plan.repeats,
      source,
      resolutionMs: resolutionMs / plan.repeats,
    },
    because: plan.because,
  };
}

/** The dispatches of one run as a reader may study them; those of one source and size are counted together. */
export function dispatchSources({ calls }: Pick<Prepared, 'calls'>): DispatchSource[] {
  const found = new Map<string, DispatchSource & { times: number }>();
  for (const { label, source, resources, grid } of calls) {
    const key = `${label}\0${grid.join()}\0${source.code}`;
    const known = found.get(key);
    if (known) {
      known.times++;
      continue;
    }
    const bound: DispatchSource['bound'][number][] = Object.entries(source.bindings).map(([name, access]) => {
      const resource = resources[name]!;
      return {
        name,
        access,
        bytes: 'buffer' in resource ? (resource.size ?? resource.buffer.size - (resource.offset ?? 0)) : resource.size,
      };
    });
    found.set(key, {
      label,
      code: source.code,
      bound: [...bound, { name: 'args', access: 'uniform', bytes: source.argBytes }],
      workgroups: grid,
      times: 1,
    });
  }
  return [...found.values()];
}
