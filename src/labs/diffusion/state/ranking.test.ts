import { newGuidance } from '../../../samplers/contenders/contender.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { contenderNfe, newContender } from '../config/contender.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { metricMenu } from '../config/menus.ts';
import { FAMILIES } from '../../../samplers/contenders/families.ts';
import { entrants, type RankGroup } from '../config/rankings.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import { atBudget, matchBudget } from './budget.ts';
import { experimentStore, undoable } from './experimentStore.ts';
import { rankingCsv } from './rankFile.ts';
import { rankRows } from './ranking.ts';
import { compare, rankIsStale, rankStore } from './rank.ts';
import type { SweepPoint } from './types.ts';

const metric = (id: string) => metricMenu.find((m) => m.id === id)!;
const point = (contender: number, seed: number, quality: Record<string, number>): SweepPoint => ({
  contender,
  steps: 8,
  seed,
  quality,
  cost: {
    nfe: 8,
    passes: 8,
    depth: 0,
    work: 8,
    multiplyAdds: null,
    bytes: 0,
    reads: 0,
    gpuMs: null,
    wallMs: 10 + seed,
  },
});
const of = (contender: number, id: string, values: readonly number[]) =>
  values.map((v, seed) => point(contender, seed, { [id]: v }));

describe('rows of a ranking', () => {
  // Differences to the first, seed by seed: 0.5 ± 0.01 and 0.02 ± 0.1.
  const energies = [
    ...of(0, 'energy', [1.5, 2.5, 3.51, 4.5]),
    ...of(1, 'energy', [1, 2, 3, 4]),
    ...of(2, 'energy', [1.1, 1.96, 3.0, 4.02]),
  ];
  test('from best to worst, with intervals of their own and verdicts by the shared seeds', () => {
    const rows = rankRows(energies, metric('energy'));
    expect(rows.map((r) => [r.entrant, r.verdict])).toEqual([
      [1, 'best'],
      [2, 'tied'],
      [0, 'worse'],
    ]);
    // t(0.975; 3)·sd/2 = 3.182446·1.290994/2 around 2.5: as wide as the seeds differ, though the gap to the third is certain.
    expect([rows[0]!.value, rows[0]!.low, rows[0]!.high]).toEqual([
      2.5,
      expect.closeTo(2.5 - 2.05426, 4),
      expect.closeTo(2.5 + 2.05426, 4),
    ]);
    expect(rows[0]).toMatchObject({ nfe: 8, seeds: 4, wallMs: 11.5, why: null });
  });
  test('with three seeds nobody is ranked: 20 comparisons would call everything equal', () => {
    const three = energies.filter((p) => p.seed < 3);
    expect(rankRows(three, metric('energy')).map((r) => r.verdict)).toEqual(['unknown', 'unknown', 'unknown']);
  });
  test('on a logarithmic axis geometric', () => {
    const rows = rankRows(
      [...of(0, 'paired_median', [0.01, 1]), ...of(1, 'paired_median', [0.2, 0.2])],
      metric('paired_median'),
    );
    expect(rows.map((r) => [r.entrant, r.value])).toEqual([
      [0, expect.closeTo(0.1, 12)],
      [1, expect.closeTo(0.2, 12)],
    ]);
    expect(rows[0]!.low! * rows[0]!.high!).toBeCloseTo(0.01, 10);
  });
  test('more is better where it is', () =>
    expect(
      rankRows([...of(0, 'accuracy', [0.5, 0.6]), ...of(1, 'accuracy', [0.9, 0.8])], metric('accuracy')).map(
        (r) => r.entrant,
      ),
    ).toEqual([1, 0]));
  test('what is not defined or diverged comes last and says why; a single seed has no verdict', () => {
    const rows = rankRows(
      [...of(0, 'energy', [1, 1]), ...of(1, 'paired_median', [0.1, 0.2]), ...of(2, 'paired_median', [0.1, NaN])],
      metric('paired_median'),
    );
    expect(rows.map((r) => [r.entrant, r.value === null, r.why])).toEqual([
      [1, false, null],
      [0, true, expect.stringMatching(/fresh noise/)],
      [2, true, expect.stringMatching(/diverged/)],
    ]);
    const single = rankRows([...of(0, 'energy', [1]), ...of(1, 'energy', [2])], metric('energy'));
    expect(single.map((r) => [r.entrant, r.verdict, r.low])).toEqual([
      [0, 'unknown', null],
      [1, 'unknown', null],
    ]);
  });
  test('while seeds come in, only those that all have are compared', () => {
    const rows = rankRows([...of(0, 'energy', [1, 1.1, 5]), ...of(1, 'energy', [2, 2.1])], metric('energy'));
    expect(rows.map((r) => [r.entrant, r.seeds])).toEqual([
      [1, 2],
      [0, 3],
    ]);
  });
});

