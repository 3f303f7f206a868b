import { numberField, textField } from '../../../core/field.ts';
import { softmax } from '../draw.ts';
import { contrast, drawMixed } from '../mixed.ts';
import type { Algorithm, MixRequest, Mixing } from '../types.ts';

interface DolaParams {
  dola_layers: string;
  alpha: number;
  strength: number;
}

const LIST = /^\d{1,3}( *, *\d{1,3})*$/;
/** Layers that a list names, each once, the earliest first. */
const listed = (text: string): readonly number[] => [...new Set(text.split(',').map(Number))].sort((a, b) => a - b);

/**
 * The candidate layers of a bucket, as transformers has them: every second layer of the lower or the upper half (of at most
 * 40 layers; of deeper models of the first or the last 20). Where the head is the embedding, the embedding itself would
 * only give the last token back, so that the lower half begins at layer 2.
 */
export function candidateLayers(text: string, layers: number, tied: boolean): readonly number[] {
  if (LIST.test(text)) return listed(text);
  const deep = layers > 40;
  const every = (from: number, to: number) =>
    Array.from({ length: Math.max(0, Math.ceil((to - from) / 2)) }, (_, i) => from + 2 * i);
  if (text === 'high') return every(deep ? layers - 20 : Math.floor(layers / 2), layers);
  const half = Math.floor(layers / 2);
  const start = tied ? Math.min(2, layers - 1) : 0;
  return start >= half && !deep ? [start] : every(start, deep ? 20 : half);
}

/** Jensen-Shannon divergence of two distributions in nats, 0 … ln 2; 0 ln 0 = 0. */
export function jensenShannon(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const m = (p[i]! + q[i]!) / 2;
    if (p[i]! > 0) sum += p[i]! * Math.log(p[i]! / m);
    if (q[i]! > 0) sum += q[i]! * Math.log(q[i]! / m);
  }
  return Math.max(0, sum / 2);
}

function mixing({ depth }: MixRequest, { dola_layers, alpha, strength }: DolaParams): Mixing {
  if (!depth) throw new Error('DoLa reads early layers, and of this model none can be read.');
  const layers = candidateLayers(dola_layers, depth.layers, depth.tied);
  const beyond = layers.find((layer) => layer >= depth.layers);
  if (beyond !== undefined)
    throw new Error(
      `DoLa cannot contrast with layer ${beyond}: this model has ${depth.layers} layers, so 0 to ${depth.layers - 1} come before its last one's end.`,
    );
  return {
    layers,
    mix(logits, { early }, allowed) {
      const p = softmax(logits);
      const far = early!.map((row) => jensenShannon(p, softmax(row)));
      const premature = far.indexOf(Math.max(...far));
      return {
        logits: contrast(allowed, early![premature]!, { alpha, strength }),
        title: `Contrasted with layer ${layers[premature]}`,
        parts: layers.map((layer, k) => ({
          title: `Layer ${layer}${k === premature ? ', premature' : ''}`,
          logits: early![k]!,
        })),
        words: [
          `Jensen-Shannon divergence from the last layer, nats: ${layers.map((layer, k) => `layer ${layer} ${far[k]!.toFixed(3)}`).join(', ')}; the farthest is contrasted.`,
        ],
      };
    },
  };
}

/**
 * DoLa, decoding by contrasting layers: the head is also put on early layers, and of the candidates the one whose
 * distribution is farthest from the last layer's by the Jensen-Shannon divergence is the premature layer of this token;
 * the score of a token is log q_N − λ·log q_M over the tokens with at least α of the likeliest one's probability under the
 * last layer N. After Chuang et al. 2023, https://arxiv.org/abs/2309.03883; layers, head (without the final
 * norm on early layers) and α as in transformers, whose `dola_layers` this is. One pass a token, with the head applied
 * once more for every candidate; λ = 1 is the paper's and 0 leaves the model alone. The paper advises a repetition penalty
 * of 1.2, which is a stage here.
 */
export const dola: Algorithm<DolaParams> = {
  id: 'dola',
  title: 'DoLa',
  paper: {
    title: 'DoLa: Decoding by Contrasting Layers Improves Factuality in Large Language Models',
    url: 'https://arxiv.org/abs/2309.03883',
  },
  summary:
    'Draws what becomes likelier between an early layer and the last one, among the tokens that the last finds plausible.',
  params: {
    dola_layers: textField({
      label: 'Early layers',
      help: 'Candidates for the premature layer: low (the lower half, for long answers), high (the upper half, for short ones), or numbers such as 0,2,4.',
      default: 'low',
      maxLength: 80,
      refuse: (text) =>
        text === 'low' || text === 'high' || LIST.test(text)
          ? null
          : `"${text.slice(0, 40)}" names no layers: write low, high, or numbers with commas, e.g. 0,2,4.`,
    }),
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
      help: 'Weight of the premature layer’s log-probability: 1 as in the paper, 0 leaves the model alone.',
      default: 1,
      min: 0,
      max: 2,
      step: 0.1,
    }),
  },
  usesChain: true,
  preservesDistribution: false,
  mixing,
  run: (request, params) => drawMixed(request, mixing(request, params)),
};
