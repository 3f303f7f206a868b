// For tests: models written down as tables, and the instructions that an algorithm sends.
import type { TableModel } from '../testing.ts';
import type { Algorithm, DecodeOp } from '../types.ts';

/** Probabilities of the next token by what was written after the prompt; the row `*` for everything else. */
export const table = (rows: Readonly<Record<string, readonly number[]>>, promptLength = 1): TableModel => ({
  vocab: rows['*']!.length,
  logits: (prefix) => Float32Array.from(rows[prefix.slice(promptLength).join('')] ?? rows['*']!, Math.log),
});

/** The algorithm, with every instruction that it sends put on a list. */
export const collect = <P>(algorithm: Algorithm<P>, ops: DecodeOp[]): Algorithm<P> => ({
  ...algorithm,
  *run(request, params) {
    const inner = algorithm.run(request, params);
    for (let step = inner.next(); !step.done;) {
      ops.push(step.value);
      step = inner.next(yield step.value);
    }
  },
});
