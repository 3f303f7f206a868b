import { ConfigFields } from '../configFields.ts';
import { FormatError, shown } from '../error.ts';
import { parseObject, type Json } from '../json.ts';
import {
  discreteSchedulers,
  type ConsistencySchedulerConfig,
  type DiscreteScheduler,
  type DiscreteSchedulerConfig,
  type FlowSchedulerConfig,
  type SchedulerBetas,
  type SchedulerClass,
  type SchedulerConfig,
  type TimestepSpacing,
} from './schedulerTypes.ts';

export type * from './schedulerTypes.ts';

const hint = 'Choose a model of the families that the README lists, with its scheduler_config.json unchanged.';
const most = { steps: 10_000, classes: 64 };

/** What a class reads, and what it fills in (diffusers 0.42). A field that is absent here, the class does not read. */
interface Reads {
  readonly spacing: TimestepSpacing;
  readonly clip?: boolean;
  readonly setAlphaToOne?: boolean;
  readonly finalSigmas?: true;
  readonly betas?: readonly [kind: 'linear' | 'scaled_linear', start: number, end: number];
  readonly sigmoid?: true;
  readonly zeroSnr?: true;
  readonly levels?: true;
  readonly sample?: false;
}
const reads: Readonly<Record<DiscreteScheduler, Reads>> = {
  DDPMScheduler: { spacing: 'leading', clip: true, zeroSnr: true, sigmoid: true },
  DDIMScheduler: { spacing: 'leading', clip: true, setAlphaToOne: true, zeroSnr: true },
  PNDMScheduler: { spacing: 'leading', setAlphaToOne: false, sample: false },
  EulerDiscreteScheduler: { spacing: 'linspace', finalSigmas: true, zeroSnr: true, levels: true },
  EulerAncestralDiscreteScheduler: { spacing: 'linspace', zeroSnr: true, sample: false },
  LMSDiscreteScheduler: { spacing: 'linspace', levels: true },
  HeunDiscreteScheduler: { spacing: 'linspace', clip: false, levels: true, betas: ['linear', 0.00085, 0.012] },
  DPMSolverMultistepScheduler: { spacing: 'linspace', finalSigmas: true, zeroSnr: true, levels: true },
  UniPCMultistepScheduler: { spacing: 'linspace', finalSigmas: true, zeroSnr: true, levels: true },
  LCMScheduler: {
    spacing: 'leading',
    clip: false,
    setAlphaToOne: true,
    zeroSnr: true,
    betas: ['scaled_linear', 0.00085, 0.012],
  },
};

/**
 * Every field that one of these classes has. Files are passed from class to class and keep fields that the next one
 * does not read; those do nothing in the library either.
 */
const fields = [
  ...['num_train_timesteps', 'beta_start', 'beta_end', 'beta_schedule', 'trained_betas', 'variance_type'],
  ...['clip_sample', 'prediction_type', 'thresholding', 'dynamic_thresholding_ratio', 'clip_sample_range'],
  ...['sample_max_value', 'timestep_spacing', 'steps_offset', 'rescale_betas_zero_snr', 'set_alpha_to_one'],
  ...['skip_prk_steps', 'interpolation_type', 'use_karras_sigmas', 'use_exponential_sigmas', 'use_beta_sigmas'],
  ...['sigma_min', 'sigma_max', 'timestep_type', 'final_sigmas_type', 'solver_order', 'algorithm_type', 'solver_type'],
  ...['lower_order_final', 'euler_at_final', 'use_lu_lambdas', 'use_flow_sigmas', 'flow_shift', 'lambda_min_clipped'],
  ...['use_dynamic_shifting', 'time_shift_type', 'predict_x0', 'disable_corrector', 'solver_p', 'shift_terminal'],
  ...['original_inference_steps', 'timestep_scaling', 'sigma_data', 's_noise', 'rho', 'clip_denoised', 'shift'],
  ...['base_shift', 'max_shift', 'base_image_seq_len', 'max_image_seq_len', 'invert_sigmas', 'stochastic_sampling'],
];

