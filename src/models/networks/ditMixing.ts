// Attention of parts of a pass in float64: what it sees of the pass before.
import { nothingSeen, type MixingPart } from '../../core/part.ts';
import { cellsOf } from '../../core/sight.ts';
import { keysAndValues, stripAttention } from '../../math/reference/partAttention.ts';
import type { DitArchitecture } from './dit.ts';

/** What one image has left in each block: keys and values of the pass before. */
export type Mixed = Map<number, Float64Array>;

/** The attention of a part, of one image; `kept` is what the passes before have left of it. */
export function mixer({ tokens, width, patch, d, heads }: DitArchitecture) {
  const grid = { tokens, across: width / patch };
  const shape = { batch: 1, tokens, heads, dim: d / heads };
  return (part: MixingPart, kept: Mixed) => {
    const cells = cellsOf(part, grid);
    return (block: number, qkv: Float64Array): Float64Array | null => {
      const old = kept.get(block);
      kept.set(block, keysAndValues(qkv, d));
      if (part.sync) return null;
      if (!old) throw nothingSeen();
      return stripAttention(qkv, old, cells, shape);
    };
  };
}
