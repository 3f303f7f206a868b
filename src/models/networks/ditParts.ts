// Parts of a pass of a transformer in float64: what is kept of a whole one, what is put back, which head ends an early one.
import { MOST_KEPT, noHead, nothingKept, type Part } from '../../core/part.ts';
import type { ExitHead, ExitHeads } from '../types.ts';
import type { PartOf } from './dit.ts';

/** The bucket of a level: the nearest in log σ. */
export function bucketOf(levels: readonly number[], sigma: number): number {
  const away = levels.map((level) => Math.abs(Math.log(level / sigma)));
  return away.indexOf(Math.min(...away));
}

/** The head after `blocks` blocks at a level; refused where there is none. */
export function headAt(heads: ExitHeads | null, blocks: number, sigma: number): ExitHead {
  const head = heads?.heads[bucketOf(heads.levels, sigma)]?.[blocks - 1];
  if (!head) throw noHead();
  return head;
}

/** What every image has kept, by whose pass it is; for one run. */
export function keeper(depth: number, heads: ExitHeads | null) {
  const kept = new Map<string, Float64Array[]>();
  return (part: Part, sigma: number, whose: string): PartOf => {
    const own = kept.get(whose) ?? [];
    kept.set(whose, own);
    const cut = { ...part, blocks: Math.min(part.blocks, depth) };
    return {
      part: cut,
      kept: own,
      ...(cut.kind === 'exit' && cut.head === 'fitted' && { head: headAt(heads, cut.blocks, sigma) }),
    };
  };
}

/** From the first blocks' residual stream `h` to the last one's, in place; `rest` sends it through the other blocks. */
export function finishPart({ part, kept }: PartOf, h: Float64Array, rest: () => void): void {
  switch (part.kind) {
    case 'exit':
      return;
    case 'keep': {
      const before = h.slice();
      rest();
      kept.unshift(h.map((v, i) => v - before[i]!));
      kept.splice(MOST_KEPT);
      return;
    }
    case 'reuse': {
      const { terms } = part;
      if (terms.length > kept.length) throw nothingKept(terms.length, kept.length);
      terms.forEach((c, j) => kept[j]!.forEach((v, i) => (h[i]! += c * v)));
      return;
    }
    default:
      part satisfies never;
  }
}
