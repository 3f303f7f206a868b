// One version of a kernel at one shape: compiled, checked against float64, and only then timed and compared with the
// roofline.
import type { GpuContext } from '../gpu/device.ts';
import { GpuError } from '../gpu/errors.ts';
import { supports } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import type { Clock } from '../gpu/timing.ts';
import { checkPrepared, type OutputCheck } from '../kernels/catalogue/check.ts';
import { checkShape } from '../kernels/catalogue/harness.ts';
import type { Family, Prepared, Shape } from '../kernels/catalogue/types.ts';
import { Cancelled, throwIfCancelled } from '../core/cancel.ts';
import { boundBytes, compileMsOf, repeatable } from './dispatches.ts';
import { bandwidthAt, ROOF_TOLERANCE, roofMs } from './roofline.ts';
import { timeRuns, type TimeOptions } from './timeRuns.ts';
import type { Accuracy, KernelResult, Roofline, Timing } from './types.ts';

export interface Bench {
  readonly ctx: GpuContext;
  readonly slots: UniformSlots;
  readonly clock: Clock;
  /** The limits of the device; measured when first asked for, and again when `afresh`. */
  roofline(afresh: boolean): Promise<Roofline>;
}
export type MeasureOptions = Omit<TimeOptions, 'mostRepeats'>;

/** Of one pass: a longer one stalls a page's other work, or is killed by a watchdog. */
const MOST_DISPATCHES = 8192;
/**
 * Operations of a shape: a running dispatch cannot be cancelled, and a naive version has a hundredth of a good one's
 * rate.
 */
const MOST_FLOPS = { hardware: 4e12, software: 1e11 } as const;

/** Accuracy of several outputs together: that of the one nearest to, or furthest past, its tolerance. */
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

/** Why a version was refused, for the reader; any other error is thrown on. */
function reason(ctx: GpuContext, error: unknown): string {
  ctx.assertReady();
  if (error instanceof Cancelled) throw error;
  if (error instanceof RangeError) return `this version cannot take this shape: ${error.message}`;
  if (error instanceof GpuError) return error.message;
  throw error;
}

function wrongBecause({ worst, tolerance }: Accuracy): string {
  if (!worst) return 'nothing was checked';
  const { output, index, got, expected } = worst;
  return `${output}[${index}] is ${got} where float64 says ${expected} (${tolerance} apart at most)`;
}

type Roof = ReturnType<typeof roofMs>;
const TOLERATED = `${100 * ROOF_TOLERANCE} %`;

/** The measured limit that a roof stands on. */
function limitOf(roofline: Roofline, { boundBy }: Roof, workingSet: number): string {
  if (boundBy === 'compute') return `${(roofline.peakFlops / 1e9).toFixed(1)} GFLOP/s`;
  return `${(bandwidthAt(roofline.bandwidth, workingSet) / 1e9).toFixed(2)} GB/s`;
}
function impossible(timing: Timing, roof: Roof, limit: string): string {
  const took = `a median of ${timing.medianMs.toPrecision(3)} ms is faster than this device can be`;
  const least = `${limit} measured twice give ${roof.ms.toPrecision(3)} ms, and ${TOLERATED} are allowed`;
  return `${took} (${least}): the time or the roofline is wrong`;
}

/** One version at one shape: checked against float64, timed if it is right, and compared with the roofline. */
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
  if (!needs) {
    const known = family.versions.map((v) => v.id).join(', ');
    throw new RangeError(`${family.id} has no version '${version}'; there are ${known}`);
  }
  throwIfCancelled(signal);
  let accuracy = accuracyOf([]);
  let compileMs = 0;
  let work = { flops: 0, bytes: 0 };
  let movedBytes = 0;
  const noRoof: Roof = { ms: 0, boundBy: 'memory' };
  const result = (timing: Timing | null, because: string, roof = noRoof): KernelResult => {
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
    if (work.flops > most) {
      const [asked, allowed] = [work.flops.toExponential(1), most.toExponential(0)];
      return result(null, `${asked} operations are more than are measured here (${allowed}): take a smaller shape`);
    }
    prepared = await family.prepare(ctx, slots, version, shape);
  } catch (error) {
    return result(null, reason(ctx, error));
  }
  try {
    compileMs = compileMsOf(prepared);
    movedBytes = family.moves(version, shape);
    ctx.takeError(); // an earlier error was reported by what caused it
    accuracy = accuracyOf(await checkPrepared(ctx, prepared));
    const refused = ctx.takeError();
    if (refused !== undefined) return result(null, `the GPU refused it: ${refused}`);
    if (!accuracy.pass) return result(null, `its output is wrong: ${wrongBecause(accuracy)}`);
    throwIfCancelled(signal);
    const { timing, because } = await timeRuns(bench.clock, repeatable(prepared), {
      ...options,
      mostRepeats: Math.max(1, Math.floor(MOST_DISPATCHES / prepared.calls.length)),
    });
    if (!timing) return result(null, because);
    // A kernel that works in place moves more bytes than it touches: its working set fits a nearer cache.
    const workingSet = Math.min(work.bytes, boundBytes(prepared));
    let roofline = await bench.roofline(false);
    let roof = roofMs(roofline, work, { needs, workingSet });
    if (aboveRoof(timing, roof.ms)) {
      roofline = await bench.roofline(true);
      roof = roofMs(roofline, work, { needs, workingSet });
    }
    if (aboveRoof(timing, roof.ms)) {
      return result(null, impossible(timing, roof, limitOf(roofline, roof, workingSet)), roof);
    }
    const over = roof.ms / timing.medianMs - 1;
    const above = `${(100 * over).toFixed(0)} % above the measured roofline, of which ${TOLERATED} are allowed`;
    return result(timing, [because, over > 0.005 ? above : ''].filter((t) => t !== '').join('; '), roof);
  } finally {
    prepared.destroy();
  }
}

/** Faster than the roof allows, by more than the tolerance and by more than the clock can tell. */
export const aboveRoof = (timing: Pick<Timing, 'medianMs' | 'resolutionMs'>, roof: number): boolean =>
  timing.medianMs + timing.resolutionMs < roof / (1 + ROOF_TOLERANCE);
