/**
 * Times one case: every engine is prepared, runs once, and its output is compared with float64; only engines that are
 * right are timed, one sample each in turn, so that other load on the machine affects them all alike. A sample is
 * several runs and one synchronisation: by the second run's time, as many runs as last `sampleMs`.
 */
import { deviceOf, open } from './engines/index.ts';
import { spread, type Spread } from './stats.ts';
import type { Case, EngineId, Envs, Host, Prepared, Samples } from './types.ts';
import { owning, takeDispatches, takeErrors } from './watch.ts';

export interface Settings {
  readonly samples: number;
  /** A slow engine gets fewer samples, but no fewer than this. */
  readonly leastSamples: number;
  readonly sampleMs: number;
  /** Time an engine may take for all samples of a case. */
  readonly engineMs: number;
  /**
   * The GPU process's own processor time in ms, where it can be read: a second clock that other programs do not
   * disturb.
   */
  readonly cpu?: (engine: EngineId) => Promise<number | undefined>;
}
export interface Timed {
  readonly status: 'ok';
  readonly note?: string;
  readonly firstMs: number;
  readonly dispatches: number;
  readonly batch: number;
  readonly ms: Spread;
  readonly cpuMs?: Spread;
  readonly error: number;
}
export interface Untimed {
  readonly status: 'wrong' | 'skipped' | 'failed' | 'absent';
  readonly reason: string;
  readonly note?: string;
}
export type Outcome = Timed | Untimed;
export interface CaseResult {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly shape: string;
  readonly flops: number;
  readonly bytes: number;
  readonly engines: { readonly [E in EngineId]?: Outcome };
}

/**
 * Milliseconds of one run by case and engine: a larger case is not begun where a smaller one says that it cannot end in
 * time.
 */
const pilots = new Map<string, number>();
const LONG = 150_000;
/** Bytes that the outputs of one sample may take. */
const KEPT = 512e6;

/** What a case that takes long is given instead of the usual. */
const settingsOf = ({ long }: Case, usual: Settings): Settings =>
  long
    ? {
        ...usual,
        samples: Math.min(usual.samples, long.samples),
        leastSamples: Math.min(usual.leastSamples, long.samples),
        engineMs: long.engineMs,
      }
    : usual;