/** Python's None counts as false where a flag is expected; a field that is not there has its default. */
const flagOf = (c: ConfigFields, key: string, otherwise: boolean): boolean =>
  c.raw(key) === null ? false : c.flag(key, otherwise);

function betasOf(c: ConfigFields, scheduler: DiscreteScheduler, trainSteps: number): SchedulerBetas {
  const [kind, start, end] = reads[scheduler].betas ?? ['linear', 1e-4, 0.02];
  if (c.read.has('trained_betas')) {
    const values = c.read.list('trained_betas', most.steps);
    const fits = (v: unknown): v is number => typeof v === 'number' && v > 0 && v < 1;
    if (values.length !== trainSteps || !values.every(fits))
      c.read.fail('trained_betas', `${trainSteps} numbers between 0 and 1, one for each training time`);
    return { kind: 'trained', values: values as readonly number[] };
  }
  const common = ['linear', 'scaled_linear', 'squaredcos_cap_v2'] as const;
  const named = c.oneOfOr('beta_schedule', reads[scheduler].sigmoid ? [...common, 'sigmoid'] : common, kind);
  if (named === 'squaredcos_cap_v2') return { kind: named };
  return {
    kind: named,
    start: c.numberOr('beta_start', 1e-12, 0.999, start),
    end: c.numberOr('beta_end', 1e-12, 0.999, end),
  };
}

function levelsOf(c: ConfigFields, scheduler: DiscreteScheduler): DiscreteSchedulerConfig['levels'] {
  if (!reads[scheduler].levels) return 'times';
  const rules = [
    ['use_karras_sigmas', 'karras'],
    ['use_exponential_sigmas', 'exponential'],
    ['use_beta_sigmas', 'beta'],
  ] as const;
  const chosen = rules.filter(([key]) => flagOf(c, key, false));
  if (chosen.length > 1)
    throw new FormatError(`${chosen.map(([key]) => key).join(' and ')} are both true; one rule sets the levels`, hint);
  const [first] = chosen;
  // Karras goes before Lu where a file names both.
  if (first && (first[1] === 'karras' || scheduler !== 'DPMSolverMultistepScheduler')) return first[1];
  if (scheduler === 'DPMSolverMultistepScheduler' && flagOf(c, 'use_lu_lambdas', false)) return 'lu';
  return first ? first[1] : 'times';
}

/** Refuses what changes the steps and is not built, where the class reads it. */
function refuseOthers(c: ConfigFields, scheduler: DiscreteScheduler): void {
  const solver = scheduler === 'DPMSolverMultistepScheduler' || scheduler === 'UniPCMultistepScheduler';
  if (solver || ['DDPMScheduler', 'DDIMScheduler', 'LCMScheduler'].includes(scheduler))
    c.only('thresholding', 'D is bounded by its own quantile', [false]);
  if (solver) {
    c.only('use_flow_sigmas', 'levels of a rectified flow', [false]);
    c.only('use_dynamic_shifting', 'levels that follow the size of the picture', [false]);
  }
  if (scheduler === 'UniPCMultistepScheduler') {
    c.only('predict_x0', 'the solver extrapolates D', [true]);
    c.only('solver_p', 'another solver as predictor', []);
    c.only('shift_terminal', 'levels of a rectified flow', []);
    if (c.read.has('disable_corrector') && c.read.list('disable_corrector', most.classes).length > 0)
      c.read.fail('disable_corrector', 'an empty list: every step is corrected');
  }
  if (scheduler === 'EulerDiscreteScheduler') {
    c.only('interpolation_type', 'levels between the times', ['linear']);
    if (c.textOr('prediction_type', 'epsilon') === 'v_prediction')
      c.only('timestep_type', 'the network is told log σ', ['discrete']);
  }
}

