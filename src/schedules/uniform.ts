import { choiceField } from '../core/field.ts';
import { roundHalfEven } from './round.ts';
import { TABLE_LENGTH, tableField, tableSigma, type TableId } from './vpTable.ts';
import type { Schedule } from './types.ts';

type Spacing = 'linspace' | 'normal' | 'trailing' | 'sgm_uniform' | 'leading' | 'simple';
const LAST = TABLE_LENGTH - 1;

/** Training time of step i of n. Every rule gives n different times for n ≤ 1000. */
const times: Record<Spacing, (i: number, n: number) => number> = {
  linspace: (i, n) => (n === 1 ? LAST : (LAST * (n - 1 - i)) / (n - 1)),
  normal: (i, n) => (n === 1 ? LAST : (LAST * (n - 1 - i)) / (n - 1)),
  // The float range that diffusers walks can gain an extra entry −1 (n = 61, 103, …); this closed form cannot.
  trailing: (i, n) => roundHalfEven((TABLE_LENGTH * (n - i)) / n) - 1,
  sgm_uniform: (i, n) => (LAST * (n - i)) / n,
  // The published offset of 1 is dropped where it would leave the table (n = 1000).
  leading: (i, n) => {
    const stride = Math.floor(TABLE_LENGTH / n);
    const top = (n - 1) * stride;
    return (n - 1 - i) * stride + (top + 1 < TABLE_LENGTH ? 1 : 0);
  },
  simple: (i, n) => LAST - Math.floor((i * TABLE_LENGTH) / n),
};

/**
 * Uniform in the training time of a published noise table, then 0. The table, not the model's range, sets both ends.
 * Spacings: Lin et al. 2023, https://arxiv.org/abs/2305.08891, table 2, as in diffusers; `normal`, `sgm_uniform`,
 * `simple` as in ComfyUI.
 */
export const uniform: Schedule<{ spacing: Spacing; table: TableId }> = {
  id: 'uniform',
  title: 'Uniform in time',
  paper: {
    title: 'Common Diffusion Noise Schedules and Sample Steps are Flawed',
    url: 'https://arxiv.org/abs/2305.08891',
  },
  summary: 'Equal steps of the training time: what most published pictures were made with.',
  params: {
    spacing: choiceField({
      label: 'spacing',
      help: 'Which times are visited; `leading` never reaches the noisiest one.',
      default: 'trailing',
      options: [
        ['linspace', 'linspace (diffusers)'],
        ['normal', 'normal (log σ between entries)'],
        ['trailing', 'trailing'],
        ['sgm_uniform', 'sgm uniform'],
        ['leading', 'leading'],
        ['simple', 'simple'],
      ],
    }),
    table: tableField,
  },
  sigmas: (steps, _range, { spacing, table }) => [
    ...Array.from({ length: steps }, (_, i) =>
      tableSigma(table, times[spacing](i, steps), spacing === 'linspace' ? 'linear' : 'log'),
    ),
    0,
  ],
};
