// D of several arrays at once, for methods that keep their state on the processor and ask a model from time to time.
import type { Asked } from '../../core/role.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import { ARENA_REGISTERS } from './gpuPlan.ts';
import type { Problem } from './problem.ts';

/** What is wanted: D(x; σ) of whom is asked, x of samples·dim numbers. */
export interface Wanted {
  readonly x: Float64Array;
  readonly sigma: number;
  readonly asked: Asked;
}

/** The instruction that stands for them, as it is counted. */
export const batchOf = (of: readonly Wanted[]): Op => ({
  op: 'evalBatch',
  of: of.map(({ sigma, asked }, i) => ({ x: `x${i}`, sigma, out: `d${i}`, ...asked })),
});

/** As many as the registers hold that there are anyway: each takes two, and one is the state that a run ends in. */
const AT_ONCE = (ARENA_REGISTERS - 1) >> 1;

/** Their answers from the problem's device, in order. A registers' worth at a time goes there and comes back. */
export async function evaluate(problem: Problem, of: readonly Wanted[], signal: AbortSignal): Promise<Float64Array[]> {
  const out: Float64Array[] = [];
  for (let from = 0; from < of.length; from += AT_ONCE) {
    const some = of.slice(from, from + AT_ONCE);
    const zero = new Float32Array(problem.key.samples * problem.key.card.shape.dim);
    const given = Object.fromEntries([
      ['x', zero],
      ...some.flatMap(({ x }, i) => [[`x${i}`, Float32Array.from(x)] as const, [`d${i}`, zero] as const]),
    ]) as Record<string, Float32Array<ArrayBuffer>>;
    const ops: Op[] = [batchOf(some), { op: 'mark', step: 0, sigma: 1, x: 'x' }];
    const { given: ended } = await problem.run(ops, { seed: 0, given, signal });
    for (const i of some.keys()) out.push(Float64Array.from(ended![`d${i}`]!));
  }
  return out;
}
