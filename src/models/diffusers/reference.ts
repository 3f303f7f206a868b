import { activations } from '../graph/activations.ts';
import { interpret, type GraphWeights } from '../graph/interpret.ts';
import type { Denoiser } from '../types.ts';
import { guided } from '../guidance.ts';
import type { GraphModel, GraphUse } from './types.ts';

/** (samples, channels, pixels) → (samples, pixels, channels), or back with the last two numbers exchanged. */
export function swapAxes(x: Float64Array, samples: number, rows: number, columns: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let s = 0; s < samples; s++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) out[(s * columns + c) * rows + r] = x[(s * rows + r) * columns + c]!;
  return out;
}

/** (channels, height, width) → tokens of patches, (dy, dx, channel) innermost, or back. */
function patched(x: Float64Array, { channels, height, width, patch = 1 }: GraphModel, way: 'in' | 'out'): Float64Array {
  const out = new Float64Array(x.length);
  const across = width / patch;
  for (let c = 0; c < channels; c++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const token = Math.floor(row / patch) * across + Math.floor(column / patch);
        const place = ((token * patch + (row % patch)) * patch + (column % patch)) * channels + c;
        const pixel = (c * height + row) * width + column;
        if (way === 'in') out[place] = x[pixel]!;
        else out[pixel] = x[place]!;
      }
  return out;
}

/** As the GPU's, where texts may be float64 too; guidance is one for all evaluations. */
export interface ReferenceUse extends Omit<GraphUse, 'texts'> {
  readonly texts: { readonly prompt: ArrayLike<number>; readonly negative: ArrayLike<number> } | null;
  /** D = D_null + w·(D_cond − D_null), w = 1 without a second pass; told to networks that it was distilled into. */
  readonly guidance: number;
  /** φ of https://arxiv.org/abs/2305.08891; 0 unless given. */
  readonly rescale?: number;
}

/** D of a network of operations in float64: what networks/graph/denoiser.ts does on a GPU, sample by sample. */
export function referenceDenoiser(model: GraphModel, weights: GraphWeights, use: ReferenceUse): Denoiser {
  const { channels, height, width } = model;
  const dim = channels * height * width;
  const graph = model.graph(1, 1);
  const pass = (sample: Float64Array, noise: number, row: number, text: ArrayLike<number> | undefined) => {
    const time = model.embedding.time(noise, use.guidance);
    const embedding = time.map((v, i) => activations.silu(v + use.rows[row]![i]!));
    const inputs = { sample, embedding, ...(text && { context: Float64Array.from(text) }) };
    const out = interpret(graph, inputs, weights).get('out')!;
    const pixel = out.length / (height * width);
    return out.filter((_, i) => i % pixel < channels);
  };
  return (x, sigma) => {
    const { input, noise, skip, output } = model.scalars(sigma);
    const out = new Float64Array(x.length);
    for (let s = 0; s * dim < x.length; s++) {
      const own = x.subarray(s * dim, (s + 1) * dim);
      const scaled = patched(
        own.map((v) => input * v),
        model,
        'in',
      );
      let f = pass(scaled, noise, use.row(s), use.texts?.prompt);
      if (use.guidance !== 1 && !model.embedding.distilled) {
        const free = pass(scaled, noise, use.nullRow(s), use.texts?.negative);
        f = guided(f, free, use.guidance, use.rescale);
      }
      patched(f, model, 'out').forEach((v, i) => {
        out[s * dim + i] = skip * own[i]! + output * v;
      });
    }
    return out;
  };
}