/** The ends of levels by a rule; LMS takes its own whatever a file says. */
function bounds(c: ConfigFields, scheduler: DiscreteScheduler): readonly [least: number | null, most: number | null] {
  if (scheduler === 'LMSDiscreteScheduler') return [null, null];
  const level = (key: string): number | null => (c.read.has(key) ? c.read.number(key, 1e-9, 1e9) : null);
  const [least, highest] = [level('sigma_min'), level('sigma_max')];
  if (least !== null && highest !== null && least >= highest)
    c.read.fail('sigma_max', `more than sigma_min = ${least}`);
  return [least, highest];
}

function discrete(c: ConfigFields, scheduler: DiscreteScheduler): DiscreteSchedulerConfig {
  const read = reads[scheduler];
  refuseOthers(c, scheduler);
  const trainSteps = c.integerOr('num_train_timesteps', 1, most.steps, 1000);
  const predictions = read.sample === false ? ['epsilon', 'v_prediction'] : ['epsilon', 'sample', 'v_prediction'];
  const prediction = c.oneOfOr('prediction_type', predictions, 'epsilon') as DiscreteSchedulerConfig['prediction'];
  const zeroTerminalSnr = read.zeroSnr === true && flagOf(c, 'rescale_betas_zero_snr', false);
  if (zeroTerminalSnr && prediction === 'epsilon')
    throw new FormatError(
      'rescale_betas_zero_snr is true and prediction_type "epsilon": at pure noise such a network says nothing of the picture',
      'Use the configuration that the model was trained with: v_prediction or sample.',
    );
  const clips = read.clip !== undefined && flagOf(c, 'clip_sample', read.clip);
  const ended = read.finalSigmas && c.oneOfOr('final_sigmas_type', ['zero', 'sigma_min'], 'zero') === 'sigma_min';
  const algorithm = c.textOr('algorithm_type', 'dpmsolver++');
  if (scheduler === 'DPMSolverMultistepScheduler') {
    c.oneOfOr(
      'algorithm_type',
      ['dpmsolver', 'dpmsolver++', 'sde-dpmsolver', 'sde-dpmsolver++', 'deis'],
      'dpmsolver++',
    );
    if (!ended && ['dpmsolver', 'sde-dpmsolver'].includes(algorithm))
      throw new FormatError(
        `algorithm_type ${shown(algorithm)} cannot end at σ = 0`,
        `${hint} It needs final_sigmas_type sigma_min.`,
      );
  }
  const [sigmaMin, sigmaMax] = bounds(c, scheduler);
  return {
    scheduler,
    trainSteps,
    betas: betasOf(c, scheduler, trainSteps),
    zeroTerminalSnr,
    prediction,
    spacing: c.oneOfOr('timestep_spacing', ['leading', 'linspace', 'trailing'], read.spacing),
    offset: c.integerOr('steps_offset', 0, trainSteps, 0),
    clip: clips ? c.numberOr('clip_sample_range', 1e-6, 1e6, 1) : null,
    toZero: read.setAlphaToOne === undefined ? !ended : flagOf(c, 'set_alpha_to_one', read.setAlphaToOne),
    levels: levelsOf(c, scheduler),
    sigmaMin,
    sigmaMax,
    lambdaMin:
      scheduler === 'DPMSolverMultistepScheduler'
        ? c.numberOr('lambda_min_clipped', -Infinity, 1e3, -Infinity)
        : -Infinity,
    variance: c.textOr('variance_type', scheduler === 'DDPMScheduler' ? 'fixed_small' : 'none'),
    originalSteps: c.integerOr('original_inference_steps', 1, trainSteps, Math.min(50, trainSteps)),
    timestepScaling: c.numberOr('timestep_scaling', 0, 1e6, 10),
    solver: {
      order: c.integerOr('solver_order', 1, 16, 2),
      algorithm,
      type: c.textOr('solver_type', scheduler === 'UniPCMultistepScheduler' ? 'bh2' : 'midpoint'),
      lowerOrderFinal: flagOf(c, 'lower_order_final', true),
      eulerAtFinal: flagOf(c, 'euler_at_final', false),
      skipRungeKutta: flagOf(c, 'skip_prk_steps', false),
    },
  };
}

