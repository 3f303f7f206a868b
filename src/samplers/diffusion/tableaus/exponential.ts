// Exponential Runge-Kutta methods, for the denoised value where nothing else is said. Nodes are in λ = −log σ.
import { numberField } from '../../../core/field.ts';
import { phiSum, collocating, exponential } from './text.ts';
import { family } from './sampler.ts';
import type { Method, PhiSum, Tableau } from './types.ts';
import type { SourceId } from './sources.ts';

const node = (label: string, value: number, min: number, max: number) =>
  numberField({
    label,
    help: 'Where this stage lies, as a share of the step in log σ.',
    default: value,
    min,
    max,
    step: 0.01,
  });

type Rest = Pick<Method, 'says'> & { readonly frame?: 'x0' | 'epsilon' };
const method = (
  title: string,
  source: SourceId,
  order: number,
  tableau: () => Tableau,
  { frame = 'x0', ...rest }: Rest = {},
): Method => ({ title, source, order, frame, noise: 'ancestral', tableau, ...rest });
const weights = (title: string, source: SourceId, order: number, nodes: string, rows: string, rest?: Rest) =>
  method(title, source, order, () => exponential(nodes, rows), rest);
const stages = (title: string, source: SourceId, order: number, nodes: string, rows: string, rest?: Rest) =>
  method(title, source, order, () => collocating(nodes, rows), rest);

/** (5.9) of Hochbruck & Ostermann 2005, for any nodes. */
function res3s({ c2, c3 }: { c2: number; c3: number }): Tableau {
  const g = (3 * c3 ** 2 - 2 * c3) / (c2 * (2 - 3 * c2));
  const b3 = 1 / (g * c2 + c3);
  return {
    nodes: [0, c2, c3],
    rows: [
      { fixed: [], through: [1] },
      {
        fixed: [
          [
            2,
            [
              [g * c2, 2, c2],
              [c3 ** 2 / c2, 2, c3],
            ],
          ],
        ],
        through: [1],
      },
      {
        fixed: [
          [2, [[g * b3, 2, 1]]],
          [3, [[b3, 2, 1]]],
        ],
        through: [1],
      },
    ],
  };
}

const scaled = (factor: number, sum: PhiSum): PhiSum => sum.map(([w, k, c]) => [factor * w, k, c]);

/** expRK5s8 of Luan & Ostermann 2014, section 5. */
function expRk5s8(): Tableau {
  const shared = phiSum(
    '1/70φ2(1/5) - 1/25φ3(1/5) + 6/175φ4(1/5) + 36/175φ2(2/3) - 48/25φ3(2/3) + 192/35φ4(2/3) + 6φ4',
    1,
  );
  const plain = exponential(
    '1/2 1/2 1/4 1/2 1/5 2/3 1',
    [
      '',
      '1/2φ2',
      ', 1/8φ2',
      ', -1/2φ2 + 2φ3, 2φ2 - 4φ3',
      ',, 8/25φ2 - 32/125φ3, -2/25φ2 + 16/125φ3',
      ',, -20/81φ2(1/5) + 16/81φ3(1/5), 5/243φ2(1/5) - 4/243φ3(1/5) - 16/27φ2 + 320/81φ3, 125/486φ2(1/5) - 50/243φ3(1/5) + 100/27φ2 - 800/81φ3',
      ',,, -16/3φ2 + 208/3φ3, 250/21φ2 - 250/3φ3, 27/14φ2 - 27φ3',
      ',,,, 125/14φ2 - 625/14φ3 + 1125/14φ4, -27/14φ2 + 162/7φ3 - 405/7φ4, 1/2φ2 - 13/2φ3 + 45/2φ4',
    ].join(';'),
  );
  const times: Readonly<Record<number, number>> = { 5: -40, 6: 250 / 7, 7: 135 / 7 };
  return {
    ...plain,
    rows: plain.rows.with(6, {
      ...plain.rows[6]!,
      fixed: plain.rows[6]!.fixed.map(([column, sum]) => [column, [...sum, ...scaled(times[column]!, shared)]]),
    }),
  };
}

const KROGSTAD_END = ', 2φ2 - 4φ3, 4φ3 - φ2';

