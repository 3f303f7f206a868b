// Attention of parts of a pass in float64: what it sees of the pass before, or of all that a window misses.
import { nothingSeen, seesAll, type MixingPart, type SparsePart, type StripsPart } from '../../core/part.ts';
import { cellsOf } from '../../core/sight.ts';
import { keysAndValues, stripAttention, windowAttention } from '../../math/reference/partAttention.ts';
import type { DitArchitecture } from './dit.ts';

/** What one image has left in a block: keys and values of the pass before; the shares of its windows, and what they lacked. */
interface Left {
  kv?: Float64Array;
  ratio?: Float64Array;
  rest?: Float64Array;
}
export type Mixed = Map<number, Left>;

/** The attention of a part, of one image; `kept` is what the passes before have left of it. Null: that of a whole pass. */
export function mixer({ tokens, width, patch, d, heads }: DitArchitecture) {
  const grid = { tokens, across: width / patch };
  const dim = d / heads;
  const shape = { batch: 1, tokens, heads, dim };

  function strips(part: StripsPart, cells: Uint32Array, left: Left, qkv: Float64Array): Float64Array | null {
    const old = left.kv;
    left.kv = keysAndValues(qkv, d);
    if (part.sync) return null;
    if (!old) throw nothingSeen(part);
    return stripAttention(qkv, old, cells, shape);
  }
  function windows(part: SparsePart, cells: Uint32Array, left: Left, qkv: Float64Array): Float64Array | null {
    const { all, within, ratio } = windowAttention(qkv, cells, shape);
    if (seesAll(part)) left.ratio = part.ratio ? ratio : ratio.fill(1);
    if (!left.ratio) throw nothingSeen(part);
    const shares = left.ratio;
    const scaled = within.map((v, at) => v * shares[Math.floor((at % d) / dim) * tokens + Math.floor(at / d)]!);
    if (seesAll(part)) {
      left.rest = part.residual ? all.map((v, at) => v - scaled[at]!) : new Float64Array(all.length);
      return null;
    }
    left.ratio = shares.map((share) => Math.min(1, share + part.drift));
    return scaled.map((v, at) => v + left.rest![at]!);
  }

  return (part: MixingPart, kept: Mixed) => {
    const cells = cellsOf(part, grid);
    return (block: number, qkv: Float64Array): Float64Array | null => {
      const left = kept.get(block) ?? {};
      kept.set(block, left);
      return part.kind === 'strips' ? strips(part, cells, left, qkv) : windows(part, cells, left, qkv);
    };
  };
}
