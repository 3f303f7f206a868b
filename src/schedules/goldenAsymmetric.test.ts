// Levels of every schedule at parameters where a swapped, dropped or defaulted one shows, by k-diffusion, SciPy and the
// published code in NumPy: training/golden/make_asymmetric.py made them.
import { expect, test } from 'vitest';
import { defaults } from '../core/field.ts';
import golden from './goldenAsymmetric.json' with { type: 'json' };
import { schedules, type ScheduleId } from './index.ts';
import type { Schedule, SigmaRange } from './types.ts';

const levels = (id: ScheduleId, steps: number, range: SigmaRange, params: object) => {
  const schedule: Schedule = schedules[id];
  return schedule.sigmas(steps, range, { ...(defaults(schedule.params) as object), ...params });
};
const worst = (got: readonly number[], want: readonly number[]) =>
  Math.max(...want.map((w, i) => (w === 0 ? Math.abs(got[i]!) : Math.abs(got[i]! / w - 1))));

test.each(golden.rows)('$schedule $params, $steps steps', ({ schedule, params, steps, range, sigmas }) => {
  const got = levels(schedule as ScheduleId, steps, range, params);
  expect(got.length).toBe(steps + 1);
  expect(worst(got, sigmas)).toBeLessThan(1e-12);
});
