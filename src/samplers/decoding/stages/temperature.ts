import { numberField } from '../../../core/field.ts';
import type { Stage } from '../types.ts';

/** Below this a draw is the arg max in all but name, and l / T may overflow. */
export const COLDEST = 0.001;

/**
 * l ← l / T, so that p_i ∝ exp(l_i / T): below 1 sharper, above 1 flatter. Boltzmann's distribution; as a learning rule
 * Ackley, Hinton and Sejnowski 1985. T → 0 is the arg max, which is an algorithm of its own here (greedy) and refused
 * as a temperature.
 */
export const temperature: Stage<{ temperature: number }> = {
  id: 'temperature',
  title: 'Temperature',
  group: 'shape',
  paper: { title: 'A Learning Algorithm for Boltzmann Machines', url: 'https://doi.org/10.1016/S0364-0213(85)80012-4' },
  summary: 'Divides the logits by T: below 1 the likely tokens get likelier, above 1 the choice gets freer.',
  params: {
    temperature: numberField({
      label: 'Temperature',
      help: 'Divides the logits. 1 leaves the model as it is; for 0 use greedy decoding.',
      default: 0.8,
      min: 0,
      max: 5,
      step: 0.05,
    }),
  },
  apply(logits, _, { temperature: t }) {
    if (!(t >= COLDEST)) throw new Error(`Temperature ${t} is not a distribution: use greedy decoding.`);
    return logits.map((l) => l / t);
  },
  refuse: ({ temperature: t }) =>
    t >= COLDEST
      ? null
      : `Temperature ${t} always takes the most likely token: use greedy decoding, which takes penalties too, or a temperature of at least ${COLDEST}.`,
};
