/** Sizes of a convolution, and how its weights lie. Pure: a memory plan and a loader need no device. */

/**
 * `same`: (kernel − 1) / 2 zeros on every side. `after`: one column to the right and one row below (diffusers'
 * downsample_padding 0). `none`: no zeros.
 */
export type Padding = 'same' | 'after' | 'none';

/** Rows of a picture. */
export interface Band {
  readonly first: number;
  readonly rows: number;
}

export interface ConvShape {
  readonly samples: number;
  /** Of the stored picture, before a doubling. */
  readonly height: number;
  readonly width: number;
  /** Of the input, or of two inputs that are read as one behind the other. */
  readonly channels: readonly [number] | readonly [number, number];
  readonly kernel: number;
  /** 1 unless given. */
  readonly stride?: number;
  /** `same` unless given. */
  readonly padding?: Padding;
  /** Read the picture twice as large, each pixel four times. */
  readonly upsample?: boolean;
}

/** Channels that lie in one unit of weights. */
const UNIT = 8;
/** Channels of a tap, filled up to whole units. */
export const tapChannels = (channels: number): number => UNIT * Math.ceil(channels / UNIT);

/** Zeros above and to the left, and in all. */
export function bordersOf({ kernel, padding = 'same' }: Pick<ConvShape, 'kernel' | 'padding'>) {
  if (padding === 'same' && kernel % 2 === 0)
    throw new RangeError(`a convolution of ${kernel}×${kernel} has no middle: padding 'same' needs an odd kernel`);
  const before = padding === 'same' ? (kernel - 1) / 2 : 0;
  return { before, all: padding === 'after' ? 1 : 2 * before };
}

/** Rows or columns that come out of `size` stored ones. */
export function convSize(size: number, shape: Pick<ConvShape, 'kernel' | 'stride' | 'padding' | 'upsample'>): number {
  const read = (shape.upsample ? 2 : 1) * size + bordersOf(shape).all;
  return Math.floor((read - shape.kernel) / (shape.stride ?? 1)) + 1;
}

/** Stored rows that a band of the output reads. */
export function rowsRead(band: Band, shape: ConvShape): Band {
  const { before } = bordersOf(shape);
  const stride = shape.stride ?? 1;
  const by = shape.upsample ? 2 : 1;
  const top = Math.max(0, band.first * stride - before);
  const end = Math.min(by * shape.height, (band.first + band.rows - 1) * stride - before + shape.kernel);
  const first = Math.floor(top / by);
  return { first, rows: Math.max(0, Math.ceil(end / by) - first) };
}

/** Multiply-adds count as two. */
export const convFlops = (shape: ConvShape, outputs: number, rows = convSize(shape.height, shape)): number =>
  2 *
  shape.samples *
  rows *
  convSize(shape.width, shape) *
  outputs *
  shape.kernel ** 2 *
  shape.channels.reduce((sum: number, c) => sum + c, 0);

/** Bands of the output of at most `flops` operations each (and at least a row), from the top. */
export function convBands(shape: ConvShape, outputs: number, flops: number): readonly Band[] {
  const height = convSize(shape.height, shape);
  const rows = Math.max(1, Math.floor(flops / convFlops(shape, outputs, 1)));
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => ({
    first: i * rows,
    rows: Math.min(rows, height - i * rows),
  }));
}

/** Columns of the weight matrix (outputs, columns). */
export const convColumns = (kernel: number, channels: number): number => kernel ** 2 * tapChannels(channels);

/** Weights as PyTorch stores them, (outputs, channels, kernel, kernel), as rows of taps with their channels side by side. */
export function convRows(
  weights: ArrayLike<number>,
  { outputs, channels, kernel }: { readonly outputs: number; readonly channels: number; readonly kernel: number },
): Float32Array<ArrayBuffer> {
  const taps = kernel ** 2;
  if (weights.length !== outputs * channels * taps)
    throw new RangeError(
      `a convolution of ${channels} to ${outputs} channels with ${kernel}×${kernel} taps has ${outputs * channels * taps} weights, not ${weights.length}`,
    );
  const wide = tapChannels(channels);
  const rows = new Float32Array(outputs * taps * wide);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let tap = 0; tap < taps; tap++)
        rows[(o * taps + tap) * wide + c] = weights[(o * channels + c) * taps + tap]!;
  return rows;
}
