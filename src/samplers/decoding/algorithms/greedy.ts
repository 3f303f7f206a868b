import { greedyToken } from '../chain.ts';
import { drawnRecord, drawSamples } from '../sampled.ts';
import type { Algorithm } from '../types.ts';

/**
 * The most probable token, every time; of equals the one with the smaller index. The most probable token is not the
 * start of the most probable text (beam search looks for that), and the text tends to loop: Holtzman et al. 2020,
 * https://arxiv.org/abs/1904.09751.
 */
export const greedy: Algorithm<object> = {
  id: 'greedy',
  title: 'Greedy',
  paper: { title: 'The Curious Case of Neural Text Degeneration', url: 'https://arxiv.org/abs/1904.09751' },
  summary: 'Takes the most probable token every time. Nothing is drawn; long texts tend to repeat themselves.',
  params: {},
  usesChain: false,
  preservesDistribution: false,
  refuse: ({ samples }) =>
    samples > 1 ? `Greedy decoding draws nothing, so its ${samples} samples would all be the same: ask for one.` : null,
  run: (request) =>
    drawSamples(
      request,
      () => null,
      (_, logits) => ({ ...greedyToken(logits), state: null }),
      {
        params: () => ({ temperature: 0, k: 1, topP: 1, minP: 0, bits: 0 }),
        chosen: (_, drawn) => ({
          token: drawn.token,
          state: null,
          record: { ...drawnRecord(drawn, 0), drawnLogProbability: null, keptMass: 1, u: null },
        }),
      },
    ),
};
