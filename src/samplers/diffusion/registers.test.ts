import { expect, test } from 'vitest';
import { CpuMachine } from '../../engine/diffusion/cpu.ts';
import { evaluations, nfe, passesOf } from './counting.ts';
import { batchFault, evaluationsOf, readsOf, registersOf, writesOf } from './registers.ts';
import { gaussian, noNoise, runPlan } from './testing.ts';
import type { Evaluate, Op } from './types.ts';

const a: Evaluate = { x: 'x', sigma: 2, out: 'a' };
const b: Evaluate = { x: 'y', sigma: 1, out: 'b', role: 'class', worker: 1 };
const batch: Op = { op: 'evalBatch', of: [a, b] };
const send: Op = { op: 'send', from: 1, to: 0, x: 'b' };
const measure: Op = {
  op: 'measure',
  of: [{ terms: [[1, 'a']], power: 2, scale: { absolute: 1, relative: 1, of: ['y'] } }],
  per: 'run',
};

test('what instructions read and write', () => {
  expect(evaluationsOf(batch)).toEqual([a, b]);
  expect([batch, send, measure].map(readsOf)).toEqual([['x', 'y'], ['b'], ['a', 'y']]);
  expect([batch, send, measure].map(writesOf)).toEqual([['a', 'b'], [], []]);
  expect([...registersOf([batch, send])]).toEqual(['x', 'y', 'a', 'b']);
});

test('a batch counts each of its evaluations, with its role', () => {
  expect(evaluations([batch, send, measure])).toEqual([['main'], ['class']]);
  expect([nfe([batch]), passesOf([batch], 2)]).toEqual([2, 3]);
});

test('a batch is refused where one evaluation reads or overwrites what another writes', () => {
  expect(batchFault([a, b])).toBeNull();
  expect(batchFault([{ x: 'x', sigma: 1, out: 'x' }])).toBeNull(); // its own state it may replace
  expect(batchFault([])).toMatch(/empty/);
  expect(batchFault([a, { ...b, out: 'a' }])).toMatch(/Two evaluations of one batch write register 'a'/);
  expect(batchFault([a, { ...b, x: 'a' }])).toMatch(/reads register 'a', which another one writes/);
  const bad: Op = { op: 'evalBatch', of: [a, { ...b, x: 'a' }] };
  const x0 = Float64Array.of(1, 2);
  expect(() => runPlan([bad], x0, gaussian(1), noNoise)).toThrow(/reads register 'a'/);
  expect(() => new CpuMachine(x0, gaussian(1), () => {}).execute(bad)).toThrow(/reads register 'a'/);
});

test('both interpreters run a batch, and answer a plan that measures', () => {
  function* asking(): Generator<Op, void, Float64Array> {
    yield { op: 'lincomb', out: 'y', terms: [[0.5, 'x']] };
    yield batch;
    const difference = { terms: [[1, 'a'] as const, [-1, 'b'] as const], power: 1 as const };
    const [mean] = yield { op: 'measure', of: [difference], per: 'run' };
    yield { op: 'lincomb', out: 'x', terms: [[mean!, 'a']] };
  }
  const x0 = Float64Array.of(3, -5);
  // a = x/5, b = (x/2)/2: their distance is x/20, in the mean 0.2.
  const want = [0.2 * 0.6, -0.2];
  runPlan(asking(), x0, gaussian(1), noNoise).forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 14));
  const machine = new CpuMachine(x0, gaussian(1), () => {});
  const plan = asking();
  let next = plan.next(new Float64Array());
  while (!next.done) next = plan.next(machine.execute(next.value) ?? new Float64Array());
  machine.read('x').forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 14));
  expect(() => runPlan([{ ...send, to: 1 }], x0, gaussian(1), noNoise)).toThrow();
});
