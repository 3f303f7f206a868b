import { byRow, logShares, type Verifier } from './types.ts';

export const confidence: Verifier<object> = {
  id: 'confidence',
  title: 'Confidence of the feature net',
  unit: 'nats',
  summary: 'How sure the feature net is of any class at all: log p of the likeliest one.',
  needs: 'features',
  hackable: 'A picture of another class than the one asked for scores as well.',
  params: {},
  score: ({ n, logits, classes }) => byRow(n, (i) => Math.max(...logShares(logits!, i, classes))),
};
