// Noise levels of every schedule against the libraries' float64 values and published tables.
import { defaults } from '../../core/field.ts';
import golden from '../../schedules/golden.json' with { type: 'json' };
import goldenTools from '../../schedules/goldenTools.json' with { type: 'json' };
import { checkSigmas } from '../../schedules/explicit.ts';
import { schedules, type ScheduleId } from '../../schedules/index.ts';
import type { Schedule } from '../../schedules/types.ts';
import { tableSigma } from '../../schedules/vpTable.ts';
import type { Case } from '../types.ts';
import { count, short } from '../words.ts';

const sd = { min: tableSigma('sd', 0), max: tableSigma('sd', 999) };
const wide = { min: 0.02, max: 20 };
function levels(
  id: ScheduleId,
  steps: number,
  range: { readonly min: number; readonly max: number },
  params: object = {},
): number[] {
  const schedule: Schedule = schedules[id];
  return schedule.sigmas(steps, range, { ...(defaults(schedule.params) as object), ...params });
}

interface Row {
  readonly steps: number;
  readonly params: object;
  readonly range: { readonly min: number; readonly max: number };
  readonly want: readonly number[];
  /** Relative, or absolute where the table was printed to four decimals. */
  readonly off: (got: number, want: number) => number;
}
const exact = (got: number, want: number) => (got === want ? 0 : Math.abs(got - want) / want / 1e-12);
/** Quantiles by another algorithm, and SciPy's interpolation. */
const close = (got: number, want: number) => (got === want ? 0 : Math.abs(got - want) / want / 2e-11);
const printed = (got: number, want: number) => Math.abs(got - want) / 0.5001e-4;

/** Ten steps of the SD 1.5 range, computed from k-diffusion, ComfyUI, A1111 and diffusers; four decimals. */
const published: readonly (readonly [ScheduleId, object, readonly number[]])[] = [
  ['karras', {}, [14.6146, 9.1029, 5.4784, 3.1686, 1.7494, 0.9141, 0.4469, 0.2014, 0.0819, 0.0292, 0]],
  ['exponential', {}, [14.6146, 7.3249, 3.6712, 1.84, 0.9222, 0.4622, 0.2317, 0.1161, 0.0582, 0.0292, 0]],
  [
    'uniform',
    { spacing: 'simple' },
    [14.6146, 8.3028, 5.0878, 3.3211, 2.2765, 1.6129, 1.1606, 0.8299, 0.5693, 0.3417, 0],
  ],
  [
    'uniform',
    { spacing: 'normal' },
    [14.6146, 7.8399, 4.6092, 2.9183, 1.9502, 1.3449, 0.9324, 0.625, 0.3687, 0.0292, 0],
  ],
  [
    'uniform',
    { spacing: 'sgm_uniform' },
    [14.6146, 8.3072, 5.0924, 3.3251, 2.2797, 1.6156, 1.1629, 0.8319, 0.5712, 0.3437, 0],
  ],
  [
    'uniform',
    { spacing: 'leading' },
    [8.3907, 5.1344, 3.3478, 2.2929, 1.6237, 1.1682, 0.8357, 0.5741, 0.3462, 0.0413, 0],
  ],
  ['beta_time', {}, [14.6146, 11.5428, 7.3718, 4.3728, 2.6152, 1.6183, 1.0273, 0.6549, 0.3955, 0.1991, 0]],
  ['beta_sigma', {}, [14.6146, 13.9278, 12.491, 10.5976, 8.4424, 6.2014, 4.0462, 2.1528, 0.716, 0.0292, 0]],
  ['kl_optimal', {}, [14.6146, 4.2324, 2.3937, 1.5971, 1.133, 0.8152, 0.5729, 0.3725, 0.1953, 0.0292, 0]],
  ['ays', {}, [14.6146, 6.4746, 3.8637, 2.6946, 1.8842, 1.3944, 0.9643, 0.6524, 0.3977, 0.1515, 0]],
  ['ays', { end: 'append' }, [14.6146, 6.1136, 3.5663, 2.3917, 1.6482, 1.136, 0.7431, 0.444, 0.1687, 0.0292, 0]],
  ['linear_quadratic', {}, [14.6146, 14.5416, 14.4685, 14.3954, 14.3223, 14.2493, 13.6208, 11.8817, 9.0318, 5.0713, 0]],
];

/**
 * cosine has no golden row: equal steps of t in ᾱ(t) = f(t)/f(0), f = cos²(½π(t + s)/(1 + s)), s = 0.008 (Nichol and
 * Dhariwal 2021).
 */
function cosine(): Row {
  const f = (t: number) => Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  const sigma = (t: number) => Math.sqrt(f(0) / f(t) - 1);
  return {
    steps: 9,
    params: {},
    range: { min: sigma(0.1), max: sigma(0.9) },
    want: [...Array.from({ length: 9 }, (_, i) => sigma(0.9 - 0.1 * i)), 0],
    off: exact,
  };
}

const rowsOf = (id: ScheduleId): Row[] => [
  ...golden.rows
    .filter((r) => r.schedule === id)
    .map((r) => ({ steps: r.steps, params: r.params, range: r.range, want: r.sigmas, off: exact })),
  ...goldenTools.rows
    .filter((r) => r.schedule === id)
    .map((r) => ({ steps: r.steps, params: r.params, range: r.range, want: r.sigmas, off: close })),
  ...published
    .filter(([s]) => s === id)
    .map(([, params, want]) => ({ steps: 10, params, range: sd, want, off: printed })),
  ...(id === 'cosine' ? [cosine()] : []),
];

function check(id: ScheduleId, rows: readonly Row[]) {
  let worst = 0;
  for (const { steps, params, range, want, off } of rows) {
    const got = levels(id, steps, range, params);
    if (got.length !== want.length)
      return {
        pass: false,
        detail: `${steps} steps ${JSON.stringify(params)}: ${got.length} levels instead of ${want.length}.`,
      };
    for (const [i, w] of want.entries()) {
      // A level of 0 has no relative error: only 0 itself will do.
      const exact = got[i] === w ? 0 : Infinity;
      const error = w === 0 ? exact : off(got[i]!, w);
      if (!(error <= 1))
        return {
          pass: false,
          detail: `${steps} steps ${JSON.stringify(params)}: level ${i} is ${got[i]} instead of ${w}.`,
        };
      worst = Math.max(worst, error);
    }
  }
  for (const steps of [1, 2, 3, 61, 1000]) {
    const list = levels(id, steps, wide);
    const wrong = checkSigmas(list);
    if (wrong !== undefined || list.length !== steps + 1 || list.at(-1) !== 0)
      return { pass: false, detail: `${steps} steps: ${wrong ?? `${list.length} levels, the last ${list.at(-1)}`}` };
  }
  return {
    pass: rows.length > 0,
    detail: `${count(rows.length, 'list')} of levels by the libraries (float64, or printed to four decimals): largest error ${short(worst)} of what is allowed; lists of 1 to 1000 steps fall strictly and end at 0.`,
  };
}

export const scheduleCases = (): Case[] =>
  (Object.keys(schedules) as ScheduleId[]).map((id) => ({ name: `schedule ${id}`, run: () => check(id, rowsOf(id)) }));