export async function measureCase(
  c: Case,
  chosen: readonly EngineId[],
  usual: Settings,
  host: Host,
): Promise<CaseResult> {
  const settings = settingsOf(c, usual);
  const patience = Math.max(LONG, settings.engineMs);
  const inputs = await c.inputs();
  const wanted = await c.reference(inputs);
  const outcomes: Partial<Record<EngineId, Outcome>> = {};
  const running: {
    engine: EngineId;
    prepared: Prepared;
    firstMs: number;
    oneMs: number;
    dispatches: number;
    error: number;
    times: number[];
    cpu: number[];
  }[] = [];
  for (const engine of chosen) {
    const make = c.engines[engine] as ((env: Envs[EngineId], inputs: unknown) => Promise<Prepared>) | undefined;
    if (!make) {
      if (c.absent?.[engine]) outcomes[engine] = { status: 'absent', reason: c.absent[engine] };
      continue;
    }
    const before = c.pilot && pilots.get(`${c.pilot.id} ${engine}`);
    const expected = before && before * c.pilot!.factor;
    if (expected && expected * (settings.leastSamples + 2) > settings.engineMs) {
      pilots.set(`${c.id} ${engine}`, expected);
      outcomes[engine] = { status: 'skipped', reason: tooLong(expected, c.pilot!.id, settings) };
      continue;
    }
    let prepared: Prepared | undefined;
    try {
      const env = await inTime(open(engine, host), 'starting', patience);
      takeErrors(deviceOf(engine));
      // Its device may have been lost and replaced, and some engines create one on first use.
      const ready = await owning(deviceOf(engine), [], () =>
        inTime(make(env as Envs[EngineId], inputs), 'preparing', patience),
      );
      prepared = ready;
      const firstMs = await runs(ready, 1, patience);
      // This includes compilation; but a run that takes this long even once is not repeated.
      if (firstMs > settings.engineMs) {
        outcomes[engine] = {
          status: 'skipped',
          reason: `its first run, compilation included, took ${(firstMs / 1000).toFixed(0)} s`,
          ...(ready.note && { note: ready.note }),
        };
        await ready.dispose();
        continue;
      }
      const output = await inTime(ready.read(), 'reading', patience);
      const [error, at] = worst(output, wanted, c.tolerance);
      takeDispatches();
      // What is wrong is not repeated: it may have taken a minute.
      const oneMs = at ? firstMs : await runs(ready, 1, patience);
      const dispatches = takeDispatches();
      pilots.set(`${c.id} ${engine}`, oneMs);
      const faults = takeErrors(deviceOf(engine));
      const note = ready.note && { note: ready.note };
      let refusal: Untimed | undefined;
      if (faults.length > 0)
        refusal = { status: 'wrong', reason: `WebGPU refused its work: ${faults[0]!.slice(0, 200)}`, ...note };
      else if (at) refusal = { status: 'wrong', reason: at, ...note };
      else if (engine !== 'wasm' && dispatches === 0)
        refusal = { status: 'wrong', reason: 'it dispatched nothing: this did not run on the GPU', ...note };
      else if (oneMs * settings.leastSamples > settings.engineMs)
        refusal = { status: 'skipped', reason: tooLong(oneMs, undefined, settings), ...note };
      if (refusal) {
        outcomes[engine] = refusal;
        await ready.dispose();
      } else running.push({ engine, prepared: ready, firstMs, oneMs, dispatches, error, times: [], cpu: [] });
    } catch (cause) {
      outcomes[engine] = {
        status: 'failed',
        reason: (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.slice(0, 300),
      };
      await Promise.resolve(prepared?.dispose()).catch(() => undefined);
    }
  }

  // A second estimate, warm: the first run of an engine compiles, and even the second may.
  for (const r of running)
    for (let n = 4; r.oneMs < 4 * settings.sampleMs && n * r.oneMs < 4 * settings.sampleMs && n <= 64; n *= 4)
      r.oneMs = Math.min(r.oneMs, (await runs(r.prepared, n, patience)) / n);
  // Some engines keep every output of a batch.
  const most = Math.max(16, Math.min(2048, Math.floor(KEPT / c.bytes)));
  const plans = running.map((r) => {
    const batch = Math.max(1, Math.min(most, Math.round(settings.sampleMs / r.oneMs)));
    const each = batch * r.oneMs;
    return {
      ...r,
      batch,
      samples: Math.max(settings.leastSamples, Math.min(settings.samples, Math.floor(settings.engineMs / each))),
    };
  });
  for (let round = 0; round < settings.samples; round++) {
    // Each round begins with another engine: none is always the one that follows the slowest.
    for (let i = 0; i < plans.length; i++) {
      const plan = plans[(i + round) % plans.length]!;
      if (round >= plan.samples || outcomes[plan.engine]) continue;
      try {
        const from = await settings.cpu?.(plan.engine);
        const ms = await runs(plan.prepared, plan.batch, patience);
        const to = await settings.cpu?.(plan.engine);
        plan.times.push(ms / plan.batch);
        if (from !== undefined && to !== undefined) plan.cpu.push((to - from) / plan.batch);
      } catch (cause) {
        outcomes[plan.engine] = { status: 'failed', reason: (cause as Error).message.split('\n')[0]!.slice(0, 300) };
      }
    }
  }
  for (const { engine, prepared, firstMs, dispatches, error, batch, times, cpu } of plans) {
    const faults = takeErrors(deviceOf(engine));
    if (faults.length > 0)
      outcomes[engine] = { status: 'wrong', reason: `WebGPU refused its work: ${faults[0]!.slice(0, 200)}` };
    outcomes[engine] ??= {
      status: 'ok',
      ...(prepared.note && { note: prepared.note }),
      firstMs,
      dispatches,
      batch,
      ms: spread(times),
      ...(cpu.length > 0 && { cpuMs: spread(cpu) }),
      error,
    };
    await Promise.resolve(prepared.dispose()).catch(() => undefined);
  }
  const { id, group, title, shape, flops, bytes } = c;
  return { id, group, title, shape, flops, bytes, engines: outcomes };
}

async function runs(prepared: Prepared, count: number, patience: number): Promise<number> {
  const start = performance.now();
  const all = (async () => {
    for (let i = 0; i < count; i++) {
      const pending = prepared.run();
      if (pending) await pending; // an await costs a turn of the event loop: only for those that need it
    }
    await prepared.sync();
  })();
  await inTime(all, 'running', patience);
  return performance.now() - start;
}

/** Largest error as a share of what is allowed, and a sentence when it is too large. */
function worst(
  output: Float32Array,
  { index, value }: Samples,
  { abs, rel }: Case['tolerance'],
): readonly [number, string | undefined] {
  let most = 0;
  let sentence: string | undefined;
  for (let i = 0; i < index.length; i++) {
    const got = output[index[i]!];
    const want = value[i]!;
    const share = got === undefined ? Infinity : Math.abs(got - want) / (abs + rel * Math.abs(want));
    if (!(share <= most)) most = Number.isNaN(share) ? Infinity : share;
    if (!(share <= 1)) sentence ??= `output ${index[i]} is ${got}, not ${want.toPrecision(6)}`;
  }
  return [most, sentence && `${sentence}; the largest error is ${most.toPrecision(2)} times what is allowed`];
}

const tooLong = (ms: number, from: string | undefined, { leastSamples, engineMs }: Settings) =>
  `one run takes about ${(ms / 1000).toFixed(1)} s${from ? ` (from ${from})` : ''}: ${leastSamples} samples do not fit into ${engineMs / 1000} s`;

function inTime<T>(work: Promise<T>, what: string, patience: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${patience / 1000} s`)), patience);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
