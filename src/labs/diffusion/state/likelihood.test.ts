// Values that were asked for join the run that they are of, and no other.
import { beforeEach, expect, test } from 'vitest';
import { defaultExperiment } from '../config/defaults.ts';
import type { LikelihoodEvent, LikelihoodRow } from '../worker/protocol.ts';
import { hearLikelihood, likelihoodCost, likelihoodStore } from './likelihood.ts';
import { blurBits, halfOf, rowsOf, targetName } from './likelihoodRows.ts';
import { runStore } from './runStore.ts';

const row = (contender: number, more: Partial<LikelihoodRow> = {}): LikelihoodRow => ({
  contender,
  flow: 0,
  quality: { log_likelihood: -1.5 },
  spread: { log_likelihood: [1, 2, 1, 2, 1, 2, 1, 2] },
  probes: null,
  exact: -1.4,
  nfe: 9,
  ...more,
});
const told = (r: LikelihoodRow): LikelihoodEvent => ({ kind: 'row', row: r });
const result = {
  cost: { nfe: 1, passes: 1, depth: 1, work: 1, multiplyAdds: null, bytes: 0, reads: 0, gpuMs: null, wallMs: 1 },
  stochastic: false,
  stepwise: false,
  run: 4,
};

beforeEach(() => {
  runStore.setState({ results: { 7: { ...result, quality: { energy: 1 }, spread: { energy: [1] } } }, run: 4 });
  likelihoodStore.setState({ experiment: defaultExperiment(), run: 4, slots: [7], rows: [], leftOut: [] });
});

test('a contender’s value and interval join its others', () => {
  hearLikelihood(told(row(0)));
  expect(runStore.getState().results[7]).toMatchObject({
    quality: { energy: 1, log_likelihood: -1.5 },
    spread: { energy: [1], log_likelihood: [1, 2, 1, 2, 1, 2, 1, 2] },
  });
});
test('neither the target’s, nor a contender’s that is gone, nor those of an earlier run', () => {
  hearLikelihood(told(row(-1)));
  hearLikelihood(told(row(3)));
  likelihoodStore.setState({ run: 3 });
  hearLikelihood(told(row(0)));
  expect(runStore.getState().results[7]!.quality).toEqual({ energy: 1 });
  expect(likelihoodStore.getState().rows).toHaveLength(3);
});
test('rows: contenders in their order, then the target along each flow; only those with a value', () => {
  const rows = [row(-1, { flow: 2 }), row(2), row(-1), row(0), row(1, { quality: {} })];
  expect(rowsOf(rows, 'log_likelihood').map((r) => [r.contender, r.flow])).toEqual([
    [0, 0],
    [2, 0],
    [-1, 0],
    [-1, 2],
  ]);
  expect(rowsOf(rows, 'bits_per_dim')).toEqual([]);
  // Eight parts: t of 7 degrees is 2.365; √(7/8·8·¼) = 1.323
  expect(halfOf({ spread: row(0).spread['log_likelihood']! })).toBeCloseTo(2.3646 * Math.sqrt(1.75), 3);
  expect(halfOf({ spread: null })).toBeNull();
});
test('what is left out is kept by name; what it costs is said before', () => {
  hearLikelihood({ kind: 'dropped', contender: 1, because: 'it has none', hint: 'Take another.' });
  expect(likelihoodStore.getState().leftOut).toMatchObject([{ contender: 1, because: 'it has none' }]);
  expect(likelihoodCost(defaultExperiment(), { steps: 32, probes: 5 })).toBe(260);
  expect(likelihoodCost(defaultExperiment('digits'), { steps: 16, probes: 2 })).toBe(132);
  expect([targetName({ model: 'ring8' }), targetName({ model: 'digits' })]).toEqual([
    'The target',
    'Real images that it learned from',
  ]);
  expect(blurBits({ model: 'digits' })).toBeCloseTo(3.3976, 4); // log₂(2.55·4.1327)
});
