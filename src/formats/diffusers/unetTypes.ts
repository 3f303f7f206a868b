/** Attention after each resnet of a block. `self` is one layer over pixels, `cross` a transformer that also reads text. */
export interface UNetAttention {
  readonly kind: 'self' | 'cross';
  readonly heads: number;
  /** Layers of the transformer; 1 for `self`. */
  readonly depth: number;
}

/** One resolution, on the way down or up. */
export interface UNetBlock {
  readonly channels: number;
  readonly resnets: number;
  readonly attention: UNetAttention | null;
  /** How its result changes size, if it does: by a convolution, or by a resnet that resamples inside. */
  readonly resample: 'conv' | 'resnet' | null;
}

/**
 * What a UNet computes, read from the config.json of a `UNet2DModel` or a `UNet2DConditionModel`: every field that
 * changes the result, with the library's defaults filled in.
 */
export interface UNetConfig {
  readonly model: 'UNet2DModel' | 'UNet2DConditionModel';
  readonly inChannels: number;
  readonly outChannels: number;
  /** Size that it was trained at, in its own pixels; null when the file does not say. */
  readonly sampleSize: { readonly height: number; readonly width: number } | null;
  readonly down: readonly UNetBlock[];
  readonly mid: {
    readonly resnets: 1 | 2;
    readonly attention: UNetAttention | null;
    /** Groups of the norm before a `self` attention; null where it has none. */
    readonly normGroups: number | null;
  } | null;
  /** In the order of computation: the coarsest first. */
  readonly up: readonly UNetBlock[];
  readonly groups: number;
  readonly epsilon: number;
  /** The time embedding scales and shifts after the second norm of a resnet, rather than being added before it. */
  readonly scaleShift: boolean;
  /** 1: a border of zeros around; 0: one row below and one column right. */
  readonly downPadding: 0 | 1;
  /** Width of the text embeddings; null without them. */
  readonly crossDim: number | null;
  readonly time: {
    /** Sinusoids of the time, cosines first where `cosineFirst`; the highest frequency is 1, the lowest 10⁻⁴ of it. */
    readonly features: number;
    readonly cosineFirst: boolean;
    readonly shift: number;
    /** Width of the embedding that every resnet reads. */
    readonly width: number;
  };
  /** Labels, by a table or as sinusoids of their number. */
  readonly classes: { readonly kind: 'table' | 'timestep'; readonly count: number } | null;
  /** Sinusoids of a guidance weight that was distilled into the network. */
  readonly guidanceFeatures: number | null;
  /** Pooled text and six numbers of size and crop (SDXL). */
  readonly addition: { readonly features: number; readonly inputs: number } | null;
}
