// `beta_time` where a tie decides: training/golden/make_beta.py made the times, with SciPy and NumPy.
import { expect, test } from 'vitest';
import { betaTime } from './betaTime.ts';
import golden from './goldenBeta.json' with { type: 'json' };
import { tableIds, tableSigma } from './vpTable.ts';

const range = { min: 0.02, max: 20 };

test.each(golden.rows)('α $alpha, β $beta, $steps steps', ({ alpha, beta, steps, times }) => {
  for (const table of tableIds)
    expect(betaTime.sigmas(steps, range, { alpha, beta, table })).toEqual([
      ...times.map((t) => tableSigma(table, t)),
      0,
    ]);
});

test.each([0.3, 0.8, 1, 1.2, 1.5, 2, 4, 5])(
  'two steps, α = β = %d: the second begins at the median, entry 500',
  (both) => {
    const sigmas = betaTime.sigmas(2, range, { alpha: both, beta: both, table: 'sd' });
    expect(sigmas.map((s) => Number(s.toPrecision(7)))).toEqual([14.61464, 1.618279, 0]);
  },
);
