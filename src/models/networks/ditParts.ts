// Parts of a pass of a transformer in float64: what is kept of a whole one, what is put back, which head ends an early one.
import {
  blocksOf,
  isMixing,
  keptElsewhere,
  MOST_KEPT,
  noHalves,
  noHead,
  nothingKept,
  type Part,
} from '../../core/part.ts';
import type { ExitHead, ExitHeads } from '../types.ts';
import type { DitArchitecture, Kept, PartOf } from './dit.ts';
import { mixer, type Mixed } from './ditMixing.ts';

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
export function keeper(architecture: DitArchitecture, heads: ExitHeads | null) {
  const { depth } = architecture;
  const kept = new Map<string, Kept[]>();
  const mixed = new Map<string, Mixed>();
  const mix = mixer(architecture);
  return (part: Part, sigma: number, whose: string): PartOf => {
    if (part.kind === 'pooled') throw noHalves('A transformer with positions of its own');
    const own = kept.get(whose) ?? [];
    kept.set(whose, own);
    const blocks = part.kind === 'keep' ? Math.min(part.blocks, depth) : blocksOf(part, depth);
    if (isMixing(part)) {
      const before: Mixed = mixed.get(whose) ?? new Map();
      mixed.set(whose, before);
      return { part, blocks, kept: own, mix: mix(part, before) };
    }
    return {
      part,
      blocks,
      kept: own,
      ...(part.kind === 'exit' && part.head === 'fitted' && { head: headAt(heads, blocks, sigma) }),
    };
  };
}

/** From the first blocks' residual stream `h` to the last one's, in place; `rest` sends it through the other blocks. */
export function finishPart({ part, blocks, kept }: PartOf, h: Float64Array, rest: () => void): void {
  switch (part.kind) {
    case 'exit':
    case 'pooled':
    case 'strips':
    case 'sparse':
      return;
    case 'keep': {
      const before = h.slice();
      rest();
      kept.unshift({ blocks, values: h.map((v, i) => v - before[i]!) });
      kept.splice(MOST_KEPT);
      return;
    }
    case 'reuse': {
      const { terms } = part;
      if (terms.length > kept.length) throw nothingKept(terms.length, kept.length);
      const other = kept.slice(0, terms.length).find((k) => k.blocks !== blocks);
      if (other) throw keptElsewhere(blocks, other.blocks);
      terms.forEach((c, j) => kept[j]!.values.forEach((v, i) => (h[i]! += c * v)));
      return;
    }
    default:
      part satisfies never;
  }
}
