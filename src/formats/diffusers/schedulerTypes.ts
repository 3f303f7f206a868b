/** Schedulers of diffusers whose configuration can be read. */
export const discreteSchedulers = [
  'DDPMScheduler',
  'DDIMScheduler',
  'PNDMScheduler',
  'EulerDiscreteScheduler',
  'EulerAncestralDiscreteScheduler',
  'LMSDiscreteScheduler',
  'HeunDiscreteScheduler',
  'DPMSolverMultistepScheduler',
  'UniPCMultistepScheduler',
  'LCMScheduler',
] as const;
export type DiscreteScheduler = (typeof discreteSchedulers)[number];
export type SchedulerClass = DiscreteScheduler | 'CMStochasticIterativeScheduler' | 'FlowMatchEulerDiscreteScheduler';

/** The noise β added at each training time; the shapes are `betasOf`'s (schedules/noiseTable.ts). */
export type SchedulerBetas =
  | { readonly kind: 'linear' | 'scaled_linear' | 'sigmoid'; readonly start: number; readonly end: number }
  | { readonly kind: 'squaredcos_cap_v2' }
  | { readonly kind: 'trained'; readonly values: readonly number[] };

export type TimestepSpacing = 'leading' | 'linspace' | 'trailing';

/** A scheduler over a table of training times. A field that its class does not read has the value that does nothing. */
export interface DiscreteSchedulerConfig {
  readonly scheduler: DiscreteScheduler;
  readonly trainSteps: number;
  readonly betas: SchedulerBetas;
  /** The table is stretched until its last time is pure noise. https://arxiv.org/abs/2305.08891, algorithm 1. */
  readonly zeroTerminalSnr: boolean;
  readonly prediction: 'epsilon' | 'sample' | 'v_prediction';
  readonly spacing: TimestepSpacing;
  readonly offset: number;
  /** D is bounded by this; null: it is not. */
  readonly clip: number | null;
  /** The last step ends at σ̂ = 0, not at the first level of the table. */
  readonly toZero: boolean;
  /** Levels by a rule of their own, between the ends that the times give; bounds null: those ends. */
  readonly levels: 'times' | 'karras' | 'exponential' | 'beta' | 'lu';
  readonly sigmaMin: number | null;
  readonly sigmaMax: number | null;
  /** log(α/σ) below which no step begins. */
  readonly lambdaMin: number;
  /** What the network's second half of channels is, or how much noise DDPM adds. */
  readonly variance: string;
  /** Of LCM: steps of the teacher that its times are taken from, and the scale of its boundary condition. */
  readonly originalSteps: number;
  readonly timestepScaling: number;
  readonly solver: {
    readonly order: number;
    readonly algorithm: string;
    readonly type: string;
    readonly lowerOrderFinal: boolean;
    readonly eulerAtFinal: boolean;
    /** PNDM begins with linear multistep instead of Runge-Kutta. */
    readonly skipRungeKutta: boolean;
  };
}

/** Consistency models: https://arxiv.org/abs/2303.01469. */
export interface ConsistencySchedulerConfig {
  readonly scheduler: 'CMStochasticIterativeScheduler';
  readonly trainSteps: number;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly sigmaData: number;
  readonly noise: number;
  readonly rho: number;
  readonly clip: number | null;
}

/** Rectified flow, as Stable Diffusion 3 has it: https://arxiv.org/abs/2403.03206. */
export interface FlowSchedulerConfig {
  readonly scheduler: 'FlowMatchEulerDiscreteScheduler';
  readonly trainSteps: number;
  readonly shift: number;
}

export type SchedulerConfig = DiscreteSchedulerConfig | ConsistencySchedulerConfig | FlowSchedulerConfig;
