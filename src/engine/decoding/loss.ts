import { throwIfCancelled } from '../../core/cancel.ts';
import type { TransformerSession } from '../../networks/transformerTypes.ts';
import type { LoadedWeights } from './load.ts';

/** Lincoln at Gettysburg, 1863: plain English that no bundled model was trained on, in the public domain. */
const SPEECH =
  'Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and so dedicated, can long endure. We are met on a great battle-field of that war. We have come to dedicate a portion of that field, as a final resting place for those who here gave their lives that that nation might live. It is altogether fitting and proper that we should do this. But, in a larger sense, we can not dedicate—we can not consecrate—we can not hallow—this ground. The brave men, living and dead, who struggled here, have consecrated it, far above our poor power to add or detract.';

/** A worked answer in the language of the Countdown model, to which English is noise. */
const COUNTDOWN =
  '20 5 3 17 = 45\n20+17=37 37-5=32 32+3=35 no\n20+17=37 37+5=42 42+3=45\nanswer: 20+17=37 37+5=42 42+3=45';

/** The text that a model's loss is measured on: one of the kind it was trained to write. */
export const textOf = (card: LoadedWeights['card']): string => (card?.checker === 'countdown' ? COUNTDOWN : SPEECH);

/** −log p of the token in row `logits`, nats. */
export function surprisal(logits: Float32Array, token: number): number {
  let max = -Infinity;
  let sum = 0;
  for (const v of logits) max = Math.max(max, v);
  for (const v of logits) sum += Math.exp(v - max);
  return max + Math.log(sum) - logits[token]!;
}

/** Tokens of one pass: few enough that a measurement which the reader has no more time for ends soon. */
const SLICE = 32;

/** Mean log-loss of a fixed text, nats per token. */
export async function measureLoss(
  model: LoadedWeights,
  open: (model: LoadedWeights, context: number) => Promise<TransformerSession>,
  signal: AbortSignal,
): Promise<{ readonly loss: number; readonly tokens: number }> {
  const tokens = model.tokenizer.encode(textOf(model.card)).slice(0, Math.min(256, model.config.context));
  const session = await open(model, tokens.length);
  try {
    const sequence = await session.open();
    const losses: number[] = [];
    for (let from = 0; from < tokens.length - 1; from += SLICE) {
      throwIfCancelled(signal);
      const part = tokens.slice(from, Math.min(from + SLICE, tokens.length - 1));
      const { logits } = await session.forward([{ sequence, tokens: part }], { want: 'all' });
      losses.push(...logits[0]!.map((row, i) => surprisal(row, tokens[from + i + 1]!)));
    }
    return { loss: losses.reduce((a, b) => a + b, 0) / losses.length, tokens: losses.length };
  } finally {
    session.destroy();
  }
}
