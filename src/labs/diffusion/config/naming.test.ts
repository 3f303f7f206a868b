import { describe, expect, test } from 'vitest';
import { newContender } from './contender.ts';
import type { Contender } from './experiment.ts';
import { contenderNames, contenderTitle, contenderTitles } from '../../../samplers/contenders/naming.ts';
import { presets } from './presets.ts';

const own = (...sigmas: number[]): Contender => ({
  ...newContender('euler', sigmas.length - 1),
  schedule: 'explicit',
  scheduleParams: {},
  sigmas,
});

describe('names of contenders that are shown together', () => {
  test('one sampler with several schedules is told by the schedules, and the rest is said once', () => {
    const names = contenderNames([newContender('dpmpp_2m', 10), newContender('dpmpp_2m', 10, 'exponential')]);
    expect(names).toEqual({
      titles: ['Karras', 'Exponential (uniform in log σ)'],
      lines: ['Karras', 'Exponential (uniform in log σ)'],
      rests: ['DPM-Solver++(2M)', 'DPM-Solver++(2M)'],
      common: 'DPM-Solver++(2M) · 10 steps',
    });
  });
  test('samplers, steps and parameters, each only where it differs', () => {
    expect(contenderNames([newContender('heun', 5), newContender('euler', 10)]).titles).toEqual([
      'Heun · 5 steps',
      'Euler (= DDIM) · 10 steps',
    ]);
    // A line over all numbers of steps does not carry one, unless nothing else tells it apart.
    expect(contenderNames([newContender('heun', 5), newContender('euler', 10)]).lines).toEqual([
      'Heun',
      'Euler (= DDIM)',
    ]);
    expect(contenderNames([newContender('heun', 5), newContender('heun', 10)]).lines).toEqual(['5 steps', '10 steps']);
    const etas = [0, 0.5].map((eta) => newContender('ddim', 8, 'karras', { eta }));
    expect(contenderNames(etas).titles).toEqual(['η 0', 'η 0.5']);
    // Of another sampler there is nothing to compare η with.
    expect(contenderNames([...etas, newContender('euler', 8)]).titles).toEqual([
      'DDIM · η 0',
      'DDIM · η 0.5',
      'Euler (= DDIM)',
    ]);
    const rhos = [5, 7].map((rho) => newContender('euler', 8, 'karras', {}, { rho }));
    expect(contenderNames([...rhos, newContender('euler', 8, 'exponential')]).titles).toEqual([
      'Karras · ρ 5',
      'Karras · ρ 7',
      'Exponential (uniform in log σ)',
    ]);
  });
  test('own σ lists are told by the first level that differs from each other list', () => {
    const lists = [own(10, 4, 1, 0), own(10, 5, 1, 0), own(10, 4, 2, 0)];
    expect(contenderNames(lists).titles).toEqual(['σ[1] 4 · σ[2] 1', 'σ[1] 5', 'σ[1] 4 · σ[2] 2']);
    expect(contenderNames([own(10, 4, 0), own(10, 0)]).titles).toEqual(['2 steps', '1 step']);
  });
  test('what is equal in everything is numbered; one alone is its sampler', () => {
    const same = [newContender('heun', 5), newContender('heun', 5), newContender('euler', 5)];
    expect(contenderNames(same).titles).toEqual(['Heun (1)', 'Heun (2)', 'Euler (= DDIM)']);
    expect(contenderNames([same[0]!, same[1]!]).titles).toEqual(['Heun (1)', 'Heun (2)']);
    expect(contenderNames([same[0]!])).toEqual({
      titles: ['Heun'],
      lines: ['Heun'],
      rests: ['Karras'],
      common: 'Karras · 5 steps',
    });
  });
  test('no two contenders of any preset look alike, and title and rest give all that is not a default', () => {
    for (const preset of Object.values(presets)) {
      const { contenders } = preset.experiment;
      const { titles, rests } = contenderNames(contenders);
      expect(new Set(titles).size, preset.title).toBe(titles.length);
      contenders.forEach((c, i) => {
        const said = `${titles[i]} · ${rests[i]} · ${c.steps} step`;
        for (const part of contenderTitle(c).split(' · ')) expect(said).toContain(part.replace(/ steps?$/, ' step'));
      });
    }
  });
});

test('by itself a contender is given in full, defaults left out', () => {
  expect(contenderTitle(newContender('ddim', 1, 'karras', { eta: 0.5 }, { rho: 5 }))).toBe(
    'DDIM · η 0.5 · Karras · ρ 5 · 1 step',
  );
});

test('in full, equals are numbered too', () => {
  const [heun, euler] = [newContender('heun', 5), newContender('euler', 8)];
  expect(contenderTitles([heun, euler, heun])).toEqual([
    'Heun · Karras · 5 steps (1)',
    'Euler (= DDIM) · Karras · 8 steps',
    'Heun · Karras · 5 steps (2)',
  ]);
});
