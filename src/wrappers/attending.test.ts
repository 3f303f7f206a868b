// Wrappers under which attention sees less.
import { describe, expect, it } from 'vitest';
import { defaults } from '../core/field.ts';
import type { Part } from '../core/part.ts';
import { countedCost } from '../engine/diffusion/cost.ts';
import { modelCard } from '../models/index.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { karras } from '../schedules/karras.ts';
import { patchParallel } from './patchParallel.ts';
import { reattention } from './reattention.ts';

const network = modelCard('digits').network!;
const sigmas = (n: number) => karras.sigmas(n, { min: 0.02, max: 80 }, { rho: 7 });
const ops = (n: number) => [...euler.plan(sigmas(n), {} as never)];
const cost = (list: ReturnType<typeof ops>, passes = 1) =>
  countedCost(list, { dim: 784, passes, workOfPass: null, network });
const strips = (given: object, n = 12) => [
  ...patchParallel.rewrite(ops(n), { ...defaults(patchParallel.params), ...given }, null, network),
];
const partsOf = <K extends Part['kind']>(list: ReturnType<typeof ops>, kind: K) =>
  list.flatMap((op) => (op.op === 'eval' && op.part?.kind === kind ? [op.part as Extract<Part, { kind: K }>] : []));

describe('patch parallelism', () => {
  it('waits first, then sees what was', () => {
    const list = partsOf(strips({ workers: 3, warmup: 2 }), 'strips');
    expect(list.map(({ sync }) => sync)).toEqual([true, true, ...Array<boolean>(10).fill(false)]);
    expect(new Set(list.map(({ workers, halo }) => `${workers} ${halo}`))).toEqual(new Set(['3 all']));
    expect(partsOf(strips({ all: false, halo: 2 }), 'strips')[5]!.halo).toBe(2);
  });
  it('sends keys and values: in each block, all of them where it waits, and of both halves of guidance', () => {
    const each = 4 * 2 * 96 * 4;
    expect(cost(strips({ workers: 7 })).bytes).toBe(12 * 294 * each);
    expect(cost(strips({ workers: 7, all: false })).bytes).toBe((294 + 11 * 84) * each);
    expect(cost(strips({ workers: 7, all: false, warmup: 4 }), 2).bytes).toBe(2 * (4 * 294 + 8 * 84) * each);
    expect(cost(strips({ workers: 1 })).bytes).toBe(0);
    // As many evaluations, and of those that see less a little less work.
    expect(cost(strips({ workers: 7 }))).toMatchObject({ nfe: 12, depth: 12, work: 12 });
    expect(cost(strips({ workers: 7, all: false })).work).toBeLessThan(12);
  });
});

describe('Re-ttention', () => {
  const sparse = (given: object, n = 20) => [
    ...reattention.rewrite(ops(n), { ...defaults(reattention.params), ...given }, null, network),
  ];
  it('sees all five times, then keeps what the window misses at every fifth', () => {
    const list = sparse({});
    const refreshed = list
      .filter((op) => op.op === 'eval')
      .map(({ part }) => (part?.kind === 'sparse' ? part.refresh : null));
    expect(refreshed.slice(0, 5)).toEqual(Array(5).fill(null));
    expect(refreshed.flatMap((r, i) => (r ? [i] : []))).toEqual([5, 10, 15]);
  });
  it('makes up for by what it is told to', () => {
    const of = (correct: string) => {
      const { ratio, residual } = partsOf(sparse({ correct }), 'sparse')[0]!;
      return [ratio, residual];
    };
    expect(['none', 'ratio', 'residual', 'both'].map(of)).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]);
  });
  it('as many evaluations, and less work by the pairs that are left out: little of it at 49 tokens', () => {
    const { nfe, work } = cost(sparse({}));
    expect(nfe).toBe(20);
    expect(work).toBeLessThan(20);
    expect(work).toBeGreaterThan(19);
  });
});
