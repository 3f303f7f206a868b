import { describe, expect, test } from 'vitest';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { parseExperiment } from '../config/codec.ts';
import { contenderNfe } from '../config/contender.ts';
import { initialSettings, neighbourSettings } from '../../../samplers/contenders/searchSpace.ts';
import { allSamplers, spaceOf, type SearchSpace } from '../config/searchSpace.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { runSearch, type SearchEvent } from './search.ts';
import { Session } from './session.ts';

const { experiment } = parseExperiment('model=grid4&n=64&seed=3&c=euler:karras:10');
const space: SearchSpace = {
  model: 'grid4',
  nfe: 10,
  samplers: ['euler', 'heun', 'dpmpp_2m', 'ddim'],
  schedules: ['karras', 'exponential'],
};

describe('the space', () => {
  test('every pair spends at most the evaluations that are allowed, and one step more would not', () => {
    const all = initialSettings(spaceOf({ ...space, samplers: allSamplers, schedules: ['karras'] }));
    expect(all.length).toBe(allSamplers.length);
    for (const { contender } of all) {
      expect(contenderNfe(contender, 'grid4', contender.steps)).toBeLessThanOrEqual(10);
      expect(contenderNfe(contender, 'grid4', contender.steps + 1)).toBeGreaterThan(10);
    }
    expect(new Set(all.map((s) => s.key)).size).toBe(all.length);
  });
  test('neighbours move one thing; steps between them halve; nothing leaves its range', () => {
    const of = (text: string) => spaceOf(space).settingOf(parseExperiment(`c=${text}`).experiment.contenders[0]!)!;
    const keys = (text: string, round: number) => neighbourSettings(of(text), round, spaceOf(space)).map((s) => s.key);
    expect(keys('euler:karras:10', 0)).toEqual([
      'euler:karras(rho=2.25):10',
      'euler:karras(rho=11.75):10',
      'euler:exponential:10',
    ]);
    expect(keys('euler:karras:10', 1)).toEqual(['euler:karras(rho=4.625):10', 'euler:karras(rho=9.375):10']);
    expect(keys('ddim(eta=1):karras:10', 1)).toEqual([
      'ddim(eta=0.875):karras:10',
      'ddim(eta=1):karras(rho=4.625):10',
      'ddim(eta=1):karras(rho=9.375):10',
    ]);
    expect(keys('lms:karras:10', 2)[0]).toBe('lms(order=3):karras:10'); // whole numbers move by one at least
    expect(neighbourSettings(of('euler:explicit(10_5_0)'), 0, spaceOf(space))).toEqual([]);
  });
});

describe('a search', () => {
  test('all are guided as the first contender, and measured against the solution that is guided so', async () => {
    const guided = parseExperiment('model=grid4&n=64&seed=3&class=0&c=euler:karras:10:cfg(w=3)').experiment;
    const ask = { experiment: guided, space, metric: 'paired_median', runs: 1 } as const;
    const found = await runSearch(new Session(createCpuBackend(diskWeights)), ask, () => {}, never);
    expect(found.standings.every((s) => s.candidate.contender.guide?.method === 'cfg')).toBe(true);
    // To the unguided solution they would all be as far as guidance moves samples: some tenths.
    expect(found.finalists[0]!.mean!).toBeLessThan(0.1);
  });
  test('what acts once a step has no solution to be near to, and is told so', async () => {
    const apg = parseExperiment('model=grid4&n=64&seed=3&class=0&c=euler:karras:10:apg(w=3)').experiment;
    const events: SearchEvent[] = [];
    const ask = { experiment: apg, space, metric: 'paired_median', runs: 1 } as const;
    const found = await runSearch(new Session(createCpuBackend(diskWeights)), ask, (e) => events.push(e), never);
    expect(found.finalists).toEqual([]);
    expect(events.find((e) => e.kind === 'failed')).toMatchObject({ because: expect.stringMatching(/lead elsewhere/) });
  });
  test('finds what beats the baseline at the same cost, on seeds that no decision has seen', async () => {
    const events: SearchEvent[] = [];
    const ask = { experiment, space, metric: 'paired_median', runs: 200 } as const;
    const found = await runSearch(new Session(createCpuBackend(diskWeights)), ask, (e) => events.push(e), never);
    const [first] = found.finalists;
    const baseline = found.finalists.find((f) => f.candidate.key === formatContender(experiment.contenders[0]!))!;
    expect(first!.verdict).toBe('best');
    expect(baseline.verdict).toBe('worse');
    expect(first!.mean!).toBeLessThan(baseline.mean! * 0.7);
    expect(found.finalists.every((f) => f.seeds === 10)).toBe(true);
    expect(found.spent).toBeLessThanOrEqual(200);
    const stages = events.flatMap((e) => (e.kind === 'progress' ? [e.progress.stage] : []));
    expect([stages[0], stages.at(-1)]).toEqual(['halving', 'validating']);
  });
  test('a metric that a sampler cannot have is told with its reason, and ends nothing', async () => {
    const events: SearchEvent[] = [];
    const ask = {
      experiment,
      space: { ...space, samplers: ['euler', 'euler_ancestral'] as const, schedules: ['karras'] as const },
      metric: 'paired_median',
      runs: 60,
    } as const;
    const found = await runSearch(new Session(createCpuBackend(diskWeights)), ask, (e) => events.push(e), never);
    expect(
      events
        .filter((e) => e.kind === 'failed')
        .map((e) => [e.setting.contender.sampler, /draws noise/.test(e.because)]),
    ).toEqual([['euler_ancestral', true]]);
    expect(found.finalists.length).toBeGreaterThan(0);
  });
  test('a cancel ends it', async () => {
    const stop = new AbortController();
    stop.abort();
    const ask = { experiment, space, metric: 'sw1', runs: 60 } as const;
    await expect(runSearch(new Session(createCpuBackend(diskWeights)), ask, () => {}, stop.signal)).rejects.toThrow(
      expect.objectContaining({ name: 'Cancelled' }),
    );
  });
});
