// FlowTurbo's refiner: evaluations foretold from the velocity before and the state.
import { describe, expect, it } from 'vitest';
import { levels, plan, run, wrap } from '../engine/diffusion/askingTesting.ts';
import { fittedOn, gaussian, seenOf, startOf } from '../engine/diffusion/wrapperTesting.ts';
import { mixtures } from '../models/definitions.ts';
import { mixtureDenoiser } from '../models/mixture.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { nfe } from '../samplers/diffusion/counting.ts';
import type { Fitted } from '../samplers/contenders/wrapping.ts';
import { COLUMNS, SAME } from './affine.ts';
import { leaveOut } from './plans.ts';
import { refined, refiner } from './refiner.ts';

const worst = (a: Float64Array, b: Float64Array) => a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0);
const grid4 = mixtureDenoiser(mixtures.grid4());

describe('the velocity refiner', () => {
  it('takes the last evaluations or every second one from the last, never the first', () => {
    const of = (n: number, count: number, where: 'end' | 'apart') =>
      Array.from({ length: n }, (_, i) => (refined(i, n, { count, where }) ? 'R' : 'H')).join('');
    expect(of(6, 2, 'end')).toBe('HHHHRR');
    expect(of(6, 9, 'end')).toBe('HRRRRR');
    expect(of(6, 2, 'apart')).toBe('HHHRHR');
    expect(of(5, 9, 'apart')).toBe('HHRHR');
  });
  it.each(['euler', 'heun', 'pseudo_corrector', 'dpmpp_2m'] as const)(
    '%s on a Gaussian: velocities are linear in the state, so any number of them can be foretold',
    (id) => {
      const ops = plan(id, levels(8));
      const denoise = gaussian(0.7);
      const fitted = fittedOn(refiner.fit!, seenOf(ops, denoise, startOf(20, 200, 2, 3)), {} as never, 2);
      const whole = run(ops, denoise, 50);
      for (const where of ['end', 'apart'] as const)
        for (const count of [1, 3, 100]) {
          const list = wrap(refiner, ops, { count, where }, fitted);
          expect(worst(run(list, denoise, 50), whole), `${where} ${count}`).toBeLessThan(3e-5);
          if (count === 3) expect(nfe(list)).toBe(nfe(ops) - 3);
          if (count === 100 && where === 'end') expect(nfe(list)).toBe(1);
        }
    },
  );
  it('that foretells no change carries the velocity over', () => {
    const ops = plan('euler', levels(8));
    const still: Fitted = {
      evaluations: 8,
      samples: 1,
      model: 't',
      columns: COLUMNS.map((_, k) => Array<number>(8).fill(SAME[k]!)),
    };
    const carried = leaveOut(ops, 'velocity', (i) => (i >= 6 ? { terms: [1] } : null));
    const ours = wrap(refiner, ops, { count: 2 }, still);
    expect(worst(run(ours, grid4, 20), run(carried, grid4, 20))).toBeLessThan(1e-12);
  });
  it('in a piece of a run goes by its place there, and asks first: no velocity comes from before', () => {
    const ops = plan('euler', levels(8));
    const fitted = fittedOn(refiner.fit!, seenOf(ops, grid4, startOf(20, 50, 2, 3)), {} as never, 2);
    const params = { count: 3, where: 'end' } as const;
    const asked = (list: readonly Op[], before: number) =>
      nfe(refiner.rewrite(list, params, fitted, null, null, { before, evaluations: 8, step: before, steps: 8 }));
    const piece = plan('euler', levels(8).slice(0, 4));
    expect(asked(piece, 0)).toBe(3);
    expect(asked(plan('euler', levels(8).slice(4)), 4)).toBe(1);
    expect(asked(plan('euler', levels(8).slice(6)), 6)).toBe(1);
  });
  it('of pictures has one map for all pixels, which any device can do', () => {
    const ops = plan('euler', levels(6));
    const fitted = fittedOn(refiner.fit!, seenOf(ops, gaussian(1), startOf(20, 10, 16, 3)), {} as never, 16);
    expect(wrap(refiner, ops, {}, fitted).some((op) => op.op === 'guide')).toBe(false);
  });
  it('three of eleven evaluations foretold: nearer than eight that were asked; fed by each other or apart', () => {
    const whole = plan('pseudo_corrector', levels(10));
    const fitted = fittedOn(refiner.fit!, seenOf(whole, grid4, startOf(20, 1000, 2, 3)), {} as never, 2);
    const truth = run(plan('heun', levels(300)), grid4, 400);
    const median = (ops: readonly (typeof whole)[number][]) => {
      const x = run(ops, grid4, 400);
      const off = Array.from({ length: 400 }, (_, i) =>
        Math.hypot(x[2 * i]! - truth[2 * i]!, x[2 * i + 1]! - truth[2 * i + 1]!),
      );
      return off.sort((a, b) => a - b)[200]!;
    };
    const end = median(wrap(refiner, whole, {}, fitted));
    expect(end).toBeLessThan(0.75 * median(plan('pseudo_corrector', levels(7))));
    expect(end).toBeLessThan(1.5 * median(whole));
    expect(median(wrap(refiner, whole, { where: 'apart' }, fitted))).toBeGreaterThan(1.5 * end);
  });
});
