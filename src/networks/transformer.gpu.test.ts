import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reduced } from '../core/testing.ts';
import { drawReference, type DrawParams } from '../math/reference/draw.ts';
import { goldenIds, goldenModel, nmse } from '../models/networks/golden.ts';
import { createTransformer } from './transformer.ts';
import { ctx, flat, using, weightsOf } from './transformerTesting.ts';

let before: readonly [number, number];
beforeAll(() => {
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
});
afterAll(() => expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before));

describe.each(goldenIds)('%s on the GPU', (id) => {
  // A golden checkpoint holds weights of its own width: f16 rounds those of the f32 files, so its bound is wider.
  // Of f16 the second adapter has one: what differs there between models differs in f32 too.
  const formats = [
    ['f32', 1e-9],
    ['f16', 1e-5],
  ] as const;
  test.each(formats.filter(([format]) => format === 'f32' || !reduced || id === 'gpt2'))(
    '%s: the logits of transformers in float64, in one pass and token by token',
    async (format, bound) => {
      const [whole, single] = await using(id, format, {}, async (s, { tokens, logits }) => {
        const a = await s.open();
        const b = await s.open();
        const whole = flat((await s.forward([{ sequence: a, tokens: [...tokens] }], { want: 'all' })).logits[0]!);
        const steps: Float32Array[] = [];
        for (const token of tokens)
          steps.push((await s.forward([{ sequence: b, tokens: [token] }], { want: 'last' })).logits[0]![0]!);
        return [nmse(whole, logits), nmse(flat(steps), logits)];
      });
      expect(whole).toBeLessThan(bound);
      expect(single).toBeLessThan(bound);
      // Float32 against float64: exact equality would mean that nothing was computed.
      expect(whole).toBeGreaterThan(0);
    },
  );

  test('pieces of any size, forks, rollbacks and hidden states agree with one pass', async () => {
    await using(id, 'f32', { mostRows: 16 }, async (s, { tokens, config }) => {
      const one = await s.open();
      const t = [...tokens];
      const whole = await s.forward([{ sequence: one, tokens: t }], { want: 'all', hidden: true });
      const pieces: Float32Array[] = [];
      const two = await s.open();
      for (const [from, to] of [
        [0, 1],
        [1, 4],
        [4, 13],
        [13, 14],
      ] as const)
        pieces.push(...(await s.forward([{ sequence: two, tokens: t.slice(from, to) }], { want: 'all' })).logits[0]!);
      const fork = await s.open(two);
      await s.forward([{ sequence: fork, tokens: t.slice(0, 6) }], { want: 'last' });
      await s.forward([{ sequence: two, tokens: [3, 1, 4] }], { want: 'last' });
      s.rollback(two, 14);
      s.rollback(fork, 14);
      const [rest, other] = (
        await s.forward(
          [
            { sequence: two, tokens: t.slice(14) },
            { sequence: fork, tokens: t.slice(14) },
          ],
          { want: 'all' },
        )
      ).logits;
      expect(nmse(flat([...pieces, ...rest!]), flat(whole.logits[0]!))).toBeLessThan(1e-11);
      expect(nmse(flat(other!), flat(rest!))).toBeLessThan(1e-12);
      expect(whole.hidden![0]!.map((h) => h.length)).toEqual(t.map(() => config.width));
      const last = await s.open();
      expect([
        ...(await s.forward([{ sequence: last, tokens: t }], { want: 'last', hidden: true })).hidden![0]![0]!,
      ]).toEqual([...whole.hidden![0]!.at(-1)!]);
    });
  });

  test('several sequences in one pass give what each gives alone, to float32 rounding', async () => {
    await using(id, 'f32', { slots: 4 }, async (s, { tokens }) => {
      const t = [...tokens];
      const prompts = [t.slice(0, 5), t.slice(3, 15), t.slice(7, 9), t.slice(20, 21)];
      const ids: number[] = [];
      for (const prompt of prompts) {
        const sequence = await s.open();
        await s.forward([{ sequence, tokens: prompt }], { want: 'last' });
        ids.push(sequence);
      }
      const alone: Float32Array[] = [];
      for (const [i, sequence] of ids.entries()) {
        alone.push((await s.forward([{ sequence, tokens: [t[30 + i]!] }], { want: 'last' })).logits[0]![0]!);
        s.rollback(sequence, prompts[i]!.length);
      }
      const together = (
        await s.forward(
          ids.map((sequence, i) => ({ sequence, tokens: [t[30 + i]!] })),
          { want: 'last' },
        )
      ).logits.map((l) => l[0]!);
      together.forEach((row, i) => expect(nmse(row, alone[i]!)).toBeLessThan(1e-11));
    });
  });
});

