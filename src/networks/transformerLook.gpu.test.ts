// Looking inside a pass: streams, attention and what the head reads, against the float64 reference, on every kind of
// model that there is.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { full, reduced } from '../core/testing.ts';
import { attentionOf } from '../formats/transformerConfig.ts';
import { goldenIds, goldenModel, nmse } from '../models/networks/golden.ts';
import { createTransformerReference } from '../models/networks/transformer.ts';
import { ctx, flat, using } from './transformerTesting.ts';

let before: readonly [number, number];
beforeAll(() => {
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
});
afterAll(() => expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before));

/** Of a text of `tokens`, in float64. */
function reference(id: string, tokens: readonly number[], layer: number) {
  const { config, weights } = goldenModel(id);
  const net = createTransformerReference(config, weights);
  const streams: Float64Array[] = [];
  const attention = new Float64Array(tokens.length * config.heads * tokens.length);
  const { logits } = net.forward(net.start(), tokens, {
    watch: {
      stream: (_, x) => void streams.push(x.slice(-config.width)),
      attention(of, row, head, from, given) {
        if (of === layer) attention.set(given, (row * config.heads + head) * tokens.length + from);
      },
    },
  });
  return { config, streams, attention, logits: logits.at(-1)!, read: streams.map((s) => net.read(s).logits[0]!) };
}

// What the second adapter does otherwise, these have: grouped heads, windows, caps, norms on both sides.
const few = ['llama3-gqa', 'mistral-window', 'gemma2', 'gpt-neox'];
describe.each(goldenIds.filter((id) => !reduced || few.includes(id)))('inside %s', (id) => {
  const { config, tokens } = goldenModel(id);
  const all = Array.from({ length: config.layers }, (_, i) => i);
  const window = (i: number) => attentionOf(config, i).window;
  // In a short run one layer is asked: one that sees otherwise than the first, where there is any.
  const layers = full ? all : [all.findLast((i) => window(i) !== window(0)) ?? config.layers - 1];
  test.each(layers)('streams, lens and attention of layer %i, from many rows and from few', async (layer) => {
    const text = [...tokens].slice(0, 30);
    const want = reference(id, text, layer);
    await using(id, 'f32', {}, async (s) => {
      for (const rows of full ? [64, 5, 1] : [64, 5]) {
        const sequence = await s.open();
        const got = await s.look(sequence, text, layer, rows);
        const n = Math.min(rows, text.length);
        expect(s.length(sequence)).toBe(text.length);
        expect(got.streams.length).toBe(config.layers + 1);
        got.streams.forEach((stream, i) => expect(nmse(stream, want.streams[i]!)).toBeLessThan(1e-9));
        expect(nmse(got.logits, want.logits)).toBeLessThan(1e-9);
        // What a head does with the stream after the last layer is what the model says, bit for bit.
        const read = await s.read(got.streams);
        expect([...read.at(-1)!]).toEqual([...got.logits]);
        expect(nmse(flat(read), Float64Array.from(want.read.flatMap((r) => [...r])))).toBeLessThan(1e-9);
        const { first, keys, weights } = got.attention;
        expect([first, got.attention.rows, keys]).toEqual([text.length - n, n, text.length]);
        const tail = want.attention.subarray((text.length - n) * config.heads * keys);
        let worst = 0;
        weights.forEach((w, i) => (worst = Math.max(worst, Math.abs(w - tail[i]!))));
        expect(weights.length).toBe(tail.length);
        expect(worst).toBeLessThan(2e-5);
        for (let line = 0; line < n * config.heads; line++) {
          const sum = weights.subarray(line * keys, (line + 1) * keys).reduce((all, w) => all + w, 0);
          expect(sum).toBeCloseTo(1, 5);
        }
        s.release(sequence);
      }
    });
  });
});

test('a look leaves the session as a pass would, in the second slot and in quantised weights too', async () => {
  for (const format of ['f32', 'int8', 'int4'] as const)
    await using('llama3-gqa', format, { slots: 2 }, async (s, { tokens }) => {
      const t = [...tokens];
      const [a, b] = [await s.open(), await s.open()];
      await s.forward([{ sequence: a, tokens: t.slice(5, 9) }], { want: 'last' });
      const got = await s.look(b, t.slice(0, 20), 0, 20);
      const next = (await s.forward([{ sequence: b, tokens: [t[20]!] }], { want: 'last' })).logits[0]![0]!;
      s.rollback(b, 0);
      const plain = (await s.forward([{ sequence: b, tokens: t.slice(0, 20) }], { want: 'last' })).logits[0]![0]!;
      const after = (await s.forward([{ sequence: b, tokens: [t[20]!] }], { want: 'last' })).logits[0]![0]!;
      expect([...got.logits]).toEqual([...plain]);
      expect([...(await s.read(got.streams)).at(-1)!]).toEqual([...plain]);
      expect([...next]).toEqual([...after]);
      expect(got.bytes).toBeGreaterThan(0);
      const { keys, weights } = got.attention;
      for (let at = 0; at < weights.length; at += keys)
        expect(weights.subarray(at, at + keys).reduce((all, w) => all + w, 0)).toBeCloseTo(1, 5);
    });
});

test('what there is not is refused', async () => {
  await using('llama', 'f32', {}, async (s, { config }) => {
    const id = await s.open();
    await expect(s.look(id, [1, 2], config.layers)).rejects.toThrow(`there is no layer ${config.layers}`);
    await expect(s.look(id, [config.vocab], 0)).rejects.toThrow('is not in the vocabulary');
    await expect(s.read([new Float32Array(config.width + 1)])).rejects.toThrow('a stream of');
  });
});
