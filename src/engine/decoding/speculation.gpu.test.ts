// Greedy text of a model whose scores are capped and whose layers alternate, alone and with another model that writes
// ahead: the passes over several tokens, and the cache after those that were not taken, must give the same tokens.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { full } from '../../core/testing.ts';
import { bound, ctx, using } from '../../networks/transformerTesting.ts';
import type { TransformerSession } from '../../networks/transformerTypes.ts';
import { promptLookup } from '../../samplers/decoding/algorithms/promptLookup.ts';
import { sampling } from '../../samplers/decoding/algorithms/sampling.ts';
import { speculative } from '../../samplers/decoding/algorithms/speculative.ts';
import { tinyRequest } from '../../samplers/decoding/testing.ts';
import type { Decoding } from '../../samplers/decoding/types.ts';
import { DecodingRun } from './decodingRun.ts';
import { Sequences } from './sequences.ts';

let before: number;
beforeAll(() => void (before = ctx.buffers.liveBytes));
afterAll(() => expect(ctx.buffers.liveBytes).toBe(before));
const never = new AbortController().signal;

const store = (session: TransformerSession) =>
  Sequences.create(() => Promise.resolve({ ...bound(session), destroy: () => {} }), {
    shift: false,
    keep: 0,
    onNotice: () => {},
  });

test.each(full ? ['gemma2', 'gemma3'] : ['gemma2'])('%s writes the same with and without speculation', async (id) => {
  await using(id, 'f32', { slots: 2 }, async (target, golden) => {
    const request = tinyRequest({
      vocab: golden.config.vocab,
      prompt: golden.tokens.slice(0, 7),
      maxTokens: 30,
      // No two tokens twice in this order: left alone, a random model repeats one for ever.
      chain: [
        { stage: 'no_repeat_ngram', params: { n: 2 } },
        { stage: 'top_k', params: { k: 1 } },
      ],
    });
    const write = async (decoding: Decoding, draft: TransformerSession | null) => {
      const tokens: number[] = [];
      const run = new DecodingRun(
        decoding,
        { target: await store(target), draft: draft && (await store(draft)) },
        { emit: (_, token) => tokens.push(token), replace: () => {}, end: () => {} },
      );
      while (!run.done) await run.turn(never);
      return { tokens, ...run.cost };
    };
    const plain = await write(sampling.run(request, {}), null);
    expect(plain.tokens).toHaveLength(30);
    expect(new Set(plain.tokens).size).toBeGreaterThan(8);
    const looked = await write(promptLookup.run(request, { tokens: 4, ngram: 1 }), null);
    expect(looked.tokens).toEqual(plain.tokens);
    expect(looked.proposed).toBeGreaterThan(looked.accepted);
    // A model that knows nothing of this one has next to nothing accepted; the model itself, everything.
    for (const draft of ['gemma', id])
      await using(draft, 'f32', { slots: 2 }, async (other) => {
        const ahead = await write(speculative.run(request, { tokens: 4 }), other);
        expect(ahead.tokens).toEqual(plain.tokens);
        expect(ahead.accepted / ahead.proposed > 0.9).toBe(draft === id);
        expect(ahead.passes < 10).toBe(draft === id);
      });
  });
});
