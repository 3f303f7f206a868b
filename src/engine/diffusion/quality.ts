import { breathe, throwIfCancelled } from '../../core/cancel.ts';
import { judge, metricIds, metrics, type MetricId } from '../../metrics/samples/index.ts';
import { PARTS, partsLeftOut, scaled } from '../../metrics/samples/leaveOut.ts';
import type { Batch, Subject } from '../../metrics/samples/types.ts';
import { assignComponents } from '../../models/mixture.ts';
import { exactTarget, targetLogDensity, targetSamples, type ExactTarget } from '../../models/target.ts';
import { exactDensity, type DensityGrid } from './exactDensity.ts';
import { labelsOf, sourceOf } from './cpuDenoisers.ts';
import type { Judged } from './copies.ts';
import type { Problem } from './problem.ts';

/**
 * Fresh target samples that runs are compared with: as many as the run has, and at least this many. The floors include
 * their sampling error.
 */
const TARGET_SAMPLES = 512;
const TARGET_SEED = 0x7a7;
const FLOOR_REPEATS = 6;

const PAIRED = metricIds.filter((id) => metrics[id].against === 'reference');
const WITHOUT_REFERENCE = metricIds.filter((id) => !PAIRED.includes(id));

/** Jackknife replicates: values of each metric with each part of the samples left out; a metric that a part does not allow is absent. */
export type Replicates = Partial<Record<MetricId, readonly number[]>>;

/** Judges finished runs of one problem: metrics by id, those that apply. */
export class Judge {
  readonly #problem: Judged;
  readonly #target: ExactTarget | null;
  readonly #fresh: Batch | null;
  #density: DensityGrid | null = null;
  /** What the feature net sees in a batch, looked at once. */
  readonly #seen = new WeakMap<Float32Array, Awaited<ReturnType<Problem['features']>>>();

  constructor(problem: Judged) {
    this.#problem = problem;
    const { samples } = problem.key;
    this.#target = exactTarget(sourceOf(problem.key));
    this.#fresh = this.#target && targetSamples(this.#target, Math.max(samples, TARGET_SAMPLES), TARGET_SEED);
  }

  /**
   * `reference` is null for stochastic samplers, whose endpoint is not a function of the starting noise alone. While one
   * that was promised is solved, what needs none is judged.
   */
  async measure(
    x: Float32Array,
    reference: Float32Array | null | Promise<Float32Array | null>,
  ): Promise<Partial<Record<MetricId, number>>> {
    const alone = await this.#subject(x, null);
    const reduced = this.#fresh && (await this.#problem.reduce(x, this.#fresh));
    // The solver hands its first steps to the GPU before this thread is busy.
    if (reference instanceof Promise) await breathe();
    const others = judge({ ...alone, ...reduced }, WITHOUT_REFERENCE);
    const end = await reference;
    return end ? { ...judge({ ...alone, reference: { ...alone.samples, data: end } }, PAIRED), ...others } : others;
  }

  /**
   * The metrics with each of PARTS parts of the samples left out: what halfWidth makes an interval of. Empty when there
   * are too few samples.
   */
  async replicates(x: Float32Array, reference: Float32Array | null, signal: AbortSignal): Promise<Replicates> {
    const subject = await this.#subject(x, reference);
    const without = partsLeftOut(subject);
    if (!without) return {};
    const parts: Partial<Record<MetricId, number>>[] = [];
    for (let part = 0; part < PARTS; part++) {
      // A run that the reader has replaced must be let go; each time costs some milliseconds of waiting.
      if (part % 2 === 0) await breathe();
      throwIfCancelled(signal);
      parts.push(judge(without(part)));
    }
    const out: Replicates = {};
    for (const id of metricIds) {
      const values = parts.flatMap((p) => (p[id] === undefined ? [] : [p[id]]));
      if (values.length === PARTS) out[id] = scaled(values, subject.samples.n);
    }
    return out;
  }

  async #subject(x: Float32Array, reference: Float32Array | null): Promise<Subject> {
    const { card } = this.#problem.key;
    const dim = card.shape.dim;
    const n = x.length / dim;
    const seen = this.#seen.get(x) ?? (await this.#problem.features(x));
    this.#seen.set(x, seen);
    return {
      samples: { n, dim, data: x },
      ...(reference && { reference: { n, dim, data: reference } }),
      ...this.#plane(),
      ...(seen && {
        features: {
          samples: { n, dim: seen.featureDim, data: seen.features },
          real: seen.real,
          logits: { n, dim: seen.classes, data: seen.logits },
          labels: card.classes.length > 0 ? labelsOf(this.#problem.key) : [],
        },
      }),
    };
  }

  /**
   * The exact density of a mixture target on a square raster of the part that is shown, row by row from the bottom,
   * scaled to maximum 1; null where there is no closed form worth drawing (points and images).
   */
  density(): DensityGrid | null {
    const { view = 3 } = this.#problem.key.card;
    const target = this.#target;
    if (target?.kind !== 'mixture') return null;
    this.#density ??= exactDensity((x) => targetLogDensity(target, x, 0), view);
    // A copy: what crosses to the page is transferred, and the next run wants it too.
    return { ...this.#density, values: this.#density.values.slice() };
  }

  #plane(): Partial<Subject> {
    const target = this.#target;
    if (!target || !this.#fresh) return {};
    const { range } = this.#problem.key.card;
    return {
      target: this.#fresh,
      logDensity: (x) => targetLogDensity(target, x, range.min),
      ...(target.kind === 'mixture' && {
        modes: { weights: target.mixture.weights, assign: (x: Float64Array) => assignComponents(target.mixture, x, 0) },
      }),
    };
  }

  /**
   * What exact samples of the run's size score against the same target set: mean and standard deviation over repeats.
   */
  floors(): { metric: MetricId; mean: number; sd: number }[] {
    const target = this.#target;
    if (!target) return [];
    const ids = metricIds.filter((id) => metrics[id].against === 'target');
    const runs = Array.from({ length: FLOOR_REPEATS }, (_, r) =>
      judge({ samples: targetSamples(target, this.#problem.key.samples, TARGET_SEED, r + 1), ...this.#plane() }, ids),
    );
    return ids.flatMap((metric) => {
      const values = runs.flatMap((run) => (run[metric] === undefined ? [] : [run[metric]]));
      if (values.length < 2) return [];
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [{ metric, mean, sd: Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / (values.length - 1)) }];
    });
  }
}
