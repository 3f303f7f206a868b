/** Float64 references of convolutions and of what belongs to them, over NHWC pictures. */
import { silu } from './linear.ts';

type Numbers = ArrayLike<number>;

export interface ConvRef {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros above and to the left; below and to the right there are as many as are read. */
  readonly pad: number;
  readonly out: { readonly height: number; readonly width: number };
}

/** Pixel (row, column) of output n: Σ W[n, channel, ky, kx]·x[…]. `w` as PyTorch stores it, (outputs, channels, k, k). */
export function convAt(
  x: Numbers,
  w: Numbers,
  { height, width, channels, kernel, stride, pad }: Omit<ConvRef, 'samples' | 'outputs' | 'out'>,
  sample: number,
  row: number,
  column: number,
  n: number,
): number {
  let sum = 0;
  for (let ky = 0; ky < kernel; ky++)
    for (let kx = 0; kx < kernel; kx++) {
      const y = row * stride - pad + ky;
      const z = column * stride - pad + kx;
      if (y < 0 || z < 0 || y >= height || z >= width) continue;
      const at = ((sample * height + y) * width + z) * channels;
      for (let c = 0; c < channels; c++) sum += x[at + c]! * w[((n * channels + c) * kernel + ky) * kernel + kx]!;
    }
  return sum;
}

export function conv2d(x: Numbers, w: Numbers, o: ConvRef): Float64Array {
  const y = new Float64Array(o.samples * o.out.height * o.out.width * o.outputs);
  let i = 0;
  for (let s = 0; s < o.samples; s++)
    for (let row = 0; row < o.out.height; row++)
      for (let column = 0; column < o.out.width; column++)
        for (let n = 0; n < o.outputs; n++) y[i++] = convAt(x, w, o, s, row, column, n);
  return y;
}

export interface PictureRef {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** x's channels, then x2's, of every pixel. */
export function concatChannels(x: Numbers, x2: Numbers, pixels: number): Float64Array {
  const c0 = x.length / pixels;
  const c1 = x2.length / pixels;
  return Float64Array.from({ length: pixels * (c0 + c1) }, (_, i) => {
    const c = i % (c0 + c1);
    const p = Math.floor(i / (c0 + c1));
    return c < c0 ? x[p * c0 + c]! : x2[p * c1 + c - c0]!;
  });
}

/** act(a·x + b); norm is (samples, 2, channels): all a of a sample, then all b. */
export function normalised(
  x: Numbers,
  norm: Numbers | undefined,
  activation: 'none' | 'silu' | 'relu',
  { samples, height, width, channels }: PictureRef,
): Float64Array {
  const act = { none: (v: number) => v, silu, relu: (v: number) => Math.max(0, v) }[activation];
  return Float64Array.from({ length: samples * height * width * channels }, (_, i) => {
    const c = i % channels;
    const at = 2 * Math.floor(i / (height * width * channels)) * channels + c;
    return act(norm ? norm[at]! * x[i]! + norm[at + channels]! : x[i]!);
  });
}

/** The picture at another size, each pixel the one that lies at ⌊i·size/out⌋. */
export function nearest(
  x: Numbers,
  { samples, height, width, channels }: PictureRef,
  out: { readonly height: number; readonly width: number },
): Float64Array {
  return Float64Array.from({ length: samples * out.height * out.width * channels }, (_, i) => {
    const c = i % channels;
    const column = Math.floor(((Math.floor(i / channels) % out.width) * width) / out.width);
    const row = Math.floor(((Math.floor(i / channels / out.width) % out.height) * height) / out.height);
    const s = Math.floor(i / channels / out.width / out.height);
    return x[((s * height + row) * width + column) * channels + c]!;
  });
}
