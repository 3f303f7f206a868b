import { choiceField, numberField } from '../core/field.ts';
import type { SparsePart } from '../core/part.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { takeParts } from './plans.ts';

interface Params {
  keep: number;
  window: SparsePart['window'];
  correct: 'none' | 'ratio' | 'residual' | 'both';
  warmup: number;
  every: number;
  drift: number;
}

/**
 * Re-ttention: https://arxiv.org/abs/2505.22918, section 3: attention within a window, reshaped by the share of the softmax
 * that fell into it at the last whole evaluation, and by what it lacked then. The paper's window is along the order of
 * tokens; a disc in the picture is ours, and so is that a share never exceeds 1. Pairs of tokens are counted, no time.
 */
export const reattention: DenoiserWrapper<Params> = {
  id: 'sparse',
  title: 'Re-ttention',
  paper: { title: 'Chen et al. 2025, Re-ttention', url: 'https://arxiv.org/abs/2505.22918' },
  summary:
    'Lets every token attend to a window around it, and makes up for the rest by what an earlier whole evaluation saw beyond the window: the share of the softmax that fell into it, and the difference that was left. With 49 or 64 tokens attention is a small part of the work, so little is saved here.',
  params: {
    keep: numberField({
      label: 'Kept',
      help: 'The width of the window as a share of the tokens; at the borders it is cut off. At 1 all is seen.',
      default: 0.25,
      min: 0.01,
      max: 1,
      step: 0.01,
    }),
    window: choiceField<Params['window']>({
      label: 'Window',
      help: 'Around a token in the order of tokens, which run row by row, as in the paper; or a disc of that area around it in the picture, which is ours.',
      default: 'order',
      options: [
        ['order', 'in the order of tokens'],
        ['disc', 'disc in the picture (ours)'],
      ],
    }),
    correct: choiceField<Params['correct']>({
      label: 'Made up for',
      help: 'By the share of the softmax that fell into the window, by what was lacking then, by both, or not at all.',
      default: 'both',
      options: [
        ['none', 'nothing'],
        ['ratio', 'share ρ'],
        ['residual', 'residual R'],
        ['both', 'share and residual'],
      ],
    }),
    warmup: numberField({
      label: 'Whole first',
      help: 'So many first evaluations see all.',
      default: 5,
      min: 0,
      max: 1000,
      integer: true,
    }),
    every: numberField({
      label: 'Refreshed every',
      help: 'From then on one evaluation in so many sees all, and keeps what the window misses.',
      default: 5,
      min: 1,
      max: 100,
      integer: true,
    }),
    drift: numberField({
      label: 'Share grows by λ',
      help: 'After each use, up to 1.',
      default: 0.04,
      min: 0,
      max: 1,
      step: 0.01,
    }),
  },
  untouched: { keep: 1 },
  blocks: true,
  brief: ({ keep, window, correct }) =>
    `${window === 'disc' ? 'disc' : 'window'} of ${Math.round(100 * keep)} %${correct === 'both' ? '' : `, ${correct === 'none' ? 'uncorrected' : `${correct} only`}`}`,
  rewrite(ops, { keep, window, correct, warmup, every, drift }, _fitted, network) {
    if (!network || keep >= 1) return ops;
    const ratio = correct === 'ratio' || correct === 'both';
    const residual = correct === 'residual' || correct === 'both';
    const part = { kind: 'sparse', keep, window, ratio, residual, drift } as const;
    return takeParts(ops, (i) => (i < warmup ? null : { ...part, refresh: (i - warmup) % every === 0 }));
  },
};
