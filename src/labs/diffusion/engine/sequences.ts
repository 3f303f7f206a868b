// Toy videos, frame by frame: each is sampled given the last few of the same rollout, by any sampler, from the same noise for
// all rows. Denoisers are exact and run in float64 on the processor. A row that fails is named, and the others go on.
import { breathe } from '../../../core/cancel.ts';
import { runCpu } from '../../../engine/diffusion/cpuBackend.ts';
import {
  compareFingerprint,
  formatFingerprint,
  projectState,
  type Reproduction,
  type StepPrint,
} from '../../../engine/diffusion/fingerprint.ts';
import type { LoadWeights } from '../../../engine/diffusion/problem.ts';
import { assertSound } from '../../../engine/diffusion/attempts.ts';
import { tileImages, type Picture } from '../../../engine/diffusion/tiles.ts';
import { normals } from '../../../math/normal.ts';
import type { Batch, Denoiser, ModelCard } from '../../../models/types.ts';
import { contenderPlan, instructionsOf } from '../../../samplers/contenders/contender.ts';
import { depthOf, nfe } from '../../../samplers/diffusion/counting.ts';
import {
  coherence,
  movingDigits,
  nextDenoiser,
  posterior,
  readFrame,
  trueVideos,
  type MovingDigits,
} from '../../../sequences/digits.ts';
import { forgotten, klOfFit, nextFrame } from '../../../sequences/scene.ts';
import { contenderOf, frameOf, MOVING } from '../config/sequenceKind.ts';
import type { Rowed, RowedRow } from '../config/rowed.ts';
import { attempts } from './attempt.ts';
import type { RowedCost, RowedEvent } from './rowed.ts';
import { degrading, exactKl, front, type Trade } from './sequenceLaw.ts';
import { bundled } from './taskGiven.ts';

export interface SequenceAsk {
  readonly setup: Rowed;
  readonly fingerprint: string | null;
}
export interface SequenceBegun {
  /** True videos, frame by frame. */
  readonly truth: readonly Picture[];
  /** What there is to choose between, of a law that is known; null elsewhere. */
  readonly trade: {
    /** Nats that a window of 0, 1, 2 … frames forgets. */
    readonly forgetting: readonly number[];
    /** Of each row: nats that its steps lose, and the front of its budget; none of one that chooses its own steps. */
    readonly degrading: readonly (readonly { readonly steps: number; readonly degraded: number }[])[];
    readonly fronts: readonly (readonly Trade[])[];
  } | null;
}
export type SequenceEvent = RowedEvent<SequenceBegun>;

const PLACES = 7;
const PICTURES_OF_A_CLASS = 2;
/** Draw numbers of a true scene and of its frames' noise. */
const SCENE_DRAW = 0x7363656e;

/** The first pictures of each class: a family small enough to be summed over. */
function family({ points, labels }: { readonly points: Batch; readonly labels: ArrayLike<number> }): Batch {
  const taken = new Map<number, number>();
  const chosen = Array.from({ length: points.n }, (_, i) => i).filter((i) => {
    const label = labels[i]!;
    taken.set(label, (taken.get(label) ?? 0) + 1);
    return taken.get(label)! <= PICTURES_OF_A_CLASS;
  });
  const { dim, data } = points;
  return {
    n: chosen.length,
    dim,
    data: Float64Array.from(
      { length: chosen.length * dim },
      (_, at) => data[chosen[Math.floor(at / dim)]! * dim + (at % dim)]!,
    ),
  };
}

/** A law of videos: the next frame's denoiser, and what is said of a rollout after each frame. */
interface Law {
  truth(): readonly Float64Array[];
  next(given: readonly Float64Array[]): Denoiser;
  figures(
    frames: readonly Float64Array[],
    kl: readonly number[] | null,
    lost: readonly number[] | null,
  ): Record<string, number>;
}
interface Numbers {
  readonly frames: number;
  readonly n: number;
  readonly seed: number;
  readonly noise: number;
}

function sceneLaw({ frames, n, seed, noise }: Numbers): Law {
  const { dim } = frameOf('').shape;
  return {
    truth() {
      const scene = normals(seed, SCENE_DRAW, n, dim);
      return Array.from({ length: frames }, (_, k) =>
        normals(seed, SCENE_DRAW + 1 + k, n, dim).map((z, i) => scene[i]! + noise * z),
      );
    },
    next(given) {
      const { weight, variance } = nextFrame(noise, given.length);
      const mean = new Float64Array(n * dim);
      for (const frame of given) frame.forEach((v, i) => (mean[i]! += weight * v));
      return (x, sigma) => x.map((v, i) => (variance * v + sigma ** 2 * mean[i]!) / (variance + sigma ** 2));
    },
    figures(made, kl, lost) {
      const k = made.length - 1;
      const chains = new Float64Array(n * dim * made.length);
      made.forEach((frame, j) => frame.forEach((v, i) => (chains[i * made.length + j] = v)));
      return {
        ...(kl && lost && { kl: kl[k]!, forgotten: lost[k]!, degraded: Math.max(0, kl[k]! - lost[k]!) }),
        fitted: klOfFit(noise, chains, made.length),
      };
    },
  };
}

