// Integrating factors: Lawson's methods, Krogstad's generalized ones, and Adams methods on x̂/σ.
import { family } from './sampler.ts';
import { butcher, collocating } from './text.ts';
import type { Method, NoiseKind, Tableau } from './types.ts';
import type { SourceId } from './sources.ts';

const factor = (title: string, source: SourceId, order: number, text: string, says?: string): Method => ({
  title,
  source,
  order,
  frame: 'lawson',
  noise: 'ancestral',
  tableau: () => butcher(text),
  ...(says !== undefined && { says }),
});

/**
 * Kutta's method for what is left of D when a polynomial through its last values has been integrated exactly; `modified`:
 * the last stage's weight too comes from the polynomial.
 */
function generalized(values: number, modified: boolean): Tableau {
  const through = [1, ...Array.from({ length: values - 1 }, (_, k) => -1 - k)].join(' ');
  const end = modified ? `2=1/3φ0(1/2),3=1/3φ0(1/2)|4 ${through}` : `2=1/3φ0(1/2),3=1/3φ0(1/2),4=1/6|${through}`;
  return collocating('1/2 1/2 1', `${through};2=1/2|${through};3=φ0(1/2)|${through};${end}`);
}
const gen = (values: number, modified: boolean, noise: NoiseKind = 'none', order = 4): Method => ({
  title: `Lawson 4${values}, ${modified ? 'modified ' : ''}generalized`,
  source: values === 1 && !modified ? 'krogstad' : 'expint',
  order,
  frame: 'x0',
  noise,
  tableau: () => generalized(values, modified),
  ...(order > 4 && { says: 'Its family is known for order 4; measured, this one has more.' }),
});
const adams = (title: string, order: number, rows: string): Method => ({
  title,
  source: 'expint',
  order,
  frame: 'lawson',
  noise: 'none',
  tableau: () => collocating('', rows),
});

export const lawsonSamplers = family('Integrating factor', {
  lawson2a_2s: factor('Lawson 2a', 'lawson', 2, '1/2;0 1', 'The midpoint method on x/σ.'),
  lawson2b_2s: factor('Lawson 2b', 'lawson', 2, '1;1/2 1/2', 'Heun’s method on x/σ.'),
  lawson3_3s: factor('Lawson 3', 'lawson', 3, '1/2;-1 2;1/6 2/3 1/6', 'Kutta’s third-order method on x/σ.'),
  lawson4_4s: factor(
    'Lawson 4',
    'lawson',
    4,
    '1/2;0 1/2;0 0 1;1/6 1/3 1/3 1/6',
    'The classical fourth-order method on x/σ.',
  ),
  lawson41_gen_4s: gen(1, false, 'ancestral'),
  lawson41_gen_mod_4s: gen(1, true, 'ancestral'),
  lawson42_gen_mod_1h4s: gen(2, true),
  lawson43_gen_mod_2h4s: gen(3, true),
  lawson44_gen_mod_3h4s: gen(4, true, 'none', 5.7),
  lawson45_gen_mod_4h4s: gen(5, true, 'none', 5.8),
  ablawson_2m: adams('Adams-Bashforth-Lawson 2', 2, '1 -1'),
  ablawson_3m: adams('Adams-Bashforth-Lawson 3', 3, '1 -1 -2'),
  ablawson_4m: adams('Adams-Bashforth-Lawson 4', 3.6, '1 -1 -2 -3'),
});
