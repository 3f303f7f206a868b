// What contenders of the bundled model are measured by: the many-step solution from the same noise.
import { afterAll, describe, expect, test, vi } from 'vitest';
import { reduced } from '../../../core/testing.ts';
import { GpuError } from '../../../gpu/errors.ts';
import { newPictureContender } from '../config/contender.ts';
import { PictureProblem } from './problem.ts';
import { sweepPictures, type SweepEvent } from './sweep.ts';
import { benchOf, dpm, euler, experiment, never, of, ran } from './testing.ts';

const { bench, free } = await benchOf();
afterAll(free);

describe('errors against the many-step solution', () => {
  test.skipIf(reduced)('fall with the number of steps; each is measured with its own guidance', async () => {
    const e = experiment({ count: 1, reference: 32, contenders: [dpm(3), dpm(12), dpm(12, 2)] });
    const { events } = await ran(bench, e);
    const errors = of(events, 'errors');
    expect(errors.map((m) => [m.contender, m.referenceSteps])).toEqual([0, 1, 2].map((i) => [i, 32]));
    const [few, many, guided] = errors.map((m) => m.errors[0]!) as [number, number, number];
    expect(many).toBeLessThan(few / 5);
    expect(guided).toBeLessThan(few / 3);
    // Two solutions: those without guidance share theirs.
    expect(of(events, 'status').filter((s) => s.part === 'reference')).toHaveLength(2);
  });
  test('that cannot be solved: the result stands, and why there is no error is told', async () => {
    const run = PictureProblem.prototype.run;
    const spied = vi.spyOn(PictureProblem.prototype, 'run').mockImplementation(function (this: PictureProblem, of) {
      return of.plan.sigmas.length === 9 && of.plan.settings[0]!.guidance === 2
        ? Promise.reject(new GpuError('It went astray.', 'Take more bits.'))
        : run.call(this, of);
    });
    try {
      const { events } = await ran(bench, experiment({ count: 1, reference: 8, contenders: [dpm(2, 2), dpm(2)] }));
      expect(of(events, 'dropped')).toEqual([]);
      expect(of(events, 'result').map((r) => r.contender)).toEqual([0, 1]);
      expect(of(events, 'unmeasured')).toEqual([
        { kind: 'unmeasured', contender: 0, because: 'It went astray.', hint: 'Take more bits.' },
      ]);
      expect(of(events, 'errors').map((m) => m.contender)).toEqual([1]);
    } finally {
      spied.mockRestore();
    }
  });
  test.skipIf(reduced)(
    'a sweep has a point for each deterministic contender and number of steps, cheap ones first',
    async () => {
      const contenders = [dpm(2), newPictureContender('euler_ancestral', 2, 1), euler(2)];
      const passed: number[] = [];
      const points: Extract<SweepEvent, { kind: 'point' }>[] = [];
      const e = experiment({ count: 1, contenders, budgets: [2, 8] });
      const out = await sweepPictures(
        bench,
        e,
        null,
        (event) => {
          if (event.kind === 'point') points.push(event);
          if (event.kind === 'passed') passed.push(event.contender);
        },
        never,
      );
      expect(out).toEqual({ points: 4 });
      expect(passed).toEqual([1]);
      expect(points.map(({ point: p }) => [p.contender, p.steps, p.nfe, p.passes])).toEqual([
        [0, 2, 2, 2],
        [2, 2, 2, 2],
        [0, 8, 8, 8],
        [2, 8, 8, 8],
      ]);
      const error = points.map(({ point }) => point.errors[0]!);
      expect(error[2]).toBeLessThan(error[0]! / 2);
      expect(error[3]).toBeLessThan(error[1]!);
      expect(points.map(({ fraction }) => fraction)).toEqual(points.map((p) => p.fraction).toSorted((a, b) => a - b));
      expect(points.at(-1)!.fraction).toBeLessThanOrEqual(1);
    },
  );
});
