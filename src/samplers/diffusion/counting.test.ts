import { expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { depthOf, evaluations, nfe, passesOf, readsBack, sentOf } from './counting.ts';
import { samplers, type SamplerId } from './index.ts';
import { opsOn } from './testing.ts';
import { evaluationsOf } from './registers.ts';
import type { Op, Sampler } from './types.ts';

const ask = (x: string, sigma: number, out: string, role?: 'class' | 'null' | 'weak'): Op => ({
  op: 'eval',
  x,
  sigma,
  out,
  ...(role && { role }),
});
const copy = (from: string, to: string): Op => ({ op: 'lincomb', out: to, terms: [[1, from]] });

test('what several roles say of one state at one level is one evaluation', () => {
  const guided = [ask('x', 2, 'a', 'class'), ask('x', 2, 'b', 'null'), copy('a', 'd'), ask('x', 2, 'w', 'weak')];
  expect(evaluations(guided)).toEqual([['class', 'null', 'weak']]);
  expect(passesOf(guided, 2)).toBe(3);
});

test('another level, another state, or the state written anew is another evaluation', () => {
  expect(nfe([ask('x', 2, 'a', 'class'), ask('x', 1, 'b', 'null')])).toBe(2);
  expect(nfe([ask('x', 2, 'a', 'class'), ask('y', 2, 'b', 'null')])).toBe(2);
  expect(nfe([ask('x', 2, 'a', 'class'), copy('a', 'x'), ask('x', 2, 'b', 'null')])).toBe(2);
  // An evaluation may write the very state that it reads.
  expect(nfe([ask('x', 2, 'x', 'class'), ask('x', 2, 'b', 'null')])).toBe(2);
});

test('no sampler of the registry evaluates a state twice: each instruction is one evaluation, or one role of it', () => {
  const sigmas = [10, 6, 3, 1.4, 0.6, 0.2, 0.05, 0];
  for (const id of Object.keys(samplers) as SamplerId[]) {
    const sampler: Sampler = samplers[id];
    const ops = opsOn(sampler, sigmas, defaults(sampler.params));
    const groups = evaluations(ops);
    expect(groups.flat().length, id).toBe(ops.flatMap(evaluationsOf).length);
    for (const group of groups) expect(new Set(group).size, id).toBe(group.length);
    // Passes of a model that guides inside: two for each evaluation of it.
    const main = groups.flat().filter((role) => role === 'main').length;
    expect(passesOf(ops, 2), id).toBe(groups.flat().length + main);
  }
});

test('depth: the longest chain of evaluations that wait for each other, whatever registers they use', () => {
  // Four steps of Euler are a chain of four; so are an evaluation beside each that nobody waits for.
  const step = (sigma: number): Op[] => [ask('x', sigma, 'd'), copy('d', 'x')];
  expect(depthOf([...step(4), ...step(3), ...step(2), ...step(1)])).toBe(4);
  expect(depthOf([ask('x', 4, 'a'), ask('x', 3, 'b'), ask('x', 2, 'c')])).toBe(1);
  const batch: Op = { op: 'evalBatch', of: ['x', 'y', 'z'].map((x, k) => ({ x, sigma: k + 1, out: x, worker: k })) };
  const send: Op = { op: 'send', from: 1, to: 0, x: 'y' };
  const ops = [copy('x', 'y'), copy('x', 'z'), batch, send, batch, send, copy('y', 'x'), ask('x', 1, 'd')];
  expect([nfe(ops), depthOf(ops), sentOf(ops), readsBack(ops)]).toEqual([7, 3, 2, 0]);
  // A register that is used again starts a chain of its own.
  expect(depthOf([ask('x', 4, 'a'), ask('a', 3, 'a'), copy('x', 'a'), ask('a', 2, 'a')])).toBe(2);
  // What is decided by a measure waits for what it measured, and for no more.
  const measure: Op = { op: 'measure', of: [{ terms: [[1, 'a']], power: 1 }], per: 'run' };
  expect(depthOf([ask('x', 4, 'a'), measure, ask('x', 3, 'b')])).toBe(2);
  expect(readsBack([measure, measure])).toBe(2);
});

test('depth of the samplers: a chain, but for those whose stages do not all wait', () => {
  const sigmas = [10, 6, 3, 1.4, 0.6, 0.2, 0.05, 0];
  for (const id of ['euler', 'heun', 'dpmpp_2m', 'unipc', 'dpm_adaptive', 'lms'] as const) {
    const sampler: Sampler = samplers[id];
    const ops = opsOn(sampler, sigmas, defaults(sampler.params));
    expect(depthOf(ops), id).toBe(nfe(ops));
  }
  // What is asked of both roles at once is one link.
  expect(depthOf(opsOn(samplers.euler_cfg_pp, sigmas, {}))).toBe(7);
});
