import type { NetworkFacts } from '../../core/part.ts';
import {
  bytesOfParts,
  depthOf,
  nfe,
  passesOf,
  readsBack,
  sentOf,
  workOfPlan,
} from '../../samplers/diffusion/counting.ts';
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
  /** In whole passes, by counted multiply-adds: where parts of a network are left out it is less. */
  readonly work: number;
  /** Multiply-adds of the network for one sample; null where D is a closed form. */
  readonly multiplyAdds: number | null;
  /** Bytes of one sample that travel between emulated workers, as 32-bit numbers: states, and keys and values of strips. */
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
  /** Sizes by which parts of a pass are counted; null where it has none. */
  readonly network: NetworkFacts | null;
}

export function countedCost(ops: readonly Op[], { dim, passes: main, workOfPass, network }: Priced): CountedCost {
  const work = workOfPlan(ops, main, network);
  return {
    nfe: nfe(ops),
    passes: passesOf(ops, main),
    depth: depthOf(ops),
    work,
    multiplyAdds: workOfPass === null ? null : work * workOfPass,
    bytes: sentOf(ops) * dim * 4 + bytesOfParts(ops, main, network),
    reads: readsBack(ops),
  };
}

export const costOf = (
  { ops, gpuMs, wallMs }: Pick<Finished, 'ops' | 'gpuMs' | 'wallMs'>,
  { key, passes, workOfPass }: Pick<Problem, 'key' | 'passes' | 'workOfPass'>,
): Cost => {
  const { shape, network } = key.card;
  return { ...countedCost(ops, { dim: shape.dim, passes, workOfPass, network: network ?? null }), gpuMs, wallMs };
};
