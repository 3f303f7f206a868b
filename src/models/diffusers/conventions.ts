// A run as diffusers makes it, as numbers: the levels and times of a scheduler, and what it does at both ends.
import type {
  ConsistencySchedulerConfig,
  DiscreteSchedulerConfig,
  FlowSchedulerConfig,
  SchedulerConfig,
} from '../../formats/diffusers/scheduler.ts';
import { FormatError } from '../../formats/error.ts';
import { betaQuantile } from '../../math/beta.ts';
import { betasOf, sigmaAt, tableOf, timeAt, type NoiseTable } from '../../schedules/noiseTable.ts';
import type { Parameterisation } from '../parameterisation.ts';
import { timesRule, trainingTimes } from './trainingTimes.ts';

/** In the coordinates x̂ = x/α, σ̂ = σ/α of every sampler here; step i is entry i of each list. */
export interface Conventions {
  /** What the network is told of the noise. */
  readonly times: readonly number[];
  /** The level that a step begins at, and the one that it goes to. */
  readonly sigmas: readonly number[];
  readonly targets: readonly number[];
  /**
   * What x̂ is multiplied by after a step: DDIM and PNDM step by whole strides of time and read the next time from a
   * list, so that a step may end at another level than the next one begins at. 1 elsewhere.
   */
  readonly rescale: readonly number[];
  /** x̂ begins as standard normal numbers times this, and the sample is x̂ at the end times that. */
  readonly startScale: number;
  readonly endScale: number;
  /** D is bounded to ± this before it is used. */
  readonly clip: number | null;
  /**
   * DDIM bounds D and goes on with the noise that the network gave: x̂' = clip(D) + σ'/σ·(x̂ − D), where the others
   * would have clip(D) in both places.
   */
  readonly clipKeepsNoise: boolean;
  /** Of models that are stepped by denoising and adding noise anew: x̂ = D' + renoise·z. Null: the sampler steps. */
  readonly renoise: readonly number[] | null;
  /** Of LCM: D' = denoised·D + kept·x̂, which is D but for some 10⁻⁶. Null: D' = D. */
  readonly boundary: readonly { readonly denoised: number; readonly kept: number }[] | null;
}

/** σ̂ where α = 0: x̂ is noise of this size to all digits that matter, and float32 still has room for it. */
export const UNBOUNDED = 2 ** 40;

const norm = (sigma: number) => Math.sqrt(1 + sigma * sigma);
/** Schedulers whose state is x, not x̂. */
const keepsVariance: ReadonlySet<string> = new Set([
  'DDPMScheduler',
  'DDIMScheduler',
  'PNDMScheduler',
  'DPMSolverMultistepScheduler',
  'UniPCMultistepScheduler',
  'LCMScheduler',
]);

/** The noise levels that a model was trained on, as its scheduler states them. */
export const noiseTableOf = ({ betas, trainSteps, zeroTerminalSnr }: DiscreteSchedulerConfig): NoiseTable =>
  tableOf(betasOf(betas, trainSteps), zeroTerminalSnr);

/** How the network behind a scheduler becomes a denoiser. */
export function parameterisationOf(config: SchedulerConfig): Parameterisation {
  switch (config.scheduler) {
    case 'CMStochasticIterativeScheduler':
      return { kind: 'consistency', sigmaData: config.sigmaData, sigmaMin: config.sigmaMin };
    case 'FlowMatchEulerDiscreteScheduler':
      return { kind: 'flow', times: config.trainSteps };
    default: {
      const kinds = { epsilon: 'eps', v_prediction: 'v', sample: 'x0' } as const;
      return { kind: kinds[config.prediction], table: noiseTableOf(config) };
    }
  }
}

const RHO = 7;
/** Levels between two ends by a rule that has no times; with one step, the upper end. */
function ruledLevels(rule: 'karras' | 'exponential' | 'beta' | 'lu', first: number, last: number, steps: number) {
  const along = (level: (u: number) => number) =>
    Array.from({ length: steps }, (_, i) => level(steps === 1 ? 0 : i / (steps - 1)));
  switch (rule) {
    case 'karras': // https://arxiv.org/abs/2206.00364, eq. 5
      return along((u) => (first ** (1 / RHO) + u * (last ** (1 / RHO) - first ** (1 / RHO))) ** RHO);
    case 'exponential':
    case 'lu': // https://arxiv.org/abs/2211.01095: even in log σ
      return along((u) => Math.exp(Math.log(first) + u * (Math.log(last) - Math.log(first))));
    case 'beta': // https://arxiv.org/abs/2407.12173, at its .6
      return along((u) => last + betaQuantile(1 - u, 0.6, 0.6) * (first - last));
    default:
      return rule satisfies never;
  }
}

