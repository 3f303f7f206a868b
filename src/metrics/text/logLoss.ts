import type { TextMetric, TextSubject } from './types.ts';

/** Mean of −log p over every token of every sample that has them, in nats; null when there is none. */
function meanLoss({ samples }: TextSubject): number | null {
  let sum = 0;
  let count = 0;
  for (const { logProbabilities = [] } of samples)
    for (const l of logProbabilities) {
      sum -= l;
      count++;
    }
  return count > 0 ? sum / count : null;
}

/**
 * How surprising the model itself finds the text it was made to write. Not a quality by itself: greedy loops have the
 * lowest of all, and a faithful sample sits at the entropy of the model. Holtzman et al. 2020, figure 2.
 */
export const logLoss: TextMetric = {
  id: 'log_loss',
  title: 'Log-loss',
  unit: 'nats / token',
  better: 'lower',
  summary:
    "Mean −log probability of the text under the model itself: low is likely text, lower than the model's own samples is dull text.",
  paper: { title: 'The Curious Case of Neural Text Degeneration', url: 'https://arxiv.org/abs/1904.09751' },
  compute: meanLoss,
};
