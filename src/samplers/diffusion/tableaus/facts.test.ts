// What each method costs and keeps, written out: order, stages, steps remembered, registers at the defaults. A method without
// a line fails, and so does a line without a method.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../../core/field.ts';
import golden from '../golden.json' with { type: 'json' };
import { nfe, planOps } from '../index.ts';
import { registersOf } from '../registers.ts';
import type { Op, Sampler } from '../types.ts';
import { memoryOf } from './engine.ts';
import { methods, tableauSamplers, type TableauId } from './index.ts';

const table = `
  res_2s                     2       2       0          4
  res_3s                     3       3       0          5
  dpmpp_3s                   3       3       0          4
  etdrk3_3s                  3       3       0          5
  res_3s_lie                 3       3       0          5
  res_3s_non_monotonic       3       3       0          5
  etdrk3_a_3s                3       3       0          4
  etdrk3_b_3s                3       3       0          4
  etdrk4_4s                  4       4       0          6
  res_4s_krogstad            4       4       0          6
  res_4s_strehmel_weiner     4       4       0          5
  res_4s_friedli             4       4       0          5
  res_4s_minchev             4       4       0          6
  res_4s_munthe_kaas         4       4       0          6
  res_4s_cfree4              4       4       0          6
  res_5s                     4       5       0          6
  res_6s                     4       6       0          6
  res_8s                     5       8       0          6
  res_10s                    5      10       0          8
  res_2s_epsilon             2       2       0          4
  dpm_solver_3s              3       3       0          5
  etdrk4_epsilon             4       4       0          6
  abnorsett_3m               3       1       2          4
  abnorsett_4m               2.8       1       3          5
  pec322_1h2s                3       2       1          5
  pec423_2h2s                4       2       2          6
  pec433_2h3s                4       3       2          6
  eglm433_2h3s               4       3       2          7
  ab_2m                      2       1       1          4
  ab_3m                      3       1       2          5
  ab_4m                      2.6       1       3          6
  abm_2m                     3       2       1          5
  abm_3m                     3.9       2       2          6
  abm_4m                     5       2       3          7
  midpoint_2s                2       2       0          4
  ralston_2s                 2       2       0          4
  heun_3s                    3       3       0          5
  kutta_3s                   3       3       0          5
  ralston_3s                 3       3       0          5
  houwen_wray_3s             3       3       0          5
  nystrom_3s                 3       3       0          5
  ssprk3_3s                  3       3       0          5
  ssprk4_4s                  3       4       0          6
  rk4_4s                     4       4       0          6
  rk38_4s                    4       4       0          6
  ralston_4s                 4       4       0          6
  gill_4s                    4       4       0          6
  merson_5s                  4       5       0          6
  fehlberg_5s                4       5       0          7
  ssprk5_5s                  4       5       0          7
  ssprk10_10s                4      10       0         12
  kutta_nystrom_6s           5       6       0          8
  butcher5_6s                5       6       0          8
  fehlberg_6s                5       6       0          8
  cash_karp_6s               5       6       0          8
  dormand_prince_6s          5       6       0          8
  tsitouras_6s               5       6       0          8
  higham_hall_6s             5       6       0          8
  bogacki_shampine_7s        5       7       0          9
  butcher6_7s                6       7       0          9
  verner6_7s                 6       7       0          9
  fehlberg7_11s              7      11       0         11
  cooper_verner_11s          8      11       0         10
  dormand_prince_13s         8      13       0         13
  fehlberg8_12s              8      12       0         12
  lawson2a_2s                2       2       0          4
  lawson2b_2s                2       2       0          4
  lawson3_3s                 3       3       0          5
  lawson4_4s                 4       4       0          6
  lawson41_gen_4s            4       4       0          6
  lawson41_gen_mod_4s        4       4       0          6
  lawson42_gen_mod_1h4s      4       4       1          7
  lawson43_gen_mod_2h4s      4       4       2          8
  lawson44_gen_mod_3h4s      5.7       4       3          9
  lawson45_gen_mod_4h4s      5.8       4       4         10
  ablawson_2m                2       1       1          3
  ablawson_3m                3       1       2          4
  ablawson_4m                3.6       1       3          5
`;
const rows = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .map(([id, ...numbers]) => [id as TableauId, ...(numbers.map(Number) as [number, number, number, number])] as const);
const registers = (ops: readonly Op[]) => registersOf(ops);

test('a line for every method, in the order of the registry', () => {
  expect(rows.map(([id]) => id)).toEqual(Object.keys(tableauSamplers));
  expect([...methods.keys()].toSorted()).toEqual(Object.keys(tableauSamplers).toSorted());
});

describe.each(rows)('%s', (id, order, stages, memory, kept) => {
  const sampler: Sampler = tableauSamplers[id];
  const usual = defaults(sampler.params) as Record<string, unknown>;
  const method = methods.get(id)!;
  test('order, stages, memory, registers, evaluations, source, sentence', () => {
    const tableau = method.tableau(usual as never);
    expect([sampler.order, tableau.nodes.length, memoryOf(tableau)]).toEqual([order, stages, memory]);
    // A stage that no row reads would be an evaluation for nothing.
    const read = new Set(
      tableau.rows.flatMap(({ fixed, through }) => [...fixed.map(([column]) => column), ...through]),
    );
    expect(tableau.nodes.map((_, j) => j + 1).filter((column) => !read.has(column))).toEqual([]);
    const { long } = golden.grids;
    const ops = planOps(sampler, long, usual);
    expect(registers(ops).size).toBe(kept);
    // The last step, to 0, is one evaluation.
    expect(nfe(ops)).toBe(stages * (long.length - 2) + 1);
    expect(sampler.paper.url).toMatch(/^https:\/\/\S+$/);
    expect(sampler.summary).toMatch(/^An? .*; [a-z]+ evaluations? a step.*\.$/);
    expect(sampler.summary.length).toBeLessThan(260);
  });
  test('the ODE unless asked; noise costs one register, at most', () => {
    expect(sampler.stochastic(usual)).toBe(false);
    expect('eta' in usual).toBe(method.noise !== 'none');
    if (method.noise === 'none') return;
    expect(usual).toMatchObject({ eta: 0, s_noise: 1 });
    expect(sampler.stochastic({ ...usual, eta: 0.5 })).toBe(true);
    expect(sampler.stochastic({ ...usual, eta: 0.5, s_noise: 0 })).toBe(false);
    const noisy = registers(planOps(sampler, golden.grids.long, { ...usual, eta: 1 }));
    expect(noisy.has('noise')).toBe(true);
    expect(noisy.size).toBe(kept + 1);
  });
});
