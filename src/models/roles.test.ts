import { describe, expect, test } from 'vitest';
import { mixtureClasses, mixtures } from './definitions.ts';
import { models } from './index.ts';
import { mixtureOf, mixtureRoles, RoleError, rolesOf, WEAK_WIDTH } from './roles.ts';
import { exactRoles } from './target.ts';

const ids = Object.keys(mixtures) as (keyof typeof mixtures)[];
const x = Float64Array.of(0.4, -0.3, 1.2, 0.9);

describe.each(ids)('classes of %s', (id) => {
  const whole = mixtures[id]();
  test('as many as the card names, and every component in one of them', () => {
    expect(mixtureClasses[id].length).toBe(models[id].classes.length);
    const components: number[] = mixtureClasses[id].flatMap((list) => [...list]);
    expect(components.sort()).toEqual([...whole.weights.keys()]);
  });

  test('of one component: the shrink of that Gaussian; null: the whole, whatever the class', () => {
    const denoise = mixtureRoles(id, 0);
    const first = mixtureOf(id, 0);
    expect([...first.means.subarray(0, 2)]).toEqual([...whole.means.subarray(0, 2)]);
    expect(first.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
    expect([...denoise(x, 1, { role: 'class' })]).toEqual([...denoise(x, 1)]);
    expect([...denoise(x, 1, { role: 'null' })]).toEqual([...mixtureRoles(id, -1)(x, 1)]);
    // Bayes: D_∅ is the mean of the classes' D by their share of the density at x, so it lies within their box.
    const all = mixtureClasses[id].map((_, label) => denoise(x, 1, { role: 'negative', label }));
    const free = denoise(x, 1, { role: 'null' });
    free.forEach((v, i) => {
      expect(v).toBeLessThanOrEqual(Math.max(...all.map((d) => d[i]!)) + 1e-12);
      expect(v).toBeGreaterThanOrEqual(Math.min(...all.map((d) => d[i]!)) - 1e-12);
    });
    expect([...all[0]!]).toEqual([...denoise(x, 1)]);
  });
});

test('the weak one sees wider components: one Gaussian in closed form', () => {
  // The centre of the unbalanced mixture: mean 0, deviation .35.
  const d = mixtureRoles('unbalanced', 0)(x, 0.8, { role: 'weak' });
  const variance = (WEAK_WIDTH * 0.35) ** 2;
  d.forEach((v, i) => expect(v).toBeCloseTo((x[i]! * variance) / (variance + 0.64), 13));
});

test('what has no weaker model says so', () => {
  const moons = exactRoles({ model: 'moons', points: [] })!;
  expect(() => moons(x, 1, { role: 'weak' })).toThrow('Two moons has no weaker model to be guided away from');
  expect(() => moons(x, 1, { role: 'weak' })).toThrow(RoleError);
  expect([...moons(x, 1, { role: 'null' })]).toEqual([...moons(x, 1)]);
});

test('roles that say something of their own', () => {
  const of = (id: keyof typeof models, learned: boolean, label: number) => [...rolesOf(models[id], learned, label)];
  expect(of('grid4', false, 1)).toEqual(['main', 'class', 'null', 'negative', 'weak']);
  expect(of('grid4', false, -1)).toEqual(['main', 'weak']);
  expect(of('grid4', true, -1)).toEqual(['main']);
  expect(of('moons', false, -1)).toEqual(['main']);
  expect(of('digits', false, -1).slice(0, 4)).toEqual(['main', 'class', 'null', 'negative']);
});
