/**
 * A picture of latents without a decoder: every channel of a pixel is a linear function of numbers about one latent,
 * fitted to what the model's own decoder makes of smooth random latents. Pictures have a pixel for each latent.
 */
import { normals } from '../../math/normal.ts';
import { solve } from '../../math/solve.ts';

export interface FieldSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What a pixel is a linear function of: its latent, also products of its channels, or the latents around it. */
export const previewKinds = ['linear', 'quadratic', 'around'] as const;
export type PreviewKind = (typeof previewKinds)[number];

export interface PreviewMap {
  readonly kind: PreviewKind;
  /** Channels of the latents, and of the picture. */
  readonly from: number;
  readonly to: number;
  /** (to, features), the constant last. */
  readonly weights: Float64Array;
}

/** How many numbers a pixel is made of. */
export const featureCount = (kind: PreviewKind, channels: number): number => {
  switch (kind) {
    case 'linear':
      return channels + 1;
    case 'quadratic':
      return channels + (channels * (channels + 1)) / 2 + 1;
    case 'around':
      return 9 * channels + 1;
    default:
      return kind satisfies never;
  }
};

/** Writes the numbers of one pixel of latents (channels, height, width); beyond the edge, its latents go on. */
function features(
  kind: PreviewKind,
  latents: ArrayLike<number>,
  size: FieldSize,
  y: number,
  x: number,
  out: Float64Array,
) {
  const { channels, height, width } = size;
  const at = (c: number, row: number, column: number) =>
    latents[(c * height + Math.min(height - 1, Math.max(0, row))) * width + Math.min(width - 1, Math.max(0, column))]!;
  let n = 0;
  if (kind === 'around') {
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) for (let c = 0; c < channels; c++) out[n++] = at(c, y + dy, x + dx);
  } else for (let c = 0; c < channels; c++) out[n++] = at(c, y, x);
  if (kind === 'quadratic')
    for (let a = 0; a < channels; a++) for (let b = a; b < channels; b++) out[n++] = at(a, y, x) * at(b, y, x);
  out[n] = 1;
}

/** (to, height, width) of latents of one sample. */
export function preview(map: PreviewMap, latents: ArrayLike<number>, { height, width }: Omit<FieldSize, 'channels'>) {
  const { kind, from, to, weights } = map;
  const size = { channels: from, height, width };
  const count = featureCount(kind, from);
  const row = new Float64Array(count);
  const out = new Float32Array(to * height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      features(kind, latents, size, y, x, row);
      for (let k = 0; k < to; k++) {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += weights[k * count + i]! * row[i]!;
        out[(k * height + y) * width + x] = sum;
      }
    }
  return out;
}

/** Latents, and the picture of as many pixels that belongs to them. */
export interface Probe {
  readonly latents: ArrayLike<number>;
  readonly picture: ArrayLike<number>;
}

/** Of the diagonal: what keeps the equations of neighbours, which are much alike, from being singular. */
const RIDGE = 1e-9;

/** Least squares over all pixels of all probes: (XᵀX + ridge)·w = Xᵀy. */
export function fitMap(kind: PreviewKind, probes: readonly Probe[], size: FieldSize, to: number): PreviewMap {
  const count = featureCount(kind, size.channels);
  const pixels = size.height * size.width;
  if (probes.length * pixels < count)
    throw new RangeError(`${probes.length * pixels} pixels cannot fix ${count} numbers`);
  const gram = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const right = Array.from({ length: to }, () => new Array<number>(count).fill(0));
  const row = new Float64Array(count);
  for (const { latents, picture } of probes)
    for (let p = 0; p < pixels; p++) {
      features(kind, latents, size, Math.floor(p / size.width), p % size.width, row);
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= i; j++) gram[i]![j]! += row[i]! * row[j]!;
        for (let k = 0; k < to; k++) right[k]![i]! += row[i]! * picture[k * pixels + p]!;
      }
    }
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) gram[j]![i] = gram[i]![j]!;
    gram[i]![i]! *= 1 + RIDGE;
  }
  const weights = Float64Array.from(right.flatMap((r) => solve(gram, r)));
  return { kind, from: size.channels, to, weights };
}

