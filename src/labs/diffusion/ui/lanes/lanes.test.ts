import { expect, test } from 'vitest';
import { defaults } from '../../../../core/field.ts';
import { planOps, samplers } from '../../../../samplers/diffusion/index.ts';
import type { Op } from '../../../../samplers/diffusion/types.ts';
import { contenderPlan, newContender } from '../../config/contender.ts';
import { newGuidance } from '../../../../samplers/contenders/contender.ts';
import { lanesOf, lanesText } from './lanes.ts';

const sigmas = (n: number) => Array.from({ length: n + 1 }, (_, i) => (n - i) * 1);
const parastep = (params: object, n = 14) =>
  planOps(samplers.parastep, sigmas(n), { ...defaults(samplers.parastep.params), ...params });

test('one chain has no lanes', () => {
  expect(lanesOf(planOps(samplers.euler, sigmas(5), {}))).toBeNull();
  expect(lanesOf(planOps(samplers.heun, sigmas(5), {}))).toBeNull();
});

test('four workers after two plain steps: who waits, and in which round', () => {
  const shown = lanesOf(parastep({ workers: 4, warmup: 2 }))!;
  // Two plain rounds, then three of four: 2 + 12 steps.
  expect(shown.lanes.map(({ worker, rounds }) => [worker, rounds])).toEqual([
    [0, [1, 1, 1, 1, 1]],
    [1, [0, 0, 1, 1, 1]],
    [2, [0, 0, 1, 1, 1]],
    [3, [0, 0, 1, 1, 1]],
  ]);
  expect(shown.idle).toBeCloseTo(6 / 20, 12);
  expect(shown.evaluations).toBe(14);
  expect(shown.rounds).toEqual([
    { from: 0, to: 0, done: 0 },
    { from: 1, to: 1, done: 1 },
    { from: 2, to: 5, done: 2 },
    { from: 6, to: 9, done: 6 },
    { from: 10, to: 13, done: 10 },
  ]);
  expect(lanesText(shown, false)).toMatch(
    /^14 evaluations in 5 rounds on 4 emulated workers, idle 30 %, 21 states sent\./,
  );
});

test('on one device those of a round are its places', () => {
  const shown = lanesOf(parastep({ workers: 4, warmup: 2, slope: 'last' }))!;
  expect(shown.lanes.map(({ rounds }) => rounds.join(''))).toEqual(['11111', '00111', '00111', '00111']);
  expect(lanesText(shown, true)).toMatch(/side by side on one device/);
});

test('guidance asks two roles in a round: a batch is still one round', () => {
  const plain = contenderPlan(newContender('parastep', 14), 'grid4').ops;
  const guided = contenderPlan({ ...newContender('parastep', 14), guide: newGuidance('cfg', { w: 2 }) }, 'grid4').ops;
  expect(lanesOf(guided)!.rounds.length).toBe(lanesOf(plain)!.rounds.length);
  expect(lanesOf(guided)!.lanes.map(({ rounds }) => Math.max(...rounds))).toEqual([2, 2, 2, 2]);
});

test('a worker with several evaluations in a round has them in one place', () => {
  const at = (x: string, worker: number, out = x) => ({ x, sigma: 2, out, worker });
  const ops: Op[] = [
    { op: 'mark', step: 0, sigma: 2, x: 'x' },
    { op: 'evalBatch', of: [at('x', 0, 'd'), at('x', 1, 'e'), at('x', 1, 'f')] },
    { op: 'mark', step: 1, sigma: 1, x: 'x' },
  ];
  expect(lanesOf(ops)!.lanes.map(({ rounds }) => rounds)).toEqual([[1], [2]]);
});