describe('quantised weights', () => {
  test.each([
    ['int8', 3e-3],
    ['int4', 0.3],
  ] as const)('%s stays near the float weights and is not them', async (format, bound) => {
    for (const id of ['llama', 'gpt2', 'qwen3'] as const) {
      const error = await using(id, format, {}, async (s, { tokens, logits }) =>
        nmse(
          flat((await s.forward([{ sequence: await s.open(), tokens: [...tokens] }], { want: 'all' })).logits[0]!),
          logits,
        ),
      );
      expect(error).toBeLessThan(bound);
      expect(error).toBeGreaterThan(1e-7);
    }
  });
});

describe('the draw', () => {
  test('picks what the float64 draw picks, for one row and for several, at a prompt and at a token', async () => {
    await using('llama3-gqa', 'f32', { slots: 3 }, async (s, { tokens }) => {
      const t = [...tokens];
      const params = (i: number): DrawParams => ({
        temperature: [1, 0.7, 0, 1.4][i % 4]!,
        k: [40, 5, 1, 100][i % 4]!,
        topP: [1, 0.8, 1, 0.95][i % 4]!,
        minP: [0, 0.05, 0, 0][i % 4]!,
        bits: Math.imul(i + 1, 0x9e3779b1) >>> 0,
      });
      const ids = [await s.open(), await s.open(), await s.open()];
      for (let i = 0; i < 36; i++) {
        const rows = ids.map((sequence, r) => ({
          sequence,
          tokens: i === 0 ? t.slice(0, 4 + r) : [t[(i + r) % t.length]!],
        }));
        const draws = ids.map((_, r) => params(3 * i + r));
        const lengths = ids.map((id) => s.length(id));
        const { drawn } = await s.forward(rows, { want: 'last', draw: draws });
        ids.forEach((id, r) => s.rollback(id, lengths[r]!));
        const { logits } = await s.forward(rows, { want: 'last' });
        logits.forEach(([row], r) => {
          const expected = drawReference(row!, draws[r]!);
          expect(drawn![r]!.token).toBe(expected.token);
          expect(drawn![r]!.logProbability).toBeCloseTo(expected.logProbability, 4);
          expect(drawn![r]!.rank).toBe(expected.rank);
        });
      }
    });
  });

  test('more rows than are drawn at once come back as logits, the same that each row gives', async () => {
    await using('llama', 'f32', { slots: 9 }, async (s, { tokens }) => {
      const ids: number[] = [];
      const draw = Array.from({ length: 9 }, (_, i): DrawParams => ({
        temperature: 1,
        k: 40,
        topP: 1,
        minP: 0,
        bits: Math.imul(i + 1, 0x9e3779b1) >>> 0,
      }));
      for (let i = 0; i < 9; i++) ids.push(await s.open());
      const rows = ids.map((sequence, i) => ({ sequence, tokens: [tokens[i]!] }));
      const { logits, drawn } = await s.forward(rows, { want: 'last', draw });
      expect(drawn).toBeUndefined();
      ids.forEach((id) => s.rollback(id, 0));
      const eight = await s.forward(rows.slice(0, 8), { want: 'last', draw: draw.slice(0, 8) });
      expect(eight.drawn!.map((d) => d.token)).toEqual(
        logits.slice(0, 8).map(([row], i) => drawReference(row!, draw[i]!).token),
      );
    });
  });

  test('logits that are no numbers are an error, not a text', async () => {
    const { config, weights: arrays } = goldenModel('llama');
    const weights = await weightsOf(config, arrays, 'f32');
    // Weights are checked as they are read, but sums can still overflow.
    weights.write('final_norm.weight', 0, new Float32Array(config.width).fill(NaN));
    const s = await createTransformer(ctx, config, weights, { slots: 1, context: 16, owner: 'test session' });
    const id = await s.open();
    for (const draw of [
      { temperature: 0, k: 1, topP: 1, minP: 0, bits: 0 },
      { temperature: 0.8, k: 40, topP: 0.9, minP: 0, bits: 77 << 20 },
    ]) {
      await expect(s.forward([{ sequence: id, tokens: [1, 2, 3] }], { want: 'last', draw: [draw] })).rejects.toThrow(
        'not finite',
      );
    }
    s.destroy();
    weights.destroy();
  });
});