/** Levels and times where a rule sets the levels: the times follow from them, as each class rounds them. */
function byRule(config: DiscreteSchedulerConfig, table: NoiseTable, spaced: readonly number[]) {
  const rule = config.levels as Exclude<DiscreteSchedulerConfig['levels'], 'times'>;
  // Solvers take the whole table's ends, the others those of their own times.
  const whole = timesRule(config) === 'solver';
  const first = config.sigmaMax ?? (whole ? table.at(-1)! : spaced[0]!);
  const last = config.sigmaMin ?? (whole ? table[0]! : spaced.at(-1)!);
  const ends = rule === 'lu' ? ([table.at(-1)!, table[0]!] as const) : ([first, last] as const);
  const sigmas = ruledLevels(rule, ends[0], ends[1], spaced.length);
  const uneven = config.betas.kind === 'squaredcos_cap_v2' && config.scheduler === 'DPMSolverMultistepScheduler';
  const rounds = (rule === 'karras' || rule === 'lu') && !uneven;
  const told = (time: number): number => {
    if (!whole) return time;
    return rounds ? Math.round(time) : Math.floor(time);
  };
  return { sigmas, times: sigmas.map((sigma) => told(timeAt(table, sigma))) };
}

function discrete(config: DiscreteSchedulerConfig, steps: number): Conventions {
  const { scheduler, trainSteps, zeroTerminalSnr, toZero } = config;
  const table = noiseTableOf(config);
  const total = table.filter((sigma) => -Math.log(sigma) >= config.lambdaMin).length;
  const spacedTimes = trainingTimes(config, steps, total);
  const atTimes = spacedTimes.map((time) => sigmaAt(table, time, 'linear'));
  const { sigmas, times } =
    config.levels === 'times' ? { sigmas: atTimes, times: spacedTimes } : byRule(config, table, atTimes);
  // These three read ᾱ = 0 as it stands; the others bound it, as the table does.
  const unbounded = zeroTerminalSnr && ['DDPMScheduler', 'DDIMScheduler', 'LCMScheduler'].includes(scheduler);
  const level = (time: number): number =>
    unbounded && time === trainSteps - 1 ? UNBOUNDED : sigmaAt(table, time, 'linear');
  const begin = unbounded ? times.map(level) : sigmas;
  // UniPC ends a rule's levels at the last of them.
  const least = scheduler === 'UniPCMultistepScheduler' && config.levels !== 'times' ? sigmas.at(-1)! : table[0]!;
  const end = toZero ? 0 : least;

  const stride = Math.floor(trainSteps / steps);
  const strides = scheduler === 'DDIMScheduler' || scheduler === 'PNDMScheduler';
  const targets = begin.map((_, i) => {
    if (!strides) return begin[i + 1] ?? end;
    const before = times[i]! - stride;
    return before >= 0 ? level(before) : end;
  });
  const preserves = keepsVariance.has(scheduler);
  const inX = preserves || config.spacing === 'leading';
  const last = targets.at(-1)!;
  const lcm = scheduler === 'LCMScheduler';
  return {
    times,
    sigmas: begin,
    targets: lcm ? targets.map((t, i) => (i === steps - 1 ? 0 : t)) : targets,
    rescale: targets.map((t, i) => (i === steps - 1 ? 1 : norm(begin[i + 1]!) / norm(t))),
    startScale: inX ? norm(begin[0]!) : Math.max(...begin),
    endScale: preserves && !lcm ? 1 / norm(last) : 1,
    clip: config.clip,
    clipKeepsNoise: scheduler === 'DDIMScheduler',
    renoise: lcm ? targets.map((t, i) => (i === steps - 1 ? 0 : t)) : null,
    boundary: lcm ? times.map((time, i) => boundaryAt(time * config.timestepScaling, begin[i]!)) : null,
  };
}

/** LCM's c_skip and c_out, for data of deviation ½ (https://arxiv.org/abs/2310.04378, section 4.1). */
function boundaryAt(scaled: number, sigma: number) {
  const total = scaled * scaled + 0.25;
  return { denoised: scaled / Math.sqrt(total), kept: 0.25 / total / norm(sigma) };
}

const plainly = (steps: number) => ({
  rescale: Array.from({ length: steps }, () => 1),
  endScale: 1,
  clipKeepsNoise: false,
  boundary: null,
});

