import { expect, test } from 'vitest';
import type { Verified } from '../../../engine/tuning/verified.ts';
import { choosesCost } from '../../../samplers/contenders/contender.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import type { Sampler } from '../../../samplers/diffusion/types.ts';
import { factsOf, sourceOf, verdictOf } from './facts.ts';

test('every sampler says its order, its cost, whether it draws, and its source', () => {
  for (const id of Object.keys(samplers) as SamplerId[]) {
    const [order, cost, noise] = factsOf(id).words;
    expect(order).toMatch(/^(measured order \d|no order)/);
    const sampler: Sampler = samplers[id];
    const own =
      choosesCost({ sampler: id }) &&
      sampler.adaptive &&
      (sampler.keepsLevels ? /^as many evaluations as it needs$/ : /^chooses its own steps$/);
    expect(cost).toMatch(own || /^(about )?[\d.]+ evaluations? a step$/);
    expect(noise).toMatch(/^(stochastic|deterministic)/);
    expect(sourceOf(id).url).toMatch(/^https:/);
  }
  expect(factsOf('heun').words).toEqual(['measured order 2', '2 evaluations a step', 'deterministic']);
  expect(factsOf('score_sde_ve').words).toEqual([
    'no order: more steps lead to another law than the data’s',
    '2 evaluations a step',
    'stochastic',
  ]);
  expect(factsOf('ddpm').words[2]).toBe('stochastic');
  expect(factsOf('ddim').words[2]).toBe('deterministic, stochastic with η above 0');
  expect(factsOf('consistency').words[0]).toMatch(/^no order/);
});

test('what is verified: passed, failed, open, and where there is no GPU', () => {
  const at = '2026-11-30T12:00:00.000Z';
  const known: Verified = {
    adapter: 'a',
    name: 'Acme X1',
    appVersion: '1',
    samplers: {
      euler: { pass: true, cases: 3, error: 3.14e-6, allowed: 5e-5, fault: '', at },
      heun: { pass: false, cases: 2, error: 1e-3, allowed: 5e-5, fault: 'heun on the GPU: off.', at },
    },
  };
  expect(verdictOf('euler', known)).toEqual({
    state: 'passed',
    text: 'Verified here (Acme X1, 30 Nov 2026): at most 3.1·10⁻⁶ from float64, 5.0·10⁻⁵ allowed; 3 checks passed.',
  });
  expect(verdictOf('heun', known)).toEqual({
    state: 'failed',
    text: 'Failed here (Acme X1, 30 Nov 2026): heun on the GPU: off.',
  });
  expect(verdictOf('rk4', known)).toEqual({ state: 'open', text: 'Not yet verified on this device.' });
  expect(verdictOf('rk4', null)).toMatchObject({
    state: 'none',
    text: expect.stringMatching(/^No GPU here/) as string,
  });
  expect(verdictOf('rk4', undefined)).toEqual({ state: 'none', text: '' });
});
