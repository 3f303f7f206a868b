import { numberField } from '../../../core/field.ts';
import { entropy, softmax } from '../draw.ts';
import { supportSize } from '../support.ts';
import type { Stage } from '../types.ts';
import { COLDEST } from './temperature.ts';

/**
 * "dynatemp": l ← l / T with T = (t − r) + 2r · (H / ln n)^e, where H is the entropy of the n tokens still in play, so
 * that H / ln n is 0 when the model is certain and 1 when it has no idea. One token alone is left as it is. T is never
 * below 0.001. No paper; the definition is the one that llama.cpp took from KoboldCpp.
 */
export const dynamicTemperature: Stage<{ temperature: number; range: number; exponent: number }> = {
  id: 'dynamic_temperature',
  title: 'Dynamic temperature',
  group: 'shape',
  paper: { title: 'llama.cpp: dynamic temperature sampling', url: 'https://github.com/ggml-org/llama.cpp/pull/4972' },
  summary: 'A temperature that follows the entropy: cool where the model is sure, warm where it is not.',
  params: {
    temperature: numberField({
      label: 'Middle',
      help: 'The middle of the temperatures.',
      default: 1,
      min: 0,
      max: 5,
      step: 0.05,
    }),
    range: numberField({
      label: 'Range',
      help: 'How far the temperature may go below and above the middle.',
      default: 0.5,
      min: 0,
      max: 5,
      step: 0.05,
    }),
    exponent: numberField({
      label: 'Exponent',
      help: 'How the entropy maps to the temperature; 1 is a straight line.',
      default: 1,
      min: 0.1,
      max: 10,
      step: 0.1,
      log: true,
    }),
  },
  apply(logits, _, { temperature, range, exponent }) {
    const n = supportSize(logits);
    if (n < 2) return logits.slice();
    const share = Math.min(entropy(softmax(logits)) / Math.log(n), 1);
    const t = Math.max(temperature - range + 2 * range * share ** exponent, COLDEST);
    return logits.map((l) => l / t);
  },
  refuse({ temperature, range }) {
    if (temperature < COLDEST)
      return `A middle temperature of ${temperature} is no distribution: use greedy decoding, which takes penalties too.`;
    if (range > temperature)
      return `A range of ${range} around ${temperature} reaches below 0: lower the range or raise the middle.`;
    return null;
  },
};
