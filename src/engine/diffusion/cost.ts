import { depthOf, nfe, passesOf, readsBack, sentOf } from '../../samplers/diffusion/counting.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import type { Finished, Problem } from './problem.ts';

/** What the instructions themselves say, on any device. */
export interface CountedCost {
  /** Evaluations of the guided model. */
  readonly nfe: number;
  /** Network passes. */
  readonly passes: number;
  /** The longest chain of evaluations of which each waits for the one before: what enough devices would wait for. */
  readonly depth: number;
  /** Multiply-adds of the network for one sample; null where D is a closed form. */
  readonly work: number | null;
  /** Bytes of one sample that travel between emulated workers, as 32-bit numbers. */
  readonly bytes: number;
  /** How often the plan waited for its own numbers. */
  readonly reads: number;
}
export interface Cost extends CountedCost {
  readonly gpuMs: number | null;
  readonly wallMs: number;
}

/** What of a model the counts need. */
export interface Priced {
  /** Numbers of a sample. */
  readonly dim: number;
  /** Passes that an evaluation of `main` takes. */
  readonly passes: number;
  /** Multiply-adds of a pass on one sample; null for a closed form. */
  readonly workOfPass: number | null;
}

export function countedCost(ops: readonly Op[], { dim, passes: main, workOfPass }: Priced): CountedCost {
  const passes = passesOf(ops, main);
  return {
    nfe: nfe(ops),
    passes,
    depth: depthOf(ops),
    work: workOfPass === null ? null : passes * workOfPass,
    bytes: sentOf(ops) * dim * 4,
    reads: readsBack(ops),
  };
}

export const costOf = (
  { ops, gpuMs, wallMs }: Pick<Finished, 'ops' | 'gpuMs' | 'wallMs'>,
  { key, passes, workOfPass }: Pick<Problem, 'key' | 'passes' | 'workOfPass'>,
): Cost => ({ ...countedCost(ops, { dim: key.card.shape.dim, passes, workOfPass }), gpuMs, wallMs });
