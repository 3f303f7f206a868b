import type { Instructions, Op } from '../../samplers/diffusion/types.ts';

/** A plan of either kind, instruction by instruction. What an adaptive one yields is kept: it is what ran. */
export interface Followed {
  /** The first frame of a list, or what an adaptive plan begins with. */
  readonly first: Op | undefined;
  readonly ops: readonly Op[];
  /** The next instruction, where the last one measured this; null at the end. */
  next(answer?: Float64Array | null): Op | null;
}

const NOTHING = new Float64Array();

export function follow(instructions: Instructions): Followed {
  if (typeof instructions !== 'function') {
    let at = 0;
    return {
      first: instructions.find((op) => op.op === 'mark'),
      ops: instructions,
      next: () => instructions[at++] ?? null,
    };
  }
  const plan = instructions();
  const ops: Op[] = [];
  const ask = (answer: Float64Array): Op | null => {
    const next = plan.next(answer);
    if (next.done) return null;
    ops.push(next.value);
    return next.value;
  };
  let begun = ask(NOTHING);
  return {
    first: begun ?? undefined,
    ops,
    next(answer) {
      if (begun === null) return ask(answer ?? NOTHING);
      const op = begun;
      begun = null;
      return op;
    },
  };
}
