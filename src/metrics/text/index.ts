import { bitsPerToken } from './bitsPerToken.ts';
import { solved } from './countdown.ts';
import { distinct1, distinct2, distinct3 } from './distinct.ts';
import { logLoss } from './logLoss.ts';
import { repetition } from './repetition.ts';
import { selfBleu } from './selfBleu.ts';
import type { TextMetric, TextSubject } from './types.ts';

/** The registry: one line per metric of text. */
export const textMetrics = {
  log_loss: logLoss,
  bits_per_token: bitsPerToken,
  distinct_1: distinct1,
  distinct_2: distinct2,
  distinct_3: distinct3,
  repetition,
  self_bleu: selfBleu,
  solved,
} as const satisfies Record<string, TextMetric>;

export type TextMetricId = keyof typeof textMetrics;
export const textMetricIds = Object.keys(textMetrics) as readonly TextMetricId[];

/** Every metric that applies to the subject, by id. */
export function judgeText(
  subject: TextSubject,
  ids: readonly TextMetricId[] = textMetricIds,
): Partial<Record<TextMetricId, number>> {
  const values: Partial<Record<TextMetricId, number>> = {};
  for (const id of ids) {
    const value = textMetrics[id].compute(subject);
    if (value !== null) values[id] = value;
  }
  return values;
}
