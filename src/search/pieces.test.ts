// Searches on a sampler that is guided and wrapped: what stands in a piece of a run, and what a batch of candidates comes to.
import { describe, expect, test } from 'vitest';
import { defaults } from '../core/field.ts';
import { createCpuBackend } from '../engine/diffusion/cpuBackend.ts';
import { oneCopy } from '../engine/diffusion/copies.ts';
import { carrierOf, exactCarrier, runNoiseSearch } from '../engine/diffusion/searchRun.ts';
import { most, mean, RANGE, search } from '../engine/diffusion/searchTesting.ts';
import { diskWeights, never } from '../engine/diffusion/testing.ts';
import { mixtures } from '../models/definitions.ts';
import { modelCard } from '../models/index.ts';
import { logDensity } from '../models/mixture.ts';
import { exactRoles } from '../models/target.ts';
import { contenderPlan, newContender, newGuidance, pieceOf } from '../samplers/contenders/contender.ts';
import type { Contender } from '../samplers/contenders/types.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { nfe } from '../samplers/diffusion/counting.ts';
import { evaluationsOf } from '../samplers/diffusion/registers.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { guidanceIds } from '../samplers/guidance/index.ts';
import { wrappers, type WrapperId } from '../wrappers/index.ts';
import { searchContext } from './context.ts';
import { searchIds, searches, type SearchId } from './index.ts';
import type { NoiseSearch, States } from './types.ts';

const D = exactRoles({ model: 'unbalanced', points: [], label: 2 })!;
const unbalanced = mixtures.unbalanced();
const logP = (x: States) => logDensity(unbalanced, x, 0);
const wrapperIds = Object.keys(wrappers) as WrapperId[];
const { network } = modelCard('digits');
const FOR = { ...RANGE, network: network!, halves: { height: 2, width: 1 } };

/** Wrapped with every number that a fit would give. */
function wrapped(id: WrapperId, c: Contender = newContender('euler', 10), params: object = {}): Contender {
  const w: DenoiserWrapper = wrappers[id];
  const columns = w.fit?.columns.map((name, k) =>
    Array.from({ length: 10 }, (_, i) => (name === 'left out' ? i % 2 : 0.01 * (k + 1) + 0.001 * i)),
  );
  const own = {
    id,
    params: { ...(defaults(w.params) as object), ...params } as Contender['params'],
    ...(columns && { fitted: { evaluations: 10, samples: 1, model: 'test', columns } }),
  };
  return { ...c, wraps: [own] };
}
const guided = newContender('euler', 10);
const cfg: Contender = { ...guided, guide: newGuidance('cfg', { w: 2 }) };
const size = { samples: 8, dim: 2, budget: 100, seed: 5 };
const asked = (ops: readonly Op[]) => ops.flatMap(evaluationsOf);

describe('a run in one piece is the run', () => {
  test.each(wrapperIds)('wrapped by %s', (id) => {
    const c = wrapped(id);
    const context = searchContext(c, FOR, size);
    expect(context.levels).toEqual(contenderPlan(c, FOR).sigmas);
    expect(context.solve(context.levels)).toEqual(contenderPlan(c, FOR).ops);
    const bound = (wrappers[id] as DenoiserWrapper).whole;
    if (bound) {
      expect(() => context.piece(0, 10)).toThrow(bound);
      expect(() => context.denoise(3)).toThrow(bound);
    } else expect(context.piece(0, 10)).toEqual(context.solve(context.levels));
  });
  test.each(guidanceIds)('guided by %s', (id) => {
    const c = { ...guided, guide: newGuidance(id, { w: 2 }) };
    const context = searchContext(c, FOR, size);
    expect(context.solve(context.levels)).toEqual(contenderPlan(c, FOR).ops);
    expect(context.piece(0, 10)).toEqual(context.solve(context.levels));
  });
});

describe('a piece asks what the run asks there', () => {
  /** Of wrappers that keep nothing between evaluations, and of guidance. */
  test.each([
    ['exit', wrapped('exit', guided, { depths: '1.2.3.4' })],
    ['core2', wrapped('core2', guided, { twice: 6 })],
    ['distillation_pp', wrapped('distillation_pp', guided, { steps: 6 })],
    ['minority', wrapped('minority', guided, { every: 3 })],
    ['guide', wrapped('guide')],
    ['cfg_zero', { ...guided, guide: newGuidance('cfg_zero', { w: 2, zero: 0.6 }) }],
    ['interval', { ...guided, guide: newGuidance('interval', { w: 2, low: 0.5, high: 3 } as never) }],
  ] as const)('%s', (_name, c) => {
    const { piece, denoise, solve, levels } = searchContext(c, FOR, size);
    const whole = asked(solve(levels));
    const parts = [piece(0, 4), piece(4, 5), piece(5, 10)].map(asked);
    expect(parts.flat()).toEqual(whole);
    // Nobody is asked while a run stands still.
    if (parts[1]!.length > 0) expect(parts[1]).not.toEqual(parts[0]!.slice(0, parts[1]!.length));
    for (const k of [0, 4, 5, 7]) {
      const alone = asked(denoise(k)).map(({ sigma, role, part }) => ({ sigma, role, part }));
      expect(alone, String(k)).toEqual(asked(piece(k, k + 1)).map(({ sigma, role, part }) => ({ sigma, role, part })));
    }
  });
  test.each(['reuse', 'taylor', 'erta', 'tea', 'first_block'] as const)(
    '%s begins anew in each, and its first evaluation is made',
    (id) => {
      const { piece, denoise } = searchContext(wrapped(id), FOR, size);
      for (const from of [1, 4, 7]) {
        const first = asked(piece(from, 10))[0]!;
        expect(first.part?.kind ?? 'keep').toBe('keep');
        expect(nfe(denoise(from))).toBe(1);
      }
    },
  );
  test('fitted numbers are those of the place', () => {
    const { piece } = searchContext(wrapped('core2', guided, { twice: 0 }), FOR, size);
    const maps = (ops: readonly Op[]) => ops.flatMap((op) => (op.op === 'guide' ? [op.by] : []));
    expect(maps(piece(3, 6))).toEqual(maps(piece(0, 10)).slice(3, 6));
  });
});

