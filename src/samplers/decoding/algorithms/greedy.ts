import { greedyToken } from '../chain.ts';
import { emit, ended, forward, prefill, release } from '../common.ts';
import type { Algorithm } from '../types.ts';

/**
 * The most probable token, every time; of equals the one with the smaller index. The most probable token is not the start of the
 * most probable text (beam search looks for that), and the text tends to loop: Holtzman et al. 2020, https://arxiv.org/abs/1904.09751.
 */
export const greedy: Algorithm<object> = {
  id: 'greedy',
  title: 'Greedy',
  paper: { title: 'The Curious Case of Neural Text Degeneration', url: 'https://arxiv.org/abs/1904.09751' },
  summary: 'Takes the most probable token every time. Nothing is drawn; long texts tend to repeat themselves.',
  params: {},
  usesChain: false,
  preservesDistribution: false,
  refuse: ({ samples }) => (samples > 1 ? `Greedy decoding draws nothing, so its ${samples} samples would all be the same: ask for one.` : null),
  *run(request) {
    if (yield* ended(request)) return;
    const { sequences: [sequence], answer } = yield* prefill('target', request.prompt, 1), sample = { index: 0, tokens: [...request.prompt] };
    let logits = answer!.logits[0]![0]!;
    for (;;) {
      const { token, record } = greedyToken(logits);
      if (yield* emit(request, sample, token, record)) break;
      logits = (yield* forward('target', [{ sequence: sequence!, tokens: [token] }])).logits[0]![0]!;
    }
    yield* release('target', sequence!);
  },
};
