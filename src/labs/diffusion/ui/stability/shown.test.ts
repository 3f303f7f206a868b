import { expect, test } from 'vitest';
import { shownStability } from './shown.ts';

const sigmas = [10, 5, 1, 0.5, 0];
const of = (sampler: 'ghvb' | 'heavy_ball' | 'ipndm' | 'euler', params: object) =>
  shownStability({ sampler, params: params as never }, sigmas);

test('GHVB stands between the two methods of Adams and Bashforth that its order is between', () => {
  const shown = of('ghvb', { order: 2.5 })!;
  expect([shown.name, ...shown.beside.map((b) => b.name)]).toEqual([
    'GHVB 2.5',
    'Adams-Bashforth 2',
    'Adams-Bashforth 3',
  ]);
  expect(shown.beside.map((b) => b.end)).toEqual([expect.closeTo(-1, 12), expect.closeTo(-6 / 11, 12)]);
  expect(shown.end).toBeGreaterThan(-1);
  expect(shown.end).toBeLessThan(-6 / 11);
  expect(shown.steps).toEqual([-0.5, -0.8, -0.5]); // the step to 0 is D itself
  expect(shown.outside).toBe(1);
  expect(of('ghvb', { order: 2 })).toMatchObject({ name: 'Adams-Bashforth 2', beside: [], outside: 0 });
});

test('heavy ball beside its base; bases of another kind, and other samplers, have no chart', () => {
  const shown = of('heavy_ball', { base: 'euler', beta: 0.5 })!;
  expect([shown.name, shown.end, shown.beside[0]!.name]).toEqual(['Euler at β 0.5', expect.closeTo(-6, 12), 'Euler']);
  expect(shown.box.left).toBeLessThan(-6);
  expect(of('heavy_ball', { base: 'lms', beta: 1 })).toMatchObject({ beside: [], end: expect.closeTo(-0.3, 12) });
  expect(of('heavy_ball', { base: 'dpmpp_2m', beta: 0.5 })).toBeNull();
  expect(of('euler', {})).toBeNull();
});
