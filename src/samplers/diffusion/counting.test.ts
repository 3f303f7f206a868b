import { expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { evaluations, nfe, passesOf } from './counting.ts';
import { planOps, samplers, type SamplerId } from './index.ts';
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
    const ops = planOps(sampler, sigmas, defaults(sampler.params));
    const groups = evaluations(ops);
    expect(groups.flat().length, id).toBe(ops.filter((o) => o.op === 'eval').length);
    for (const group of groups) expect(new Set(group).size, id).toBe(group.length);
    // Passes of a model that guides inside: two for each evaluation of it.
    const main = groups.flat().filter((role) => role === 'main').length;
    expect(passesOf(ops, 2), id).toBe(groups.flat().length + main);
  }
});
