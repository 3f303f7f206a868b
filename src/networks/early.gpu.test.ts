// Logits of early layers on the GPU, against float64.
import { expect, test } from 'vitest';
import { createTransformerReference } from '../models/networks/transformer.ts';
import { nmse } from '../models/networks/golden.ts';
import { ctx, flat, using } from './transformerTesting.ts';

// One with a norm before each block, one with norms on both sides and caps, one with a learned position.
test.each(['llama3-gqa-tied', 'gemma2', 'gpt2'] as const)('%s: layers before the last', async (id) => {
  await using(id, 'f32', { mostRows: 8 }, async (s, { config, weights, tokens }) => {
    const layers = Array.from({ length: config.layers }, (_, i) => i);
    const net = createTransformerReference(config, weights);
    const t = [...tokens].slice(0, 11);
    const want = net.forward(net.start(), t, { early: layers });
    const [a, b, plain] = [await s.open(), await s.open(), await s.open()];
    // A prompt in several parts, then token by token beside another sequence.
    const prompt = await s.forward([{ sequence: a, tokens: t.slice(0, 9) }], { want: 'all', early: layers });
    await s.forward([{ sequence: b, tokens: t.slice(0, 10) }], { want: 'last' });
    const step = await s.forward(
      [
        { sequence: a, tokens: [t[9]!] },
        { sequence: b, tokens: [t[10]!] },
      ],
      { want: 'last', early: layers },
    );
    const places = [...prompt.early![0]!, step.early![0]![0]!, step.early![1]![0]!];
    for (const k of layers) {
      const error = nmse(flat(places.map((p) => p[k]!)), flat64(want.early!.map((p) => p[k]!)));
      expect(error, `layer ${k}`).toBeLessThan(1e-9);
      expect(error).toBeGreaterThan(0);
    }
    // The model's own logits are the same with and without, up to how many rows share a kernel.
    const alone = await s.forward([{ sequence: plain, tokens: t.slice(0, 9) }], { want: 'all' });
    expect(nmse(flat(prompt.logits[0]!), flat(alone.logits[0]!))).toBeLessThan(1e-11);
    await expect(s.forward([{ sequence: a, tokens: [1] }], { want: 'last', early: [config.layers] })).rejects.toThrow(
      `of this model with ${config.layers} layers, 0 to ${config.layers - 1} can be`,
    );
  });
  expect(ctx.takeError()).toBeUndefined();
});
const flat64 = (rows: readonly Float64Array[]) => Float64Array.from(rows.flatMap((r) => [...r]));
