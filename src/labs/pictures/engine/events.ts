// What the worker tells the page.
import type { LoadProgress } from '../../../engine/modelRequests.ts';
import type { WeightFormat } from '../../../core/weightFormat.ts';
import type { PictureSource as ModelSource } from '../../../hub/source.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import type { WeightChange } from '../../../engine/pipeline/quantisation.ts';
import type { Dropped } from '../../../engine/diffusion/attempts.ts';

export type { LoadProgress };

/** RGBA bytes, ready for putImageData. */
export interface Pixels {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

export interface PictureCost {
  readonly nfe: number;
  readonly passes: number;
  /** Milliseconds of all steps; null where the device has no timestamps. */
  readonly gpuMs: number | null;
  readonly wallMs: number;
  /** Milliseconds that the autoencoder took for all pictures. */
  readonly decodeMs: number;
}

/** What a text encoder was given of a text. */
export interface TextRead {
  readonly tokens: number;
  readonly most: number;
  /** What did not fit; '' when all did. */
  readonly cut: string;
  /** Words that the tokenizer has no token for, as they were typed. */
  readonly pieces: readonly string[];
}

/** Relative distance ‖x − r‖/‖r‖ of each sample's latents to the many-step solution from the same noise. */
export type PairedErrors = readonly number[];

export type PicturesEvent =
  | {
      readonly kind: 'status';
      readonly part: 'loading' | 'text' | 'contender' | 'decode' | 'reference';
      readonly text: string;
      readonly fraction: number | null;
      readonly contender?: number;
    }
  | LoadProgress
  | {
      readonly kind: 'texts';
      readonly prompt: TextRead | null;
      readonly negative: TextRead | null;
      readonly remarks: readonly string[];
      /** Share of a picture's variance that the preview explains, on probes that it was not fitted to; null: exact. */
      readonly previewFit: number | null;
    }
  /** All pictures of a contender as a step leaves them, side by side, `columns` a row. */
  | {
      readonly kind: 'frame';
      readonly contender: number;
      readonly step: number;
      readonly steps: number;
      readonly sigma: number;
      readonly ms: number;
      readonly tiles: Pixels & { readonly columns: number };
      /** What the tiles preview, (samples, channels, height, width): the autoencoder decodes it; null without one. */
      readonly latents: Float32Array | null;
    }
  /** One finished picture in its full size. */
  | { readonly kind: 'picture'; readonly contender: number; readonly sample: number; readonly pixels: Pixels }
  | {
      readonly kind: 'result';
      readonly contender: number;
      readonly cost: PictureCost;
      readonly stochastic: boolean;
    }
  | {
      readonly kind: 'errors';
      readonly contender: number;
      readonly errors: PairedErrors;
      readonly referenceSteps: number;
    }
  /** The contender's result stands; the solution that it would be measured against could not be computed. */
  | {
      readonly kind: 'unmeasured';
      readonly contender: number;
      readonly because: string;
      readonly hint: string;
    }
  | Dropped;

export interface SweepPoint {
  readonly contender: number;
  readonly steps: number;
  readonly nfe: number;
  readonly passes: number;
  readonly wallMs: number;
  readonly errors: PairedErrors;
}

/** What the page may know of a model that is ready. */
export interface LoadedPictures {
  readonly source: ModelSource;
  readonly title: string;
  readonly pipeline: string | null;
  readonly network: string;
  readonly scheduler: string;
  /** scheduler_config.json as it stands, for reading as another class. */
  readonly schedulerBytes: Uint8Array;
  /** The levels that the model was made for. */
  readonly range: SigmaRange;
  readonly format: WeightFormat;
  readonly parameters: number;
  readonly gpuBytes: number;
  readonly loadMs: number;
  readonly size: { readonly height: number; readonly width: number };
  /** Pixels that one latent stands for; sizes are multiples. */
  readonly factor: number;
  readonly readsText: boolean;
  /** Of a bundled model: words that its captions had. */
  readonly words: readonly string[];
  /** Encoders' layers that can be left out. */
  readonly mostSkip: number;
  /** Classes that the network tells apart; null without, Infinity where any number is one. */
  readonly classes: number | null;
  readonly labels: readonly string[];
  /** Why it cannot be guided; null where it can. */
  readonly unguided: string | null;
  /** A guidance weight was distilled into it. */
  readonly told: boolean;
  readonly licence: string | null;
  readonly notices: readonly string[];
}

/** What the weights' format changes of D, and what it saves. */
export interface MeasuredChange {
  /** Null where it was not measured: the file's own numbers, or not enough room for both. */
  readonly change: WeightChange | null;
  readonly savedBytes: number;
}
