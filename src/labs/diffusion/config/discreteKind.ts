// Discrete diffusion as its view has it: laws of two tokens, noisings, and samplers with what they learn. Its text is read by
// rowed.ts.
import { choiceField, numberField } from '../../../core/field.ts';
import { discreteMethodIds, discreteMethods, processes, type DiscreteMethodId } from '../../../discrete/index.ts';
import { pairLaws } from '../../../discrete/laws.ts';
import type { DiscreteMethod } from '../../../discrete/types.ts';
import { newRow, type RowedKind } from './rowed.ts';

export const MOST_STEPS = 32;
const fields = {
  process: choiceField({
    label: 'Noise',
    help: `${processes.uniform.title}: ${processes.uniform.summary} ${processes.absorbing.title}: ${processes.absorbing.summary}`,
    default: 'uniform',
    options: Object.values(processes).map(({ id, title }) => [id, title] as const),
  }),
  n: numberField({
    label: 'Draws',
    help: 'Pairs of tokens that are drawn beside the law that is computed; of the same seed each has the same random numbers in all methods.',
    default: 2000,
    min: 1,
    max: 20000,
    integer: true,
    log: true,
  }),
  seed: numberField({
    label: 'Seed',
    help: 'What is drawn; laws need none.',
    default: 0,
    min: 0,
    max: 0xffffffff,
    integer: true,
  }),
};
const steps = numberField({
  label: 'steps',
  help: 'Steps, an evaluation each: the scores of both tokens at once.',
  default: 8,
  min: 1,
  max: MOST_STEPS,
  integer: true,
  log: true,
});

/** The method of a row. */
export const discreteMethod = (id: string): DiscreteMethod => discreteMethods[id as DiscreteMethodId];

export const discreteKind: RowedKind = {
  title: 'Discrete diffusion',
  models: Object.values(pairLaws),
  fields: () => fields,
  methods: discreteMethodIds,
  method: discreteMethod,
  rowFields: (id) => ({ steps, ...discreteMethod(id).params }),
  means: () => true,
  defaultRows: (model) =>
    ['tweedie', 'lsd', 'lsd_plus', 'end_fit'].map((method) => newRow(discreteKind, model, method)),
  mostRows: 6,
  figures: {
    tv: {
      title: 'TV to the law',
      help: 'Total variation of the law that the sampler has come to, computed exactly, to the true law at this time; at the end to that of the data. From 0 to 1.',
      better: 'lower',
    },
    mutual: {
      title: 'mutual information',
      help: 'What the tokens tell of each other in that law, in nats: tokens drawn apart lose it.',
      better: null,
    },
    masked: { title: 'masked', help: 'Share of tokens that are masks.', better: null },
    time: { title: 'time', help: 'Time reached: what share of tokens is noise.', better: null },
    scale: {
      title: 'scale Φ',
      help: 'Number by which the scores were multiplied in the step that led here.',
      better: null,
    },
    drawn: {
      title: 'drawn',
      help: 'p of a G-test of what was drawn against the law that was computed: below 0.001 one of the two would be wrong.',
      better: null,
    },
  },
};
