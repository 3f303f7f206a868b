import { describe, expect, it } from 'vitest';
import { modelCard } from '../../models/index.ts';
import type { ModelId } from '../../models/index.ts';
import { inFull } from '../../core/testing.ts';
import { Cancelled } from '../../core/cancel.ts';
import type { ExitHeads } from '../../models/types.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import type { Backend, Problem, ProblemKey, RunOptions } from './problem.ts';
import { diskWeights, never } from './testing.ts';
import { asksHeads, withHeads } from './withHeads.ts';

const eval_ = (head?: 'own' | 'fitted'): Op => ({
  op: 'eval',
  x: 'x',
  sigma: 1,
  out: 'd',
  ...(head && { part: { kind: 'exit', blocks: 1, head } }),
});
/** A backend that notes with which heads it was asked to run. */
function noting() {
  const seen: (ExitHeads | null)[] = [];
  const backend: Backend = {
    kind: 'cpu',
    prepare: (key) =>
      Promise.resolve({
        key,
        identity: 'weights',
        run: (_: unknown, { heads = null }: RunOptions) => {
          seen.push(heads);
          return Promise.resolve({});
        },
      } as unknown as Problem),
  };
  return { backend, seen };
}
const keyOf = (id: ModelId) => ({ card: modelCard(id) }) as ProblemKey;

describe('heads for those who leave early', () => {
  it('are asked for by fitted exits alone', () => {
    expect([[eval_()], [eval_('own')], [eval_('own'), eval_('fitted')]].map(asksHeads)).toEqual([false, false, true]);
  });
  // A fit of the digits takes the processor half a minute; what runs do with heads is in networks/ditParts.gpu.test.ts.
  it.each(inFull(['digits'] as const))('of %s are fitted once, before the first run that wants some', async (id) => {
    const { backend, seen } = noting();
    const told: number[] = [];
    const wrapped = withHeads(backend, diskWeights, (_, fraction) => told.push(fraction));
    const problem = await wrapped.prepare(keyOf(id), never);
    const options = { seed: 1, signal: never };
    await problem.run([eval_('own')], options);
    expect(told).toEqual([]);
    await problem.run([eval_('fitted')], options);
    const { length } = told;
    expect([told[0], told.at(-1)]).toEqual([0, 1]);
    await (await wrapped.prepare(keyOf(id), never)).run([eval_('fitted')], options);
    expect(told.length).toBe(length);
    expect(seen[0]).toBeNull();
    expect(seen[1]!.heads[0]!.length).toBe(modelCard('digits').network!.blocks - 1);
    expect(seen[2]).toBe(seen[1]);
  });
  it('are none of a model without blocks, nor of a plan that is not known yet, and none are kept of a fit that was cancelled', async () => {
    const { backend, seen } = noting();
    const wrapped = withHeads(backend, diskWeights);
    await (await wrapped.prepare(keyOf('grid4'), never)).run([eval_('fitted')], { seed: 1, signal: never });
    const problem = await wrapped.prepare(keyOf('digits'), never);
    await problem.run(() => (function* () {})() as never, { seed: 1, signal: never });
    expect(seen).toEqual([null, null]);
    const stopped = AbortSignal.abort();
    await expect(problem.run([eval_('fitted')], { seed: 1, signal: stopped })).rejects.toThrow(Cancelled);
    expect(seen.length).toBe(2);
  });
});
