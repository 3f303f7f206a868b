import { sampleChain } from '../sampled.ts';
import type { Algorithm } from '../types.ts';

/**
 * Ancestral sampling: every token is drawn from the chain's distribution given all before it, by the keyed uniform of
 * its sample and position. All samples share the prompt's pass and every later one. The paper is where truncating it
 * first paid off.
 */
export const sampling: Algorithm<object> = {
  id: 'sampling',
  title: 'Sampling',
  paper: { title: 'The Curious Case of Neural Text Degeneration', url: 'https://arxiv.org/abs/1904.09751' },
  summary: "Draws every token from what the chain of stages leaves of the model's distribution.",
  params: {},
  usesChain: true,
  preservesDistribution: true,
  run: (request) => sampleChain(request),
};
