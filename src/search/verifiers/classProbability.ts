import { byRow, logShares, type Verifier } from './types.ts';

export const classProbability: Verifier<object> = {
  id: 'class',
  title: 'log p of the class',
  unit: 'nats',
  summary: 'How sure the feature net is that a picture is of the class it was asked to be.',
  needs: 'classes',
  hackable: null,
  params: {},
  score: ({ n, logits, classes, labels }) => byRow(n, (i) => logShares(logits!, i, classes)[labels[i]!] ?? NaN),
};
