import { describe, expect, test } from 'vitest';
import { normals } from '../../math/normal.ts';
import { ARENA_REGISTERS } from '../../engine/diffusion/gpuPlan.ts';
import type { AnyField } from '../../core/field.ts';
import { OF_GUIDANCE } from '../contenders/contender.ts';
import { evaluations, nfe, passesOf } from '../diffusion/counting.ts';
import { planOps, samplers, type SamplerId } from '../diffusion/index.ts';
import { defaults } from '../../core/field.ts';
import { evaluationsOf, registersOf } from '../diffusion/registers.ts';
import { opsOn, runPlan } from '../diffusion/testing.ts';
import type { Op, Sampler } from '../diffusion/types.ts';
import type { guidances } from './index.ts';
import { guidanceIds, guidanceOf } from './index.ts';
import { guidePlan } from './rewrite.ts';
import { guidedOps, paramsOf, toy4 } from './testing.ts';

const shape = (ops: readonly Op[]) =>
  ops.map((op) => {
    if (op.op === 'eval') return `${op.out} ← ${op.role ?? 'main'}(${op.x}; ${op.sigma})`;
    if (op.op === 'lincomb') return `${op.out} ← ${op.terms.map(([c, r]) => `${c}·${r}`).join(' + ')}`;
    return op.op;
  });

describe('a plan, guided', () => {
  test('each evaluation by those who are asked, and what combines them', () => {
    expect(shape(guidedOps('euler', [4, 2, 1], 'cfg', { w: 3, from: 2 }))).toEqual([
      'mark',
      'g.class ← class(x; 4)',
      'g.null ← null(x; 4)',
      'd ← 3·g.class + -2·g.null',
      'x ← 0.5·x + 0.5·d',
      'mark',
      // Not above σ = 2: the class alone.
      'd ← class(x; 2)',
      'x ← 0.5·x + 0.5·d',
      'mark',
    ]);
  });

  test('of a batch each evaluation by itself, on the worker that it is for', () => {
    const batch: Op = {
      op: 'evalBatch',
      of: [
        { x: 'x', sigma: 4, out: 'd' },
        { x: 'y', sigma: 2, out: 'e', worker: 1 },
      ],
    };
    const ops = guidePlan([batch], guidanceOf('cfg'), paramsOf('cfg', { w: 3 }) as never);
    expect(shape(ops)).toEqual([
      'g.class ← class(x; 4)',
      'g.null ← null(x; 4)',
      'd ← 3·g.class + -2·g.null',
      'g.class ← class(y; 2)',
      'g.null ← null(y; 2)',
      'e ← 3·g.class + -2·g.null',
    ]);
    expect(ops.flatMap(evaluationsOf).map(({ worker = 0 }) => worker)).toEqual([0, 0, 1, 1]);
  });

  test('what CFG++ has asked is not asked again; a state written anew is', () => {
    const ops = guidedOps('euler_cfg_pp', [4, 2, 1], 'cfg', { w: 0.6 });
    expect(shape(ops).slice(0, 4)).toEqual([
      'mark',
      'u ← null(x; 4)',
      'g.class ← class(x; 4)',
      'd ← 0.6·g.class + 0.4·u',
    ]);
    expect([nfe(ops), passesOf(ops, 2)]).toEqual([2, 4]);
    expect(evaluations(ops)).toEqual([
      ['null', 'class'],
      ['null', 'class'],
    ]);
  });

  test('who is not needed is not asked', () => {
    const passes = (id: keyof typeof guidances, params: object) =>
      passesOf(guidedOps('euler', [4, 2, 1], id, params), 9);
    expect(passes('cfg', { w: 1 })).toBe(2);
    expect(passes('cfg', { w: 0 })).toBe(2);
    expect(passes('cfg', { w: 2 })).toBe(4);
    expect(passes('apg', { w: 1, beta: 0 })).toBe(2);
    expect(passes('perp_neg', { w: 2, v: 0 })).toBe(4);
    expect(passes('perp_neg', { w: 2 })).toBe(6);
  });

  test('D that takes the place of its own state', () => {
    const plan: Op[] = [
      { op: 'mark', step: 0, sigma: 2, x: 'x' },
      { op: 'eval', x: 'x', sigma: 2, out: 'x' },
      { op: 'mark', step: 1, sigma: 1, x: 'x' },
    ];
    const ops = guidePlan(plan, guidanceOf('cfg'), paramsOf('cfg', { w: 2 }) as never);
    expect(shape(ops)[3]).toBe('g.out ← 2·g.class + -1·g.null');
    expect(shape(ops)[4]).toBe('x ← 1·g.out');
  });

  test('other roles of a plan, noise and frames stay as they are', () => {
    const plan = planOps(samplers.euler_ancestral, [4, 2, 1], { eta: 1, s_noise: 1 });
    const ops = guidePlan(plan, guidanceOf('cfg'), paramsOf('cfg') as never);
    const kept = (list: readonly Op[]) => list.filter((op) => op.op === 'mark' || op.op === 'noise');
    expect(kept(ops)).toEqual(kept(plan));
    // Noise is still drawn right before the combination that uses it, so that the GPU draws it inside.
    for (const [i, op] of ops.entries()) if (op.op === 'noise') expect(ops[i + 1]!.op).toBe('lincomb');
  });
});

const starts = normals(3, 0, 5, 2).map((v) => v * 8);
const ids = Object.keys(samplers) as SamplerId[];
describe.each(guidanceIds)('%s with every sampler', (id) => {
  const method = guidanceOf(id);
  test('is registered under its own id, and its fields parse their own defaults', () => {
    expect(method.id).toBe(id);
    expect(method.paper.url).toMatch(/^https:/);
    for (const f of Object.values(method.params) as AnyField[])
      expect(f.parse(f.format(f.default as never))).toBe(f.default);
  });
  test('one, two and three steps: finite, as many evaluations as unguided, registers that fit', () => {
    for (const sampler of ids)
      for (const sigmas of [
        [8, 0],
        [8, 0.5, 0],
        [8, 3, 0.5, 0.05],
      ])
        for (const params of [{}, { phi: 0.7 }, { from: 1, to: 5 }, { r: 0.5, quantile: 0.6 }]) {
          const own: Sampler = samplers[sampler];
          const plan = opsOn(own, sigmas, defaults(own.params));
          const ops = guidedOps(sampler, sigmas, id, params);
          const where = `${sampler} ${sigmas.length - 1} ${JSON.stringify(params)}`;
          expect(nfe(ops), where).toBe(nfe(plan));
          // Where a sampler declares more than the first arena has, the engine adds what guidance may take.
          const declared = own.adaptive ? own.registers?.(sigmas.length - 1, defaults(own.params)) : undefined;
          const room = declared === undefined ? ARENA_REGISTERS : Math.max(ARENA_REGISTERS, declared + OF_GUIDANCE);
          expect(registersOf(ops).size, where).toBeLessThanOrEqual(room);
          for (const op of ops)
            if (op.op === 'lincomb') {
              expect(op.terms.length, where).toBeGreaterThan(0);
              expect(op.terms.length, where).toBeLessThanOrEqual(8);
              expect(
                op.terms.every(([c]) => Number.isFinite(c)),
                where,
              ).toBe(true);
            }
          // `main` is answered by nobody here: asking it throws.
          const x = runPlan(ops, starts, toy4, (draws, dim) => new Float64Array(dim).fill(0.1 * draws.length), 2);
          expect(x.every(Number.isFinite), where).toBe(true);
        }
  });
});
