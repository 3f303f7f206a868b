import type { KernelChoices } from '../../../core/kernelVersions.ts';
import type { WeightFormat } from '../../../core/weightFormat.ts';
import type { AffectsTable } from '../../../frame/config/affects.ts';
import type { PictureSource } from '../../../hub/source.ts';
import type { Contender } from '../../../samplers/contenders/types.ts';

export type { Contender };
export type FormatChoice = 'auto' | WeightFormat;
/** Whose starting noise: this page's keyed noise, or what a torch.Generator gives on a processor or on CUDA. */
export type NoiseSource = 'ours' | 'torch-cpu' | 'torch-cuda';
/** Real times and the ends of the exact equation, or whole-number times and ends as diffusers' schedulers have them. */
export type ConventionsChoice = 'exact' | 'diffusers';

/** A sampler with its schedule, and how strongly the prompt guides it. */
export interface PictureContender extends Contender {
  /** Classifier-free guidance weight w: D = D_negative + w·(D_prompt − D_negative). 1 is none and costs one pass. */
  readonly guidance: number;
  /** φ of https://arxiv.org/abs/2305.08891, 0…1. */
  readonly rescale: number;
  /** Guidance acts at levels σ̂ in (guideAbove, guideUpTo]; 0 and Infinity for all. */
  readonly guideAbove: number;
  readonly guideUpTo: number;
}

/** A picture that is noised to σ̂ = `sigma` and sampled from there. A link names it and cannot carry it. */
export interface StartPicture {
  readonly name: string;
  /** Hexadecimal, of its pixels. */
  readonly sha256: string;
  readonly sigma: number;
}

/** Everything that defines a run: what the URL holds, what the history stores, what tests replay. */
export interface PicturesExperiment {
  readonly model: PictureSource;
  /** How weights are kept on the GPU; auto takes what fits and is fast here. */
  readonly format: FormatChoice;
  readonly prompt: string;
  readonly negative: string;
  /** Layers of the text encoder that are left out at its end. */
  readonly clipSkip: number;
  /** Class of models that are told one; −1 takes classes in turn. */
  readonly label: number;
  /** In pixels; 0 takes the model's own. */
  readonly width: number;
  readonly height: number;
  /** Pictures of each contender. */
  readonly count: number;
  /** uint32. */
  readonly seed: number;
  readonly noise: NoiseSource;
  /** Picture i has a generator of its own with seed + i, as the usual interfaces do; else one generator makes all. */
  readonly perPicture: boolean;
  readonly conventions: ConventionsChoice;
  readonly start: StartPicture | null;
  readonly contenders: readonly PictureContender[];
  /** Steps of the solution that paired errors are measured against; 0 measures none. */
  readonly reference: number;
  /** Numbers of steps of the sweep, ascending. */
  readonly budgets: readonly number[];
  readonly kernels: KernelChoices;
}

/** What each part of the experiment affects; see frame/config/affects.ts. */
export const picturesAffects: AffectsTable<PicturesExperiment> = {
  model: 'result',
  format: 'result',
  prompt: 'result',
  negative: 'result',
  clipSkip: 'result',
  label: 'result',
  width: 'result',
  height: 'result',
  count: 'result',
  seed: 'result',
  noise: 'result',
  perPicture: 'result',
  conventions: 'result',
  start: 'result',
  contenders: 'own',
  reference: 'result',
  budgets: 'result',
  kernels: 'result',
};
