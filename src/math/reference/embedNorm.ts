import type { WeightFormat } from '../../core/weightFormat.ts';
import { dequantise } from './quant.ts';
import { type NormRef, residualNorm } from './residualNorm.ts';

export interface EmbedRef {
  readonly format: WeightFormat;
  readonly data: Uint32Array;
  readonly scales?: Float32Array | Uint32Array;
  readonly vocab: number;
  readonly width: number;
  readonly positions?: ArrayLike<number>;
}

/** token_embedding[token] (+ position_embedding[position]) of every row, and its norm, in float64. */
export function embedNorm(
  rows: readonly { readonly token: number; readonly position: number }[],
  { format, data, scales, vocab, width, positions }: EmbedRef,
  norm: NormRef,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const weights = dequantise(format, data, scales, vocab, width);
  const x = Float64Array.from({ length: rows.length * width }, (_, i) => {
    const { token, position } = rows[Math.floor(i / width)]!;
    const c = i % width;
    return weights[token * width + c]! + (positions?.[position * width + c] ?? 0);
  });
  return residualNorm(x, undefined, rows.length, width, norm);
}
