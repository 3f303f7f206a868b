/** Float64 references of the kernels of published networks that work number by number. */
import { erf } from '../erf.ts';
import { gelu, silu } from './linear.ts';

type Numbers = ArrayLike<number>;

/** x·Φ(x). */
export const geluErf = (v: number) => 0.5 * v * (1 + erf(v / Math.SQRT2));
export const pointwise: Readonly<Record<string, (v: number, most: number) => number>> = {
  none: (v) => v,
  silu,
  relu: (v) => Math.max(0, v),
  gelu,
  gelu_erf: geluErf,
  quick_gelu: (v) => v / (1 + Math.exp(-1.702 * v)),
  clamp: (v, most) => most * Math.tanh(v / most),
  scale: (v, most) => most * v,
};

/** a·gelu(b) over rows [a | b], (rows, width). */
export const geglu = (x: Numbers, rows: number, width: number): Float64Array =>
  Float64Array.from({ length: rows * width }, (_, i) => {
    const at = Math.floor(i / width) * 2 * width + (i % width);
    return x[at]! * geluErf(x[at + width]!);
  });

/** residual + gate·y, rows of `width`, of which `rowsPerGate` share a row of the gate. */
export function gatedAdd(
  residual: Numbers,
  y: Numbers,
  width: number,
  gate?: { readonly of: Numbers; readonly at: number; readonly row: number; readonly rowsPerGate: number },
): Float64Array {
  return Float64Array.from(y, (v, i) => {
    const sample = gate ? Math.floor(i / width / gate.rowsPerGate) : 0;
    return residual[i]! + (gate ? gate.of[gate.at + sample * gate.row + (i % width)]! : 1) * v;
  });
}

/** x[r] + table[r mod tableRows], rows of `width`. */
export const addRows = (x: Numbers, table: Numbers, width: number, tableRows: number): Float64Array =>
  Float64Array.from(x, (v, i) => v + table[(Math.floor(i / width) % tableRows) * width + (i % width)]!);

interface Picture {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
/** An NHWC picture at outHeight × outWidth: means of 2×2, or the floor of the proportional place; of act(a·x + b). */
export function resample(
  x: Numbers,
  { samples, height, width, channels }: Picture,
  to: { readonly by: 'mean' | 'nearest'; readonly outHeight: number; readonly outWidth: number },
  activation = 'none',
  norm?: Numbers,
): Float64Array {
  const act = pointwise[activation]!;
  const pixel = (s: number, row: number, column: number, c: number) => {
    const v = x[((s * height + row) * width + column) * channels + c]!;
    return act(norm ? norm[2 * s * channels + c]! * v + norm[(2 * s + 1) * channels + c]! : v, 1);
  };
  const out = new Float64Array(samples * to.outHeight * to.outWidth * channels);
  let i = 0;
  for (let s = 0; s < samples; s++)
    for (let row = 0; row < to.outHeight; row++)
      for (let column = 0; column < to.outWidth; column++)
        for (let c = 0; c < channels; c++, i++) {
          if (to.by === 'nearest')
            out[i] = pixel(s, Math.floor((row * height) / to.outHeight), Math.floor((column * width) / to.outWidth), c);
          else
            for (const [dy, dx] of [
              [0, 0],
              [0, 1],
              [1, 0],
              [1, 1],
            ] as const)
              out[i]! += pixel(s, 2 * row + dy, 2 * column + dx, c) / 4;
        }
  return out;
}

/** How many are NaN or infinite. */
export const nonfinite = (x: Numbers): number => Array.from(x).filter((v) => !Number.isFinite(v)).length;