/** What each search is on it with one candidate. */
const plainOf = async (c: Contender, seed = 5): Promise<States> => {
  const { ops } = contenderPlan(c, RANGE);
  return (await exactCarrier(D, 64, 2).run(ops, [{ seed }], ['x']))[0]!.x!;
};
describe.each([
  ['guided', cfg],
  ['wrapped', wrapped('guide', guided, { w: 2 })],
  ['guided and wrapped', wrapped('minority', cfg)],
] as const)('%s', (_name, c) => {
  test.each(searchIds)('%s with one candidate is the plain run', async (id) => {
    const steps = id === 'greedy' || id === 'rbf';
    const base = steps ? { ...c, sampler: 'ddpm' as const, params: newContender('ddpm', 10).params } : c;
    const plain = contenderPlan(base, RANGE);
    // Of a wrapper that asks more at some levels every try is reckoned as the dearest.
    const dearest = Math.max(
      ...Array.from({ length: 10 }, (_, k) => (c.wraps ? nfe(searchContext(base, RANGE, size).denoise(k)) : 1)),
    );
    const budget = steps ? 10 * dearest : plain.nfe;
    const found = await search(id, D, logP, { base, budget, params: steps ? { starts: 1 } : {} });
    expect(most(found.x, await plainOf(base))).toBeLessThan(1e-12);
    expect(mean(found.cost.evaluations)).toBe(plain.nfe);
    expect(found.x).not.toEqual(await plainOf({ ...base, guide: undefined, wraps: undefined } as never));
  });
  test.each(searchIds)('%s stays within its budget and gets better', async (id) => {
    const [few, more] = [
      await search(id, D, logP, { base: c, budget: 80, samples: 200 }),
      await search(id, D, logP, { base: c, budget: 320, samples: 200 }),
    ];
    expect(mean(more.cost.evaluations)).toBeLessThanOrEqual(320);
    if (more.perStep) expect(more.perStep.reduce((a, b) => a + b)).toBeCloseTo(mean(more.cost.evaluations), 9);
    if (id !== 'steps') expect(mean(more.scores)).toBeGreaterThan(mean(few.scores));
  });
});

test('work counts both halves of guidance, and shares of a pass', async () => {
  expect(mean((await search('random', D, logP, { base: cfg, budget: 40 })).cost.work)).toBe(80);
  expect(mean((await search('random', D, logP, { budget: 40 })).cost.work)).toBe(40);
});

describe('candidates in one batch', () => {
  const key = {
    card: modelCard('unbalanced'),
    learned: false,
    points: [],
    guidance: 1,
    label: -1,
    kernels: {},
  };
  const onProblem = async (id: SearchId, copies: number, base: Contender) => {
    const problem = await createCpuBackend(diskWeights).prepare({ ...key, samples: 9 * copies, copies }, never);
    const method: NoiseSearch = searches[id];
    const context = searchContext(base, RANGE, { samples: 9, dim: 2, budget: 75, seed: 3, atOnce: copies });
    let runs = 0;
    const run = problem.run.bind(problem);
    problem.run = (...rest) => (runs++, run(...rest));
    const carrier = carrierOf(problem, never);
    const score = (x: States) => logDensity(unbalanced, x, RANGE.min);
    const found = await runNoiseSearch(method.search(context, defaults(method.params)), {
      ...{ carrier, seed: 3, score, signal: never },
    });
    return { found: found!, runs };
  };
  const drawing = newContender('euler_ancestral', 5);
  test.each(searchIds)('%s finds and spends the same, in fewer runs', async (id) => {
    const [one, four] = [await onProblem(id, 1, drawing), await onProblem(id, 4, drawing)];
    expect(four.found).toEqual(one.found);
    if (id !== 'steps') expect(four.runs).toBeLessThan(one.runs);
    if (id === 'random') expect([one.runs, four.runs]).toEqual([15, 4]);
  });
  test('copies have the classes of the starts, and one of them is judged alone', async () => {
    const problem = await createCpuBackend(diskWeights).prepare(
      { ...key, card: modelCard('digits_exact'), samples: 6, copies: 2 },
      never,
    );
    const { key: one, features } = oneCopy(problem);
    expect(one).toMatchObject({ samples: 3 });
    expect('copies' in one).toBe(false);
    const x = Float32Array.from({ length: 3 * 784 }, (_, i) => Math.sin(i));
    const [a, b] = [(await features(x))!, (await problem.features(x))!];
    expect(a.logits).toEqual(b.logits);
    expect(a.features).toEqual(b.features);
  });
});

test('a piece is neither wrapped nor guided where nothing is said', () => {
  const { piece, levels } = searchContext(guided, RANGE, size);
  const bare = { ...guided, schedule: 'explicit', scheduleParams: {}, sigmas: levels.slice(2, 6), steps: 3 } as const;
  expect(piece(2, 5)).toEqual(contenderPlan(bare, RANGE).ops);
  expect(pieceOf(guided, RANGE, [], { before: 0, evaluations: 1, step: 0, steps: 1 })).toEqual([]);
});
