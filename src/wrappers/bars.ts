// What of each evaluation a wrapped plan makes, for the eye: whole, in part, put together of what was kept, or left out.
import { workOf, type NetworkFacts } from '../core/part.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { ownRegister, numbered } from './plans.ts';

export interface Bar {
  readonly kind: 'whole' | 'exit' | 'less' | 'kept' | 'left out';
  /** The share of a whole pass that it runs. */
  readonly share: number;
  readonly text: string;
}

/** One bar for each evaluation of the untouched run, in order. */
export function barsOf(ops: readonly Op[], network: NetworkFacts | null): readonly Bar[] {
  const seen = new Set<number>();
  return numbered(ops).list.flatMap(([op, number]): readonly Bar[] => {
    if (op.op === 'lincomb' && !ownRegister(op.out) && op.terms.some(([, reg]) => ownRegister(reg)))
      return [{ kind: 'left out', share: 0, text: 'left out: made of what was said before' }];
    if (op.op !== 'eval' || seen.has(number)) return [];
    seen.add(number);
    const { part } = op;
    const share = workOf(part, network);
    const percent = `${Math.round(100 * share)} % of a pass`;
    switch (part?.kind) {
      case undefined:
      case 'keep':
        return [{ kind: 'whole', share: 1, text: 'whole' }];
      case 'exit':
        return [{ kind: 'exit', share, text: `left after ${blocks(part.blocks)}, ${percent}` }];
      case 'reuse':
        return [
          {
            kind: 'kept',
            share,
            text: `what ${part.blocks === 0 ? 'all blocks' : `the blocks after ${part.blocks}`} added is put back, ${percent}`,
          },
        ];
      case 'strips':
        return [
          part.sync
            ? { kind: 'whole', share: 1, text: 'whole: strips wait for each other' }
            : { kind: 'less', share, text: `strips see each other as they were, ${percent}` },
        ];
      case 'pooled':
        return [{ kind: 'less', share, text: `of the picture of half the size, ${percent}` }];
      case 'sparse':
        return [
          part.refresh
            ? { kind: 'whole', share: 1, text: `whole, and keeps what the window misses, ${percent}` }
            : { kind: 'less', share, text: `attention within a window, ${percent}` },
        ];
      default:
        return part satisfies never;
    }
  });
}
const blocks = (n: number) => `${n} ${n === 1 ? 'block' : 'blocks'}`;
