// The engine of methods that are data, and their coefficients.
import { source, tested } from './fault.mjs';

const under = 'samplers/diffusion/tableaus';
export const samplersTableaus = [
  source(
    `${under}/phi`,
    'etdrk4_4s as its formula',
    'φ of a negative argument begins one power late',
    'const term = power / (j + k);',
    'const term = power / (j + k + 1);',
  ),
  source(
    `${under}/exponential`,
    'order conditions',
    'a coefficient of Minchev’s third stage',
    ';2/25φ1 + 6/25φ2;',
    ';2/25φ1 + 8/25φ2;',
  ),
  source(
    `${under}/exponential`,
    'order conditions',
    'ETD2CF3’s second stage is weighed as if its node were 1/2',
    "';4/3φ2;6φ2 - 18φ3, 9φ3 - 3/2φ2'",
    "';8/9φ2;6φ2 - 18φ3, 9φ3 - 3/2φ2'",
  ),
  source(
    `${under}/frames`,
    'lawson4_4s as its formula',
    'the integrating factor leaves a linear part',
    'slope: (sigma) => [0, 1 / sigma], rate: 0 };',
    'slope: (sigma) => [0, 1 / sigma], rate: -1 };',
  ),
  source(
    `${under}/frames`,
    'rk4_4s as its formula',
    'the flow’s velocity is that of the unscaled state',
    'slope: (sigma) => [1 / sigma, -(1 + sigma) / sigma],',
    'slope: (sigma) => [(1 + sigma) / sigma, -(1 + sigma) / sigma],',
  ),
  source(
    `${under}/rungeKuttaHigh`,
    'order conditions',
    'a sign in the last stage of Dormand and Prince',
    '-2187/6784 11/84',
    '2187/6784 11/84',
  ),
  source(
    `${under}/weights`,
    'abnorsett_3m as its formula',
    'moments without the factorial',
    'if (m > 0) factor *= m * c;',
    'if (m > 0) factor *= c;',
  ),
  source(
    `${under}/frames`,
    'abnorsett_4m',
    'the SDE decays no faster than the ODE',
    'rate: -(1 + eta) };',
    'rate: -1 };',
  ),
  source(
    `${under}/engine`,
    'heun_3s',
    'noise leads up from a level that was not reached',
    'return { to: down, fresh: ancestralNoise(s, t, up, params) };',
    'return { to: t, fresh: ancestralNoise(s, t, up, params) };',
  ),
  tested(
    `${under}/engine`,
    'samplers/diffusion/oracles',
    'a long sum forgets what its first instruction made',
    'from === 0 ? [] : [[1, out]]',
    'from >= 0 ? [] : [[1, out]]',
  ),
  tested(
    `${under}/engine`,
    'samplers/diffusion/oracles',
    'a stage’s register is used again a row too soon',
    'lastRead[k]! >= j)',
    'lastRead[k]! > j)',
  ),
  tested(
    `${under}/engine`,
    'samplers/diffusion/oracles',
    'the places of earlier steps are mirrored',
    ': -frame.span(before[-column - 1]!, from) / H);',
    ': frame.span(before[-column - 1]!, from) / H);',
  ),
];