const spread = (steps: number, trainSteps: number) =>
  Array.from({ length: steps }, (_, i) => i * Math.floor(trainSteps / steps));

/** diffusers' `timesteps`: places from the last step's to the first's, which is 0, the highest level. */
function placesOf(listed: readonly number[], trainSteps: number): readonly number[] {
  const fits = listed.every(
    (place, i) => Number.isInteger(place) && place < trainSteps && place > (listed[i + 1] ?? -1),
  );
  if (!fits || listed.at(-1) !== 0)
    throw new FormatError(
      `the places ${listed.join(', ') || '(none)'} are no run of this scheduler`,
      `List whole numbers that fall from at most ${trainSteps - 1} to 0, as 22, 0.`,
    );
  return listed.toReversed();
}

/** https://arxiv.org/abs/2303.01469, algorithm 1, over levels of section 2's eq. 5 as the authors' code counts them. */
function consistency(config: ConsistencySchedulerConfig, chosen: Steps): Conventions {
  const { trainSteps, sigmaMin, sigmaMax, rho, noise } = config;
  const root = (v: number) => v ** (1 / rho);
  const places = typeof chosen === 'number' ? spread(chosen, trainSteps) : placesOf(chosen, trainSteps);
  const steps = places.length;
  const sigmas = places.map(
    (place) => (root(sigmaMax) + (place / (trainSteps - 1)) * (root(sigmaMin) - root(sigmaMax))) ** rho,
  );
  const next = sigmas.map((_, i) => Math.min(sigmaMax, Math.max(sigmaMin, sigmas[i + 1] ?? sigmaMin)));
  return {
    ...plainly(steps),
    times: sigmas.map((sigma) => 250 * Math.log(sigma)),
    sigmas,
    targets: next,
    startScale: sigmaMax,
    clip: config.clip,
    renoise: next.map((s) => noise * Math.sqrt(s * s - sigmaMin * sigmaMin)),
  };
}

/** Times t of the path x = (1 − t)·x₀ + t·ε, shifted towards noise: twice, because the ends are shifted already. */
function flow({ trainSteps, shift }: FlowSchedulerConfig, steps: number): Conventions {
  const shifted = (t: number) => (shift * t) / (1 + (shift - 1) * t);
  const first = shifted(1);
  const last = shifted(1 / trainSteps);
  const ts = Array.from({ length: steps }, (_, i) =>
    shifted(steps === 1 ? first : first + (i * (last - first)) / (steps - 1)),
  );
  const sigmas = ts.map((t) => Math.min(UNBOUNDED, t / (1 - t)));
  return {
    ...plainly(steps),
    times: ts.map((t) => t * trainSteps),
    sigmas,
    targets: [...sigmas.slice(1), 0],
    startScale: 1 + sigmas[0]!,
    clip: null,
    renoise: null,
  };
}

/** A number of steps; for consistency models also the places of their levels, as diffusers' `timesteps` lists them. */
export type Steps = number | readonly number[];

/**
 * The run that this scheduler makes of its steps. Pure; FormatError where diffusers cannot take them. Levels where α = 0
 * are `UNBOUNDED`.
 */
export function conventionsOf(config: SchedulerConfig, steps: Steps): Conventions {
  if (typeof steps !== 'number') {
    if (config.scheduler === 'CMStochasticIterativeScheduler') return consistency(config, steps);
    throw new FormatError(
      `${config.scheduler} takes a number of steps, and a list was given`,
      'Give a number of steps.',
    );
  }
  if (!Number.isInteger(steps) || steps < 1 || steps > config.trainSteps)
    throw new FormatError(
      `${steps} steps cannot be taken: the scheduler has ${config.trainSteps} times`,
      `Take a whole number of steps from 1 to ${config.trainSteps}.`,
    );
  switch (config.scheduler) {
    case 'CMStochasticIterativeScheduler':
      return consistency(config, steps);
    case 'FlowMatchEulerDiscreteScheduler':
      return flow(config, steps);
    default:
      return discrete(config, steps);
  }
}

/** The levels as a schedule gives them to a sampler: one a step, and the end. */
export const levelsOf = ({ sigmas, targets }: Conventions): readonly number[] => [...sigmas, targets.at(-1)!];

/** What the network is told at a level of the run; null at any other, where the table tells it. */
export function timeOfLevel({ sigmas, times }: Conventions, sigma: number): number | null {
  const i = sigmas.indexOf(sigma);
  return i < 0 ? null : times[i]!;
}
