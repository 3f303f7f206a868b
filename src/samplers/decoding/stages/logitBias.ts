import { textField } from '../../../core/field.ts';
import { keepOne } from '../support.ts';
import type { Stage } from '../types.ts';

const LIMIT = 100;
const MOST = 300;
const ITEM = /^(\d{1,9}):([+-]?(?:\d+\.?\d*|\.\d+)|-inf)$/;

/** "token:bias,token:bias", a bias from −100 to 100 or −inf: the pairs, or a sentence saying what cannot be read. */
export function parseBias(text: string): ReadonlyMap<number, number> | string {
  const pairs = new Map<number, number>();
  const items = text.trim() === '' ? [] : text.split(',');
  if (items.length > MOST) return `The list has ${items.length} biases; at most ${MOST} are read.`;
  for (const item of items) {
    const [, token, bias] = ITEM.exec(item.trim()) ?? [];
    if (token === undefined)
      return `"${item.trim().slice(0, 40)}" is not a bias: write token:bias, e.g. 198:-100 or 42:2.5.`;
    const value = bias === '-inf' ? -Infinity : Number(bias);
    if (Math.abs(value) > LIMIT && value !== -Infinity)
      return `The bias ${bias} of token ${token} is beyond ±${LIMIT}; to forbid a token write ${token}:-inf.`;
    if (pairs.has(Number(token))) return `Token ${token} is listed twice.`;
    pairs.set(Number(token), value);
  }
  return pairs;
}

/**
 * l ← l + bias for the listed tokens; −inf forbids one. Tokens the model does not have are an error. As OpenAI's API
 * defines it.
 */
export const logitBias: Stage<{ biases: string }> = {
  id: 'logit_bias',
  title: 'Logit bias',
  group: 'constrain',
  reorders: true,
  paper: { title: 'OpenAI API: logit_bias', url: 'https://platform.openai.com/docs/api-reference/chat/create' },
  summary: 'Adds an amount of your choice to the logits of tokens of your choice; −inf forbids a token.',
  params: {
    biases: textField({
      label: 'Biases',
      help: 'token:bias pairs with commas, by token number, e.g. 198:-inf,42:2.5; in nats.',
      default: '',
      maxLength: 4096,
      refuse(text) {
        const parsed = parseBias(text);
        return typeof parsed === 'string' ? parsed : null;
      },
    }),
  },
  apply(logits, _, { biases }) {
    const out = logits.slice();
    const parsed = parseBias(biases);
    if (typeof parsed === 'string') throw new Error(`Logit bias: ${parsed}`);
    for (const [token, bias] of parsed) {
      if (token >= out.length)
        throw new Error(`Logit bias names token ${token}, but the model has only tokens 0 to ${out.length - 1}.`);
      out[token]! += bias;
    }
    return keepOne(logits, out);
  },
  refuse(params) {
    const parsed = parseBias(params.biases);
    if (typeof parsed === 'string') return parsed;
    return parsed.size === 0 ? 'Logit bias lists no token: write token:bias pairs, or remove the stage.' : null;
  },
};
