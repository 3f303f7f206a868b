// A wrapper's numbers, fitted in the worker: what is looked at, whom they belong to, and what a link makes of them.
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { wrapRemarks } from '../config/wrapRemarks.ts';
import { FittedElsewhereError, soundPlan } from './attempt.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { Session } from './session.ts';
import { probed, runWrapFit } from './wrapFit.ts';

const cpu = () => new Session(createCpuBackend(diskWeights));
const of = (hash: string): Experiment => {
  const { experiment, refusals } = parseExperiment(hash);
  expect(refusals).toEqual([]);
  return experiment;
};
const fitted = async (e: Experiment, contender = 0): Promise<Experiment> => {
  const found = await runWrapFit(cpu(), { experiment: e, contender, wrap: 0 }, () => {}, never);
  const contenders = e.contenders.map((c, i) => (i === contender ? withFit(c, found) : c));
  return { ...e, contenders };
};
const withFit = (c: Contender, found: Awaited<ReturnType<typeof runWrapFit>>): Contender => ({
  ...c,
  wraps: [{ ...c.wraps![0]!, fitted: found }],
});

test('what is looked at: the state, the class alone where it is asked for, and D as guidance leaves it', () => {
  const plan: Op[] = [
    { op: 'mark', step: 0, sigma: 4, x: 'x' },
    { op: 'send', from: 0, to: 1, x: 'x' },
    { op: 'eval', x: 'x', sigma: 4, out: 'd' },
    { op: 'mark', step: 1, sigma: 2, x: 'x' },
  ];
  const shape = (ops: readonly Op[]) =>
    ops.map((op) => {
      if (op.op === 'mark') return `${op.step} ${op.x}`;
      return op.op === 'eval' ? `${op.role ?? 'main'} ${op.out}` : op.op;
    });
  expect(shape(probed(plan, {}).ops)).toEqual(['0 x', '1 x', 'main d', '2 d']);
  expect(shape(probed(plan, { early: true }).ops)).toEqual([
    '0 x',
    '1 x',
    'main p.early',
    '2 p.early',
    'main d',
    '3 d',
  ]);
  // Guidance sees the plan's own frames alone, by which it counts steps.
  let marks = 0;
  const { ops, each } = probed(plan, { guided: true }, (list) => {
    marks = list.filter((op) => op.op === 'mark').length;
    return list.map((op) => (op.op === 'eval' && !op.role ? { ...op, role: 'null' as const } : op));
  });
  expect([marks, each]).toEqual([2, 3]);
  expect(shape(ops)).toEqual(['0 x', '1 x', 'class p.said', '2 p.said', 'null d', '3 d']);
});

describe('CoRe² on four Gaussians', () => {
  const e = of('model=grid4&class=1&n=256&seed=3&c=euler:karras:20:cfg(w=3):~core2&c=euler:karras:20:cfg(w=3)');
  test('is fitted to the guided run, travels in the link, and ends where guidance does with half the passes', async () => {
    const done = await fitted(e);
    const own = done.contenders[0]!.wraps![0]!.fitted!;
    expect([own.evaluations, own.samples, own.columns.length]).toEqual([20, 256, 10]);
    expect(own.model).toMatch(/^grid4_[0-9a-f]{6}$/);
    expect(of(formatExperiment(done, null))).toEqual(done);
    const results: Extract<RunEvent, { kind: 'result' }>[] = [];
    await runExperiment(cpu(), done, null, (event) => event.kind === 'result' && results.push(event), never);
    const last = (i: number) => results.filter(({ contender }) => contender === i).at(-1)!;
    expect([last(0).cost.passes, last(1).cost.passes]).toEqual([20, 40]);
    // Both are measured against the solution of the same guidance.
    expect(last(0).quality['paired_median']! / last(1).quality['paired_median']!).toBeLessThan(1.25);
    expect(last(0).quality['paired_median']!).toBeGreaterThan(0);
  });
  test('another weight, method, class or model is told in words, and nothing runs', async () => {
    const done = await fitted(e);
    const [c] = done.contenders as [Contender];
    const asked = { model: 'grid4', label: 1, guidance: 1 } as const;
    expect(() => soundPlan(c, asked, 'grid4')).not.toThrow();
    const other = "'core2' was fitted to this model under another guidance, or for other classes";
    const weight = { ...c, guide: { ...c.guide!, params: { ...c.guide!.params, w: 4 } } };
    expect(() => soundPlan(weight, asked, 'grid4')).toThrow(other);
    expect(() => soundPlan(c, { ...asked, label: 0 }, 'grid4')).toThrow(other);
    expect(() => soundPlan(c, { ...asked, guidance: 2 }, 'grid4')).toThrow(other);
    const elsewhere = "'core2' was fitted to a model whose weights begin with grid4; here they are d6b72db5";
    expect(() => soundPlan(c, asked, 'd6b72db5')).toThrow(elsewhere);
    expect(() => soundPlan(c, asked, 'd6b72db5')).toThrow(FittedElsewhereError);
  });
  test('unguided there is nothing to learn, and it says so', () => {
    const remark = (hash: string) => {
      const x = of(hash);
      return wrapRemarks(x.contenders[0]!, 0, x)[0];
    };
    expect(remark('model=grid4&class=1&c=euler:karras:20:~core2')).toMatch(/^This contender is not guided/);
    expect(remark('model=grid4&class=1&c=euler:karras:20:cfg(w=3):~core2')).toMatch(/^Not fitted yet/);
    expect(remark('model=moons&c=euler:karras:20:~distillation_pp')).toMatch(/^Two moons has no weaker model/);
    expect(remark('model=moons&c=euler:karras:20:~guide')).toMatch(/^Two moons has no classes/);
    expect(remark('model=grid4&c=euler:karras:20:~guide(towards=2)')).toMatch(
      /^There is no class 2: the classes are 0 to 1/,
    );
    expect(remark('model=grid4&c=euler:karras:20:~guide(towards=1)')).toBeUndefined();
  });
});

test('ones that lead elsewhere have no solution to be measured against; ones that draw noise neither', async () => {
  const e = of(
    'model=grid4&class=0&n=64&c=euler:karras:8:~guide(towards=1)&c=euler:karras:8:~minority&c=euler:karras:8:~distillation_pp&c=euler:karras:8:~distillation_pp(steps=0)&c=euler:karras:8:~guide(towards=1,w=0)',
  );
  const results = new Map<number, Extract<RunEvent, { kind: 'result' }>>();
  await runExperiment(cpu(), e, null, (event) => event.kind === 'result' && results.set(event.contender, event), never);
  expect([0, 1, 2, 3].map((i) => results.get(i)!.quality['paired_median'] !== undefined)).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect([0, 1, 2, 3].map((i) => results.get(i)!.stochastic)).toEqual([false, true, true, false]);
  expect([0, 1, 2, 3].map((i) => results.get(i)!.stepwise)).toEqual([true, true, false, false]);
});