export const exponentialSamplers = family('Exponential', {
  res_2s: {
    title: 'RES 2S',
    source: 'ho2005',
    order: 2,
    says: 'The node is yours to choose.',
    frame: 'x0',
    noise: 'ancestral',
    params: { c2: node('c₂', 0.5, 0.1, 1) },
    tableau: ({ c2 }) => ({
      nodes: [0, c2!],
      rows: [
        { fixed: [], through: [1] },
        { fixed: [], through: [1, 2] },
      ],
    }),
  },
  res_3s: {
    title: 'RES 3S',
    source: 'ho2005',
    order: 3,
    frame: 'x0',
    noise: 'ancestral',
    params: { c2: node('c₂', 0.5, 0.1, 0.6), c3: node('c₃', 1, 0.7, 1) },
    tableau: (p) => res3s(p as { c2: number; c3: number }),
  },
  dpmpp_3s: stages('DPM-Solver++(3S)', 'dpmSolverPp', 3, '1/3 2/3', '1;1 2;1 3'),
  etdrk3_3s: weights('ETD3RK (Cox-Matthews)', 'coxMatthews', 3, '1/2 1', ';2φ1;4φ2 - 8φ3, 4φ3 - φ2'),
  res_3s_lie: weights('RES 3S, commutator-free (ETD2CF3)', 'expint', 3, '1/3 2/3', ';4/3φ2;6φ2 - 18φ3, 9φ3 - 3/2φ2'),
  res_3s_non_monotonic: {
    title: 'RES 3S, nodes 1 and 1/2',
    source: 'ho2005',
    order: 3,
    says: 'Its second node lies behind its third.',
    frame: 'x0',
    noise: 'ancestral',
    tableau: () => res3s({ c2: 1, c3: 0.5 }),
  },
  etdrk3_a_3s: stages('ETDRK3, nodes 1 and 2/3', 'ho2005', 3, '1 2/3', '1;1 2;1 3'),
  etdrk3_b_3s: stages('ETDRK3, nodes 4/9 and 2/3', 'ho2005', 3, '4/9 2/3', '1;1 2;1 3'),
  etdrk4_4s: weights(
    'ETDRK4 (Cox-Matthews)',
    'coxMatthews',
    4,
    '1/2 1/2 1',
    `;1/2φ1;,φ1(1/2);2φ2 - 4φ3${KROGSTAD_END}`,
  ),
  res_4s_krogstad: weights('RES 4S, Krogstad', 'krogstad', 4, '1/2 1/2 1', `;φ2;,2φ2;2φ2 - 4φ3${KROGSTAD_END}`),
  res_4s_strehmel_weiner: weights(
    'RES 4S, Strehmel-Weiner',
    'ho2005',
    4,
    '1/2 1/2 1',
    ';1/2φ2;-2φ2, 4φ2;, 4φ2 - 8φ3, 4φ3 - φ2',
  ),
  res_4s_friedli: weights(
    'RES 4S, Friedli',
    'ho2005',
    4,
    '1/2 1/2 1',
    ';1/2φ2;2/25φ2 - 26/25φ1, 26/25φ1 + 48/25φ2;, 4φ2 - 8φ3, 4φ3 - φ2',
  ),
  res_4s_minchev: weights(
    'RES 4S, Minchev',
    'minchevWright',
    4,
    '1/2 1/2 1',
    ';2/25φ1 + 6/25φ2;21/5φ2 - 108/5φ3, 1/20φ1 - 33/10φ2 + 123/5φ3;-1/10φ1 + 1/5φ2 - 4φ3 + 12φ4, 1/30φ1 + 23/5φ2 - 8φ3 - 4φ4, 1/30φ1 - 7/5φ2 + 6φ3 - 4φ4',
  ),
  res_4s_munthe_kaas: weights(
    'RES 4S, Munthe-Kaas',
    'minchevWright',
    4,
    '1/2 1/2 1',
    // zφ₁(z/2) = 2(φ₀(z/2) − 1), zφ₁ = φ₀ − 1
    ';1/2φ1 - 1/4φ0 + 1/4;,φ1;1/3φ1, 1/3φ1, 1/6φ1 - 1/12φ0 + 1/12',
  ),
  res_4s_cfree4: weights(
    'RES 4S, commutator-free',
    'minchevWright',
    4,
    '1/2 1/2 1',
    ';1/2φ1;,φ1(1/2);1/3φ1, 1/3φ1, 1/3φ1(1/2) - 1/6φ1',
  ),
  res_5s: weights(
    'RES 5S, Hochbruck-Ostermann',
    'ho2005',
    4,
    '1/2 1/2 1 1/2',
    ';φ2;φ2, φ2;1/2φ2 - 1/2φ3 + 1/4φ2(1) - φ3(1), 1/2φ2 - 1/2φ3 + 1/4φ2(1) - φ3(1), -1/4φ2 + 1/2φ3 - 1/4φ2(1) + φ3(1);,, 4φ3 - φ2, 4φ2 - 8φ3',
    { says: 'The order is kept on stiff problems.' },
  ),
  res_6s: stages('RES 6S, Luan', 'luan', 4, '1/2 1/2 1/3 5/6 1/3', '1;1 2;1 2;1 3 4;1 3 4;1 5 6', {
    says: 'Its stages in pairs do not depend on each other.',
  }),
  res_8s: method('RES 8S, Luan-Ostermann', 'luanOstermann', 5, expRk5s8),
  res_10s: stages(
    'RES 10S, Luan',
    'luan',
    5,
    '1/2 1/2 1/3 1/2 1/3 1/4 3/10 3/4 1',
    '1;1 2;1 2;1 3 4;1 3 4;1 3 4;1 5 6 7;1 5 6 7;1 5 6 7;1 8 9 10',
  ),
  res_2s_epsilon: stages('Exponential 2S in ε', 'ho2005', 2, '1', '1;1 2', { frame: 'epsilon' }),
  dpm_solver_3s: stages('DPM-Solver-3', 'dpmSolver', 3, '1/3 2/3', '1;1 2;1 3', { frame: 'epsilon' }),
  etdrk4_epsilon: weights('ETDRK4 in ε', 'coxMatthews', 4, '1/2 1/2 1', `;1/2φ1;,φ1(1/2);2φ2 - 4φ3${KROGSTAD_END}`, {
    frame: 'epsilon',
  }),
});