/** 1 − Σ(y − map)²/Σ(y − ȳ)² over probes, ȳ the mean of each of the picture's channels. */
export function explained(map: PreviewMap, probes: readonly Probe[], size: FieldSize): number {
  const pixels = size.height * size.width;
  const means = Array.from({ length: map.to }, () => 0);
  for (const { picture } of probes)
    for (let i = 0; i < map.to * pixels; i++) means[Math.floor(i / pixels)]! += picture[i]! / (pixels * probes.length);
  let [error, spread] = [0, 0];
  for (const { latents, picture } of probes)
    preview(map, latents, size).forEach((v, i) => {
      error += (picture[i]! - v) ** 2;
      spread += (picture[i]! - means[Math.floor(i / pixels)]!) ** 2;
    });
  return spread > 0 ? 1 - error / spread : 1;
}

/** Passes of the filter (1, 2, 1)/4 along both axes: fields from one latent to a few of them wide. */
const SMOOTH = [0, 1, 2, 4, 8];
const SEED = 0x70726576;

/**
 * Smooth random latents of mean 0 and deviation 1 in each channel, the same for every model of a size: keyed noise,
 * passed through a low-pass filter that is wider from probe to probe. A level of its own is added to each channel, so
 * that large areas of one colour are among them.
 */
export function probeLatents(size: FieldSize, probe: number): Float64Array {
  const { channels, height, width } = size;
  const pixels = height * width;
  const field = normals(SEED, 0, 1, channels * pixels + channels, undefined, probe);
  const out = new Float64Array(channels * pixels);
  for (let c = 0; c < channels; c++) {
    let plane: Float64Array = field.slice(c * pixels, (c + 1) * pixels);
    for (let pass = 0; pass < SMOOTH[probe % SMOOTH.length]!; pass++) plane = smoothed(plane, height, width);
    const mean = plane.reduce((a, b) => a + b, 0) / pixels;
    const deviation = Math.sqrt(plane.reduce((a, b) => a + (b - mean) ** 2, 0) / pixels);
    // Level and field share the variance.
    const level = field[channels * pixels + c]!;
    plane.forEach((v, p) => {
      out[c * pixels + p] = Math.SQRT1_2 * ((v - mean) / deviation + level);
    });
  }
  return out;
}

/** (1, 2, 1)/4 along both axes; edges go on. */
function smoothed(plane: Float64Array, height: number, width: number): Float64Array {
  const at = (y: number, x: number) =>
    plane[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
  const weight = [1, 2, 1];
  return plane.map((_, p) => {
    const [y, x] = [Math.floor(p / width), p % width];
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) sum += (weight[dy + 1]! * weight[dx + 1]! * at(y + dy, x + dx)) / 16;
    return sum;
  });
}

/** Mean of the pixels of each latent: (to, height·factor, width·factor) → (to, height, width). */
export function averaged(
  picture: ArrayLike<number>,
  to: number,
  { height, width }: Omit<FieldSize, 'channels'>,
  factor: number,
): Float64Array {
  const out = new Float64Array(to * height * width);
  const across = width * factor;
  for (let k = 0; k < to; k++)
    for (let y = 0; y < height * factor; y++)
      for (let x = 0; x < across; x++)
        out[(k * height + Math.floor(y / factor)) * width + Math.floor(x / factor)]! +=
          picture[(k * height * factor + y) * across + x]! / factor ** 2;
  return out;
}

/** The latents of a model of pixels are its picture. */
export const identityPreview = (channels: number): PreviewMap => ({
  kind: 'linear',
  from: channels,
  to: channels,
  weights: Float64Array.from({ length: channels * (channels + 1) }, (_, i) =>
    i % (channels + 1) === Math.floor(i / (channels + 1)) ? 1 : 0,
  ),
});
