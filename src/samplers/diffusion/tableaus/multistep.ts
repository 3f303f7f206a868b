// Methods with a memory: exponential Adams methods, predictors with correctors, and Adams methods in any variable.
import { family } from './sampler.ts';
import { collocating } from './text.ts';
import type { FrameKind, Method, NoiseKind } from './types.ts';
import type { SourceId } from './sources.ts';

/** Methods that begin with one value, then two, …: an order that the first steps do not have. */
const begins = (order: number) =>
  `Its first steps are of lower order, which shows once steps are small: between 160 and 640 of them it converges with order ${order}.`;

const steps = (
  title: string,
  source: SourceId,
  order: number,
  nodes: string,
  rows: string,
  frame: FrameKind,
  noise: NoiseKind = 'none',
  says?: string,
): Method => ({
  title,
  source,
  order,
  frame,
  noise,
  tableau: () => collocating(nodes, rows),
  ...(frame === 'free' && { variable: 'flow' }),
  ...(says !== undefined && { says }),
});

export const multistepSamplers = family('Multistep', {
  abnorsett_3m: steps('Exponential Adams-Bashforth 3', 'ho2011', 3, '', '1 -1 -2', 'x0', 'exact'),
  abnorsett_4m: steps('Exponential Adams-Bashforth 4', 'ho2011', 2.8, '', '1 -1 -2 -3', 'x0', 'exact', begins(2.8)),
  pec322_1h2s: steps('PEC 322', 'otw', 3, '1', '1 -1;2 1 -1', 'x0'),
  pec423_2h2s: steps('PEC 423', 'otw', 4, '1', '1 -1 -2;2 1 -1 -2', 'x0'),
  pec433_2h3s: steps('PEC 433', 'otw', 4, '1 1', '1 -1 -2;2 1 -1 -2;3 1 -1 -2', 'x0', 'none', 'Corrects twice.'),
  eglm433_2h3s: steps('EGLM 433', 'otw', 4, '1/2 1', '1 -1 -2;2 1 -1 -2;3 2 1 -1 -2', 'x0'),
  ab_2m: steps('Adams-Bashforth 2', 'hnw', 2, '', '1 -1', 'free'),
  ab_3m: steps('Adams-Bashforth 3', 'hnw', 3, '', '1 -1 -2', 'free'),
  ab_4m: steps('Adams-Bashforth 4', 'hnw', 2.6, '', '1 -1 -2 -3', 'free', 'none', begins(2.6)),
  abm_2m: steps('Adams-Bashforth-Moulton 2', 'hnw', 3, '1', '1 -1;2 1 -1', 'free'),
  abm_3m: steps('Adams-Bashforth-Moulton 3', 'hnw', 3.9, '1', '1 -1 -2;2 1 -1 -2', 'free'),
  abm_4m: steps('Adams-Bashforth-Moulton 4', 'hnw', 5, '1', '1 -1 -2 -3;2 1 -1 -2 -3', 'free'),
});
