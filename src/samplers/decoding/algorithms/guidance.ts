import { numberField, textField } from '../../../core/field.ts';
import { logSoftmax } from '../draw.ts';
import { continuedOf, drawMixed, FLOOR } from '../mixed.ts';
import type { Algorithm, MixRequest, Mixing } from '../types.ts';

interface GuidanceParams {
  guidance_scale: number;
  negative_prompt: string;
}

/** The other prompt: the negative one, or, without one, the prompt's last token alone. */
function unconditional(request: MixRequest, text: string): readonly number[] {
  const written = continuedOf(request);
  const own = request.prompt.slice(0, request.prompt.length - written.length);
  if (text === '') return [...own.slice(-1), ...written];
  if (!request.encode) throw new Error('A negative prompt needs a tokenizer, and this model has none: leave it empty.');
  const tokens = request.encode(text);
  if (tokens.length === 0)
    throw new Error(`The negative prompt ${JSON.stringify(text)} has no token: write a word, or leave it empty.`);
  return [...tokens, ...written];
}

function mixing(request: MixRequest, { guidance_scale: scale, negative_prompt }: GuidanceParams): Mixing {
  const named = negative_prompt !== '';
  return {
    beside: { model: 'target', prompt: unconditional(request, negative_prompt) },
    mix(_, { beside }, allowed) {
      const [own, other] = [logSoftmax(allowed), logSoftmax(beside!)];
      // At 1 nothing of the other row is left, not even the digits that adding and taking it away would lose.
      const guided = own.map((l, v) => {
        const apart = Math.max(FLOOR, other[v]!);
        return l === -Infinity || scale === 1 ? l : apart + scale * (l - apart);
      });
      return {
        logits: guided,
        title: `Guided, γ = ${scale}`,
        parts: [{ title: named ? 'After the negative prompt' : 'Without the prompt', logits: beside! }],
        words: [
          `log p = log p′ + ${scale} · (log p − log p′), p of the model after the prompt, p′ after ${named ? 'the negative prompt' : 'the prompt’s last token alone'} and what was written.`,
        ],
      };
    },
  };
}

/**
 * Classifier-free guidance of text: every token is drawn from log p′ + γ·(log p − log p′), where p is the model after the
 * prompt and p′ the same model after a negative prompt, or after the prompt's last token when there is none; both texts
 * go on with what was written. γ = 1 is plain sampling, above it the prompt counts for more, 0 follows the negative
 * prompt. Both texts go through one pass, so a token costs two rows of it and two caches. After Sanchez et al. 2023,
 * https://arxiv.org/abs/2306.17806; transformers' `guidance_scale`.
 */
export const guidance: Algorithm<GuidanceParams> = {
  id: 'cfg',
  title: 'Classifier-free guidance',
  paper: { title: 'Stay on Topic with Classifier-Free Guidance', url: 'https://arxiv.org/abs/2306.17806' },
  summary:
    'Draws what the prompt makes more likely than a negative prompt, or no prompt, does: closer to what was asked.',
  params: {
    guidance_scale: numberField({
      label: 'Guidance scale γ',
      help: 'Weight of the prompt against the negative prompt: 1 is plain sampling, more follows the prompt more closely.',
      default: 1.5,
      min: 0,
      max: 20,
      step: 0.1,
    }),
    negative_prompt: textField({
      label: 'Negative prompt',
      help: 'What the text is steered away from; without one, from what the model writes without the prompt.',
      default: '',
      maxLength: 2000,
      lines: true,
      refuse: () => null,
    }),
  },
  usesChain: true,
  preservesDistribution: false,
  sequences: (samples) => 2 * samples,
  mixing,
  run: (request, params) => drawMixed(request, mixing(request, params)),
};