function consistency(c: ConfigFields): ConsistencySchedulerConfig {
  const sigmaMin = c.numberOr('sigma_min', 1e-9, 1e9, 0.002);
  const sigmaMax = c.numberOr('sigma_max', 1e-9, 1e9, 80);
  if (sigmaMin >= sigmaMax) c.read.fail('sigma_max', `more than sigma_min = ${sigmaMin}`);
  return {
    scheduler: 'CMStochasticIterativeScheduler',
    trainSteps: c.integerOr('num_train_timesteps', 2, most.steps, 40),
    sigmaMin,
    sigmaMax,
    sigmaData: c.numberOr('sigma_data', 1e-6, 1e6, 0.5),
    noise: c.numberOr('s_noise', 0, 1e3, 1),
    rho: c.numberOr('rho', 1e-3, 1e3, 7),
    clip: flagOf(c, 'clip_denoised', true) ? 1 : null,
  };
}

function flow(c: ConfigFields): FlowSchedulerConfig {
  c.only('use_dynamic_shifting', 'levels that follow the size of the picture', [false]);
  c.only('invert_sigmas', 'time runs from noise to data', [false]);
  c.only('shift_terminal', 'the last level is moved', []);
  c.only('use_karras_sigmas', 'levels by another rule', [false]);
  c.only('use_exponential_sigmas', 'levels by another rule', [false]);
  c.only('use_beta_sigmas', 'levels by another rule', [false]);
  c.only('stochastic_sampling', 'noise is added at each step', [false]);
  return {
    scheduler: 'FlowMatchEulerDiscreteScheduler',
    trainSteps: c.integerOr('num_train_timesteps', 2, most.steps, 1000),
    shift: c.numberOr('shift', 1e-3, 1e3, 1),
  };
}

export interface SchedulerReading {
  /**
   * The class that reads the file, where it is not the one that wrote it: as diffusers' `Class.from_config(config)`,
   * a field that is not there has the default of the class that reads.
   */
  readonly as?: SchedulerClass;
  /** The pipeline around it: those of Stable Diffusion 1 and 2 put two fields of old files right. */
  readonly pipeline?: string;
}

/** Pipelines that set steps_offset to 1 and clip_sample to false whatever the file says. */
const correcting = /^(StableDiffusion|StableDiffusionImg2Img|StableDiffusionInpaint)Pipeline$/;

function corrected(json: Json, reading: SchedulerReading): Json {
  if (!correcting.test(reading.pipeline ?? '')) return json;
  return { ...json, steps_offset: 1, clip_sample: false };
}

/** Scheduler of diffusers from its scheduler_config.json. FormatError names what cannot be honoured. */
export function parseSchedulerConfig(source: Uint8Array | Json, reading: SchedulerReading = {}): SchedulerConfig {
  const json =
    source instanceof Uint8Array
      ? parseObject(source, { what: 'scheduler_config.json', depth: 8, hint, python: true })
      : source;
  const c = new ConfigFields(corrected(json, reading), hint);
  const named = reading.as ?? c.textOr('_class_name', '');
  c.known(fields, 'the scheduler');
  if (named === 'CMStochasticIterativeScheduler') return consistency(c);
  if (named === 'FlowMatchEulerDiscreteScheduler') return flow(c);
  const scheduler = discreteSchedulers.find((known) => known === named);
  if (scheduler) return discrete(c, scheduler);
  throw new FormatError(
    `the scheduler is a ${shown(named)}; those that can be read are ${[...discreteSchedulers, 'CMStochasticIterativeScheduler', 'FlowMatchEulerDiscreteScheduler'].join(', ')}`,
    hint,
  );
}