function movingLaw(law: MovingDigits, { frames, n, seed }: Numbers): Law {
  const read = new WeakMap<Float64Array, ReturnType<typeof readFrame>>();
  const stateOf = (frame: Float64Array) => {
    const known = read.get(frame) ?? readFrame(law, frame);
    read.set(frame, known);
    return known;
  };
  return {
    truth: () => trueVideos(law, n, frames, seed),
    next: (given) => nextDenoiser(law, posterior(law, given, n)),
    figures(made) {
      const all = made.map(stateOf);
      const { off } = all.at(-1)!;
      const { same, straight } = coherence(
        all.map(({ states }) => states),
        PLACES,
      );
      return {
        ...(made.length > 1 && { same }),
        ...(made.length > 2 && { straight }),
        off: off.reduce((a, b) => a + b, 0) / off.length,
      };
    },
  };
}

/** Frames draw apart, whatever a sampler draws: each has a seed of its own. */
const seedOf = (seed: number, frame: number): number => (seed + frame * 0x9e3779b1) >>> 0;

export async function runSequences(
  load: LoadWeights,
  { setup: s, fingerprint }: SequenceAsk,
  emit: (event: SequenceEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly fingerprint: string; readonly reproduction: Reproduction | null }> {
  const numbers = s.values as unknown as Numbers;
  const { frames, n, seed, noise } = numbers;
  const moving = s.model === MOVING;
  const { shape, range, scale } = frameOf(s.model);
  const law = moving
    ? movingLaw(movingDigits(family(await bundled('digits-set', load, signal)), shape.width, PLACES, noise), numbers)
    : sceneLaw(numbers);
  const pictureOf = (x: Float64Array): Picture => ({ kind: 'image', ...tileImages(x, shape, scale) });
  const windowOf = ({ params }: RowedRow) => Number(params['w']);
  const rollout = (row: RowedRow) => ({ noise, frames, window: windowOf(row), steps: Number(row.params['steps']) });
  const trying = attempts(emit, () => true);
  emit({ kind: 'status', text: 'What the law says', fraction: 0 });
  const laws = await Promise.all(
    s.rows.map((row, i) =>
      trying.of(i, async () => {
        const { ops } = contenderPlan(contenderOf(row), range);
        assertSound(ops, Number(row.params['steps']));
        return moving
          ? { kl: null, front: [], degrading: [] }
          : {
              kl: exactKl(row, rollout(row), range),
              front: front(row, rollout(row), range),
              degrading: degrading(row, noise, frames, range),
            };
      }),
    ),
  );
  emit({
    kind: 'begun',
    truth: law.truth().map(pictureOf),
    trade: moving
      ? null
      : {
          forgetting: Array.from({ length: frames }, (_, w) => forgotten(noise, w, frames).at(-1)!),
          degrading: laws.map((l) => l?.degrading ?? []),
          fronts: laws.map((l) => l?.front ?? []),
        },
  });
  const made: Float64Array[][] = s.rows.map(() => []);
  const costs: RowedCost[] = s.rows.map(() => ({ nfe: 0, passes: 0, depth: 0, wallMs: 0 }));
  const record: StepPrint[][] = s.rows.map(() => []);
  const card = { shape } as ModelCard;
  for (let k = 0; k < frames; k++) {
    emit({ kind: 'status', text: `Frame ${k + 1} of ${frames}`, fraction: k / frames });
    for (const [i, row] of s.rows.entries()) {
      await breathe();
      await trying.of(i, async () => {
        const began = performance.now();
        const window = windowOf(row);
        const given = window > 0 ? made[i]!.slice(-window) : [];
        const instructions = instructionsOf(contenderPlan(contenderOf(row), range));
        const done = await runCpu({ samples: n, card }, law.next(given), instructions, {
          seed: seedOf(seed, k),
          signal,
        });
        const x = Float64Array.from(done.x);
        made[i]!.push(x);
        const { nfe: before, depth, wallMs } = costs[i]!;
        const asked = before + nfe(done.ops);
        costs[i] = {
          nfe: asked,
          passes: asked,
          depth: depth + depthOf(done.ops),
          wallMs: wallMs + performance.now() - began,
        };
        const lost = moving ? null : forgotten(noise, window, frames);
        const figures = law.figures(made[i]!, laws[i]?.kl ?? null, lost);
        emit({ kind: 'record', row: i, at: k + 1, picture: pictureOf(x), figures, shares: null, cost: costs[i]! });
        record[i]!.push({ step: k + 1, sigma: 0, value: projectState(x) });
      });
    }
  }
  return {
    fingerprint: formatFingerprint(record),
    reproduction: fingerprint === null ? null : compareFingerprint(fingerprint, record),
  };
}