describe('entrants', () => {
  const e = defaultExperiment('ring8');
  test('every sampler once, each with the most steps that cost at most the budget', () => {
    const { contenders, leftOut } = entrants(e, e.contenders[0]!, 'All samplers', 16);
    expect([...contenders.map((c) => c.sampler), ...leftOut.map((l) => l.sampler)].toSorted()).toEqual(
      Object.keys(samplers)
        .filter((id) => !id.endsWith('_cfg_pp'))
        .toSorted(),
    );
    expect(leftOut.find((l) => l.sampler === 'dpm_adaptive')!.because).toMatch(/chooses its own number/);
    for (const c of contenders) {
      expect(contenderNfe(c, e.model, c.steps)).toBeLessThanOrEqual(16);
      expect(contenderNfe(c, e.model, c.steps + 1)).toBeGreaterThan(16);
    }
    expect(contenders.find((c) => c.sampler === 'heun')!.steps).toBe(8); // 2·8 − 1
  });
  test('all on the schedule of the one that was named; an own σ list is Karras', () => {
    const like = newContender('euler', 5, 'karras', {}, { rho: 5 });
    expect(entrants(e, like, 'All samplers', 8).contenders.every((c) => c.scheduleParams['rho'] === 5)).toBe(true);
    const own = { ...like, schedule: 'explicit' as const, scheduleParams: {}, sigmas: [20, 1, 0] };
    expect(entrants(e, own, 'All samplers', 8).contenders[0]).toMatchObject({
      schedule: 'karras',
      scheduleParams: { rho: 7 },
    });
  });
  test('by group, and none that is too dear', () => {
    const ids = (group: RankGroup) => entrants(e, e.contenders[0]!, group, 16).contenders.map((c) => c.sampler);
    expect(ids('Deterministic')).toContain('heun');
    expect(ids('Deterministic')).not.toContain('dpmpp_sde');
    expect(ids('Stochastic')).toContain('dpmpp_sde');
    expect(ids('First order')).toEqual([
      'euler',
      'gradient_estimation',
      'dpmpp_2m_v2',
      'heavy_ball',
      'restoration_degradation',
      'ddim',
    ]);
    expect(ids('All samplers').filter((id) => id.endsWith('_cfg_pp'))).toEqual([]);
    const guided = { ...e.contenders[0]!, guide: newGuidance('cfg', { w: 3 }) };
    expect(entrants(e, guided, 'First order', 16).contenders.every((c) => c.guide?.params.w === 3)).toBe(true);
    const families = FAMILIES.flatMap((family) => ids(family));
    expect(families.toSorted()).toEqual(ids('All samplers').toSorted());
    expect(entrants(e, e.contenders[0]!, 'All samplers', 1).contenders.every((c) => c.steps === 1)).toBe(true);
  });
});

describe('edits', () => {
  beforeEach(() => undoable.load(defaultExperiment('ring8')));
  test('the same evaluations for all, undone as one edit', () => {
    const before = experimentStore.getState().experiment;
    matchBudget(20);
    const { experiment } = experimentStore.getState();
    expect(experiment.contenders.map((c) => [c.sampler, c.steps])).toEqual([
      ['euler', 20],
      ['heun', 10],
      ['dpmpp_2m', 20],
      ['ipndm', 20],
    ]);
    undoable.undo();
    expect(experimentStore.getState().experiment).toBe(before);
  });
  test('an own σ list keeps its shape; one step stays where it is dearer than the budget', () => {
    const own = { ...newContender('euler', 2), schedule: 'explicit' as const, scheduleParams: {}, sigmas: [16, 1, 0] };
    const close = [16, 4, 1, 0].map((v) => expect.closeTo(v, 9));
    expect(atBudget(own, 'ring8', 3)).toMatchObject({ steps: 3, sigmas: close });
    expect(atBudget(newContender('rk4', 5), 'ring8', 1).steps).toBe(1);
  });
  test('the first of a ranking become the comparison', () => {
    compare([newContender('heun', 3), newContender('euler', 5)]);
    const { experiment, slots } = experimentStore.getState();
    expect([experiment.contenders.map((c) => c.sampler), slots]).toEqual([
      ['heun', 'euler'],
      [0, 1],
    ]);
  });
  test('a ranking is outdated by what changes its numbers, not by other contenders or budgets', () => {
    const e = defaultExperiment('ring8');
    expect(rankIsStale(null, e)).toBe(false);
    expect(rankIsStale(e, { ...e, contenders: [], budgets: [3], seeds: 9 })).toBe(false);
    expect(rankIsStale(e, { ...e, samples: 7 })).toBe(true);
    expect(rankIsStale(e, { ...e, seed: 7 })).toBe(true);
  });
});

test('as CSV: a row a sampler, its link text quoted, numbers in full', () => {
  const contenders = [newContender('ddim', 4, 'karras', { eta: 1 / 3 }), newContender('heun', 2)];
  rankStore.setState({ contenders });
  const rows = rankRows([...of(0, 'energy', [1.25, 1.75]), ...of(1, 'sw1', [1, 2])], metric('energy'));
  const lines = rankingCsv(rows, metric('energy'), [['link', 'https://x/#a,b']]).split('\r\n');
  expect(lines[0]).toBe('sampler,contender,nfe,seeds,energy,low_95,high_95,verdict,wall_ms,note');
  expect(lines[1]).toMatch(/^ddim,ddim\(eta=0\.333+\):karras:4,8,2,1\.5,-1\.67\d+,4\.67\d+,unknown,10\.5,$/);
  expect(lines[2]).toMatch(/^heun,heun:karras:2,8,2,,,,unknown,10\.5,This model/);
  expect(lines.slice(3)).toEqual(['', 'link,"https://x/#a,b"', '']);
});
