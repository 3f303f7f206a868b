import { choiceField, numberField } from '../../core/field.ts';
import { combine, denoise, eulerStep, mark, start } from './parts/ops.ts';
import type { ListedSampler, Op, Plan, Reg } from './types.ts';

interface Params {
  workers: number;
  warmup: number;
  slope: 'own' | 'last';
}

/** A worker is given at least so many steps: with fewer its own slope lies too far back to walk along. */
const STEPS_A_WORKER = 3;

/** Of so many workers those that have enough to do in N steps. */
export const workersOf = (steps: number, workers: number): number =>
  Math.max(1, Math.min(workers, Math.floor(steps / STEPS_A_WORKER)));

/** What worker r holds: the state that it walked to, and once it knows D there, the slope (the state less D, over σ). */
const held = (r: number): Reg => `e${r}`;
const answer = (r: number): Reg => `d${r}`;

/** Worker r of a cycle that begins at level k walks r steps along its slope, and asks there. */
function* walk(sigmas: readonly number[], k: number, size: number, slopes: (r: number) => Reg): Generator<Op> {
  // Upwards: the newest slope, where all walk along it, is the last worker's, who writes over it in the end.
  for (let r = 1; r < size; r++)
    yield combine(held(r), [
      [1, 'x'],
      [sigmas[k + r]! - sigmas[k]!, slopes(r)],
    ]);
}

/** Worker 0 takes the cycle's steps with what was found; a step to σ = 0 is D. */
function* take(sigmas: readonly number[], k: number, size: number): Generator<Op> {
  for (let r = 0; r < size; r++) {
    const [s, t] = [sigmas[k + r]!, sigmas[k + r + 1]!];
    if (r === 0) yield eulerStep(s, t, 'x', answer(0));
    else if (t === 0) yield combine('x', [[1, answer(r)]]);
    else
      yield combine('x', [
        [1, 'x'],
        [t - s, held(r)],
      ]);
    yield mark(k + r + 1, t, answer(r));
  }
}

const slope = (r: number, s: number, of: Reg = held(r)): Op =>
  combine(held(r), [
    [1 / s, of],
    [-1 / s, answer(r)],
  ]);

function* plan(sigmas: readonly number[], { workers, warmup, slope: kind }: Params): Plan {
  const n = sigmas.length - 1;
  const p = workersOf(n, workers);
  yield start(sigmas);
  if (p === 1) {
    for (let i = 0; i < n; i++) {
      yield denoise(sigmas[i]!);
      yield eulerStep(sigmas[i]!, sigmas[i + 1]!);
      yield mark(i + 1, sigmas[i + 1]!);
    }
    return;
  }
  const apart = kind === 'own';
  const w = Math.min(Math.max(1, warmup), n);
  for (let i = 0; i < w; i++) {
    yield denoise(sigmas[i]!, answer(0));
    // Who has asked nothing walks along the last slope of the warm-up.
    if (i === w - 1) yield slope(0, sigmas[i]!, 'x');
    yield eulerStep(sigmas[i]!, sigmas[i + 1]!, 'x', answer(0));
    yield mark(i + 1, sigmas[i + 1]!, answer(0));
  }
  let last = held(0);
  for (let k = w; k < n; k += p) {
    const size = Math.min(p, n - k);
    const others = Array.from({ length: size - 1 }, (_, i) => i + 1);
    if (apart) {
      // State by state, and before the first cycle what there is of a slope.
      for (const to of others) yield { op: 'send', from: 0, to, x: 'x' };
      if (k === w) for (const to of others) yield { op: 'send', from: 0, to, x: held(0) };
    }
    const own = apart && k > w;
    yield* walk(sigmas, k, size, (r) => (own ? held(r) : last));
    yield {
      op: 'evalBatch',
      of: Array.from({ length: size }, (_, r) => ({
        x: r === 0 ? 'x' : held(r),
        sigma: sigmas[k + r]!,
        out: answer(r),
        ...(apart && { worker: r }),
      })),
    };
    for (const r of others) {
      yield slope(r, sigmas[k + r]!);
      if (apart) yield { op: 'send', from: r, to: 0, x: held(r) };
    }
    if (size > 1) last = held(size - 1);
    yield* take(sigmas, k, size);
  }
}

/**
 * ParaStep. Wang et al. 2025, https://arxiv.org/abs/2505.14741, section 3: p workers take p steps at once. Worker r walks r Euler
 * steps along a slope that it knows, its own of one cycle ago, asks there, and worker 0 takes the p steps with what all
 * found; it sends the state, and they send slopes, 2(p − 1) states a cycle. BatchStep (section 3.4) is one device: every walk goes along
 * the newest slope, and nothing is sent. N evaluations as Euler, of which w + ⌈(N − w)/p⌉ wait for each other.
 */
export const parastep: ListedSampler<Params> = {
  id: 'parastep',
  title: 'ParaStep',
  paper: {
    title: 'Communication-Efficient Diffusion Denoising Parallelization via Reuse-then-Predict Mechanism',
    url: 'https://arxiv.org/abs/2505.14741',
  },
  summary:
    'Several workers at once, each a step further: they guess their states along slopes of one round ago and ask there. As many evaluations as Euler, a fraction of them in a row.',
  family: 'Parallel in time',
  order: 1,
  stochastic: () => false,
  params: {
    workers: numberField({
      label: 'workers',
      help: 'Steps at once. 1 is Euler; each needs three steps of the schedule, so with fewer steps fewer of them work.',
      default: 4,
      min: 1,
      max: 16,
      integer: true,
    }),
    warmup: numberField({
      label: 'warm-up',
      help: 'Plain steps before they begin.',
      default: 4,
      min: 1,
      max: 50,
      integer: true,
    }),
    slope: choiceField({
      label: 'walks along',
      help: 'Each its own slope of one round ago (ParaStep), or all the newest (BatchStep, on one device).',
      default: 'own',
      options: [
        ['own', 'its own slope'],
        ['last', 'the newest slope (BatchStep)'],
      ],
    }),
  },
  remark(steps, { workers, warmup }) {
    const p = workersOf(steps, workers);
    if (p === 1 && workers > 1) return `${steps} steps are too few for two workers, who need six: it runs as Euler.`;
    if (p < workers)
      return `${workers} workers need ${STEPS_A_WORKER * workers} steps: with ${steps} it runs with ${p}.`;
    return p > 1 && warmup >= steps ? `The warm-up of ${warmup} steps is the whole run: it runs as Euler.` : null;
  },
  plan,
};
