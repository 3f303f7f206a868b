import { numberField } from '../../../core/field.ts';
import { contrast, drawMixed } from '../mixed.ts';
import type { Algorithm, MixRequest, Mixing } from '../types.ts';

interface ContrastParams {
  alpha: number;
  strength: number;
  amateur_temperature: number;
}

function mixing({ prompt, vocab }: MixRequest, { alpha, strength, amateur_temperature }: ContrastParams): Mixing {
  return {
    beside: { model: 'draft', prompt },
    mix(_, { beside }, allowed) {
      // Models of one family are padded to different sizes.
      const amateur = Float64Array.from(beside!.subarray(0, vocab), (l) => l / amateur_temperature);
      return {
        logits: contrast(allowed, amateur, { alpha, strength }),
        title: 'Contrasted',
        parts: [{ title: 'The amateur', logits: amateur }],
        words: [
          `log p of the expert − ${strength} · log p of the amateur, of the tokens with at least ${alpha} of the likeliest one’s probability.`,
        ],
      };
    },
  };
}

/**
 * Contrastive decoding: a token's score is the log-probability that the model (the expert) gives it, less the one that a
 * smaller model (the amateur) gives it, so that what any model would say counts for little; only tokens with at least
 * α of the likeliest one's probability under the expert are kept. After Li et al. 2022, https://arxiv.org/abs/2210.15097,
 * there with beam search; here the scores are the logits of the chain, and `top_k` 1 takes the best.
 * `strength` λ weighs the amateur: 1 is the paper's, 0 leaves the expert alone (O'Brien and Lewis 2023,
 * https://arxiv.org/abs/2309.09117, call λ/(1 − λ) β, with scores 1 + β times as large). The amateur is the draft model.
 */
export const contrastiveDecoding: Algorithm<ContrastParams> = {
  id: 'contrastive_decoding',
  title: 'Contrastive decoding',
  paper: {
    title: 'Contrastive Decoding: Open-ended Text Generation as Optimization',
    url: 'https://arxiv.org/abs/2210.15097',
  },
  summary: 'Draws what the model finds likelier than a smaller model does, among the tokens that it finds plausible.',
  params: {
    alpha: numberField({
      label: 'Plausibility α',
      help: 'Tokens with less than this share of the likeliest one’s probability are left out; 0 keeps all.',
      default: 0.1,
      min: 0,
      max: 1,
      step: 0.05,
    }),
    strength: numberField({
      label: 'Contrast λ',
      help: 'Weight of the amateur’s log-probability: 1 as in the paper, 0 leaves the model alone.',
      default: 1,
      min: 0,
      max: 2,
      step: 0.1,
    }),
    amateur_temperature: numberField({
      label: 'Amateur’s temperature',
      help: 'Above 1 the amateur is surer of nothing, below 1 it insists on its favourites.',
      default: 1,
      min: 0.1,
      max: 5,
      step: 0.1,
    }),
  },
  needsDraft: true,
  usesChain: true,
  preservesDistribution: false,
  mixing,
  run: (request, params) => drawMixed(request, mixing(request, params)),
};
