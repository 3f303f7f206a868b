import type { Fields } from '../../core/field.ts';
import type { Asked } from '../../core/role.ts';
import type { Guide } from '../../math/guide.ts';
import type { Mean } from '../../math/means.ts';

/** A named working vector. `x` is the state: every sampler starts from it and ends in it. */
export type Reg = string;

/** A weighted standard normal: `draw` numbers an independent N(0, I) vector of the run's seed. */
export type WeightedDraw = readonly [weight: number, draw: number];

/** out = D(x; σ) of whom is asked. */
export interface Evaluate extends Asked {
  readonly x: Reg;
  readonly sigma: number;
  readonly out: Reg;
  /** The emulated worker that would compute it; 0 unless said. It changes counts alone. */
  readonly worker?: number;
}

/**
 * One instruction of a sampling run, in the coordinates x̂ = x/α, σ̂ = σ/α. Scalars only, all finite float64:
 * the same list runs on the CPU in float64 and on the GPU in float32.
 */
export type Op =
  /**
   * out = D(x; σ) of whom is asked: `main`, one network evaluation (guidance is inside, and counted by the model), unless
   * said.
   */
  | ({ readonly op: 'eval' } & Evaluate)
  /**
   * Independent evaluations: each costs what it costs alone, and all of them are one link in the chain of evaluations
   * that wait for another. None may read what another writes.
   */
  | { readonly op: 'evalBatch'; readonly of: readonly Evaluate[] }
  /** A register travels between emulated workers. Nothing is done: it is counted. */
  | { readonly op: 'send'; readonly from: number; readonly to: number; readonly x: Reg }
  /**
   * The means come back through next(), one number each for the whole run, or one for each sample of each mean. Only plans
   * of adaptive samplers have it, and only they wait for it.
   */
  | { readonly op: 'measure'; readonly of: readonly Mean[]; readonly per: 'run' | 'sample' }
  /** out = Σ wᵢ·zᵢ with zᵢ independent N(0, I) vectors keyed by (seed, sample, draw, element); Σ wᵢ² = 1. */
  | { readonly op: 'noise'; readonly out: Reg; readonly draws: readonly WeightedDraw[] }
  /** out = Σ cᵢ·regᵢ, at most 8 terms, and `plus` to every number where given; `out` may be one of the inputs. */
  | {
      readonly op: 'lincomb';
      readonly out: Reg;
      readonly terms: readonly (readonly [coefficient: number, reg: Reg])[];
      readonly plus?: number;
    }
  /**
   * out = what guidance makes of `a` and `b`, each sample by itself; `out` may be one of them. Of a projection, what lies
   * along b is taken along `onto` where that is given: (⟨a, b⟩/⟨b, b⟩)·onto.
   */
  | {
      readonly op: 'guide';
      readonly a: Reg;
      readonly b: Reg;
      readonly out: Reg;
      readonly by: Guide;
      readonly onto?: Reg;
    }
  /** out = m·a + (1 − m)·b, number by number, m of register `by`: what is given where m is 1. `out` may be any of them. */
  | { readonly op: 'blend'; readonly by: Reg; readonly a: Reg; readonly b: Reg; readonly out: Reg }
  /**
   * out = x with every number of a picture (H, W) replaced by the mean of its block of 2×2: the picture of half the size, in
   * which each pixel stands four times. `out` may be x.
   */
  | { readonly op: 'pool'; readonly x: Reg; readonly out: Reg; readonly height: number; readonly width: number }
  /** A frame for the reader: the state after `step` steps, at noise level σ. Step 0 is the start. */
  | { readonly op: 'mark'; readonly step: number; readonly sigma: number; readonly x: Reg; readonly denoised?: Reg };

export type Plan = Generator<Op, void, void>;
/** A plan that looks at its own numbers: what it does next, and so what it costs, is known only as it runs. */
export type AdaptivePlan = Generator<Op, void, Float64Array>;
/** What begins an adaptive plan, as often as it is called, and the vectors that it keeps where they are many. */
export type Begin = (() => AdaptivePlan) & { readonly registers?: number };
/** What an engine carries out: a list, or what begins an adaptive plan. */
export type Instructions = readonly Op[] | Begin;

/** What is known of a sampler before it runs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds samplers of every parameter type
export interface SamplerFacts<P = any> {
  /** As in diffusers, k-diffusion and ComfyUI, e.g. `dpmpp_2m`. */
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  /** Its group in menus, where that does not follow from what a step costs and draws. */
  readonly family?: string;
  /**
   * Order of convergence measured in σ on a smooth problem, for these defaults; what the order test asserts. Stochastic
   * ones: of the variance. 0: with a denoiser that is a mean more steps converge to another law than the data's.
   */
  readonly order: number;
  /** True when the plan draws noise for these parameters. */
  stochastic(params: P): boolean;
  readonly params: Fields<P>;
  /** What it does instead where it cannot do in so many steps what its parameters say; a sentence, or null. */
  remark?(steps: number, params: P): string | null;
  /** Why it cannot run on samples of so many numbers with these parameters, or null where it can. */
  refuses?(dim: number, params: P): string | null;
}

/**
 * A sampler turns a schedule σ₀ > σ₁ > … > σ_N ≥ 0 into a plan. It is pure: no device, no clock, no random numbers.
 * A step to σ = 0 returns the denoised value.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds samplers of every parameter type
export interface ListedSampler<P = any> extends SamplerFacts<P> {
  readonly adaptive?: false;
  plan(sigmas: readonly number[], params: P): Plan;
}

/** A sampler that decides as it goes, by means over its own registers. Pure as the others. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds samplers of every parameter type
export interface AdaptiveSampler<P = any> extends SamplerFacts<P> {
  readonly adaptive: true;
  /** It stops at every level of its schedule, and only what it spends on the way is known afterwards. */
  readonly keepsLevels?: true;
  /** It spends `atMost` whatever its numbers come to: a budget of evaluations can be set. */
  readonly spendsAll?: true;
  /** Vectors that it keeps at once, where they are more than nearly every plan has. */
  registers?(steps: number, params: P): number;
  /** Evaluations at which it gives up with a sentence, or all that it ever spends. */
  atMost(steps: number, params: P): number;
  /** Parameters with which about so many evaluations may be expected; what it spends is known only afterwards. */
  near(budget: number, params: P): P;
  plan(sigmas: readonly number[], params: P): AdaptivePlan;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds samplers of every parameter type
export type Sampler<P = any> = ListedSampler<P> | AdaptiveSampler<P>;
