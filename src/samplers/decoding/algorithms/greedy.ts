import { applyChain, greedyToken, recordOf, startChain } from '../chain.ts';
import { contextAt, type Sample } from '../common.ts';
import { drawnRecord, drawSamples } from '../sampled.ts';
import type { Algorithm, DecodeRequest } from '../types.ts';

/** The most probable token of what the chain's stages leave; without stages that of the model. */
function choose(request: DecodeRequest) {
  const { chain } = request;
  if (chain.length === 0) return (_: Sample, logits: Float32Array) => ({ ...greedyToken(logits), state: null });
  const memory = startChain(chain);
  return (sample: Sample, logits: Float32Array) => {
    const applied = applyChain(logits, contextAt(request, sample.index, sample.tokens), chain, memory);
    const token = applied.order[0]!;
    return { token, record: recordOf(logits, applied, token, null), state: null };
  };
}

/**
 * The most probable token, every time; of equals the one with the smaller index. The most probable token is not the
 * start of the most probable text (beam search looks for that), and the text tends to loop: Holtzman et al. 2020,
 * https://arxiv.org/abs/1904.09751. Penalties and other stages that change the order of tokens apply first.
 */
export const greedy: Algorithm<object> = {
  id: 'greedy',
  title: 'Greedy',
  paper: { title: 'The Curious Case of Neural Text Degeneration', url: 'https://arxiv.org/abs/1904.09751' },
  summary:
    'Takes the most probable token every time, after penalties if there are any. Nothing is drawn; long texts tend to repeat themselves.',
  params: {},
  usesChain: false,
  takesReordering: true,
  preservesDistribution: false,
  refuse: ({ samples }) =>
    samples > 1 ? `Greedy decoding draws nothing, so its ${samples} samples would all be the same: ask for one.` : null,
  run: (request) =>
    drawSamples(
      request,
      () => null,
      choose(request),
      request.chain.length > 0
        ? null
        : {
            params: () => ({ temperature: 0, k: 1, topP: 1, minP: 0, bits: 0 }),
            chosen: (_, drawn) => ({
              token: drawn.token,
              state: null,
              record: { ...drawnRecord(drawn, 0), drawnLogProbability: null, keptMass: 1, u: null },
            }),
          },
    ),
};
