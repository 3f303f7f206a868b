import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TransformerConfig } from '../formats/transformerConfig.ts';
import { weightNames } from '../formats/weightNames.ts';
import { reduced } from '../core/testing.ts';
import { GpuContext } from '../gpu/device.ts';
import { nodeContext, wave } from '../gpu/testing.ts';
import { drawReference, type DrawParams } from '../math/reference/draw.ts';
import type { WeightFormat } from '../core/weightFormat.ts';
import { goldenIds, goldenModel, nmse, type GoldenId } from '../models/networks/golden.ts';
import { createTransformer, type SessionOptions } from './transformer.ts';
import type { TransformerSession } from './transformerTypes.ts';
import { TransformerWeights } from './transformerWeights.ts';

const ctx: GpuContext = await nodeContext();

type Arrays = ReadonlyMap<string, Float32Array | Float64Array>;
const planOf = (config: TransformerConfig) =>
  weightNames(config, { kind: 'transformers', prefix: '' }).map(({ name, kind, cols, from }) => ({
    name,
    kind,
    cols,
    rows: from.reduce((n, f) => n + f.rows, 0),
    parts: [],
  }));
async function weightsOf(config: TransformerConfig, arrays: Arrays, format: WeightFormat): Promise<TransformerWeights> {
  const weights = await TransformerWeights.create(ctx, planOf(config), format, 'test weights');
  for (const [name, values] of arrays) weights.write(name, 0, Float32Array.from(values));
  return weights;
}
const flat = (rows: readonly Float32Array[]) => Float64Array.from(rows.flatMap((r) => [...r]));

async function using<T>(
  id: GoldenId,
  format: WeightFormat,
  options: Partial<SessionOptions>,
  task: (s: TransformerSession, golden: ReturnType<typeof goldenModel>) => Promise<T>,
): Promise<T> {
  const golden = goldenModel(id);
  const weights = await weightsOf(golden.config, golden.weights, format);
  const session = await createTransformer(ctx, golden.config, weights, {
    slots: 1,
    context: 64,
    owner: 'test session',
    ...options,
  }).catch((error: unknown) => {
    weights.destroy();
    throw error;
  });
  try {
    return await task(session, golden);
  } finally {
    session.destroy();
    weights.destroy();
  }
}
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

describe('bounds and costs', () => {
  const gpt2: TransformerConfig = {
    ...goldenModel('gpt2').config,
    layers: 12,
    width: 64,
    heads: 4,
    kvHeads: 4,
    headDim: 16,
    hidden: 256,
    context: 1024,
    vocab: 512,
  };
  const random = new Map(
    planOf(gpt2).map(({ name, rows, cols }, i) => [
      name,
      wave(rows * cols, i + 1).map((v) => (name.includes('norm') ? 1 + 0.1 * v : 0.2 * v)),
    ]),
  );

  test('a 12-layer GPT-2 takes at most 100 dispatches a token, draw included, however long the text; nothing is allocated, compiled or bound anew', async () => {
    const weights = await weightsOf(gpt2, random, 'f32');
    const s = await createTransformer(ctx, gpt2, weights, { slots: 1, context: 1024, owner: 'test session' });
    const id = await s.open();
    const draw = [{ temperature: 1, k: 40, topP: 1, minP: 0, bits: 7 }];
    const counted: number[] = [];
    await s.forward([{ sequence: id, tokens: Array.from({ length: 12 }, (_, i) => i) }], { want: 'last' });
    await s.forward([{ sequence: id, tokens: [1] }], { want: 'last', draw });
    counted.push(s.dispatchesPerToken);
    await s.forward([{ sequence: id, tokens: [1] }], { want: 'last', draw });
    const { buffersCreated, pipelinesCreated, bindGroupsCreated, submits, maps, dispatches } = ctx.counters;
    await s.forward([{ sequence: id, tokens: [2] }], { want: 'last', draw });
    expect([ctx.counters.buffersCreated, ctx.counters.pipelinesCreated, ctx.counters.bindGroupsCreated]).toEqual([
      buffersCreated,
      pipelinesCreated,
      bindGroupsCreated,
    ]);
    expect([ctx.counters.submits - submits, ctx.counters.maps - maps]).toEqual([1, 1]);
    expect(ctx.counters.dispatches - dispatches).toBe(s.dispatchesPerToken);
    await s.forward([{ sequence: id, tokens: Array.from({ length: 1000 }, (_, i) => i % 512) }], { want: 'last' });
    await s.forward([{ sequence: id, tokens: [1] }], { want: 'last', draw });
    counted.push(s.dispatchesPerToken);
    expect(Math.max(...counted)).toBeLessThanOrEqual(100);
    expect(Math.min(...counted)).toBeGreaterThan(60);
    s.destroy();
    weights.destroy();
  });

  test('tokens, lengths and sequences that cannot be are refused, and the session goes on', async () => {
    await using('llama', 'f32', { context: 16 }, async (s, { tokens, config }) => {
      const id = await s.open();
      await expect(s.forward([{ sequence: id, tokens: [config.vocab] }], { want: 'last' })).rejects.toThrow(
        `token ${config.vocab} is not in the vocabulary of ${config.vocab}`,
      );
      await expect(s.forward([{ sequence: id, tokens: [...tokens.slice(0, 17)] }], { want: 'last' })).rejects.toThrow(
        '0 + 17 tokens do not fit the context of 16',
      );
      await expect(s.forward([{ sequence: id, tokens: [] }], { want: 'last' })).rejects.toThrow('no tokens');
      await expect(
        s.forward(
          [
            { sequence: id, tokens: [1] },
            { sequence: id, tokens: [1] },
          ],
          { want: 'last' },
        ),
      ).rejects.toThrow('twice');
      await expect(s.forward([{ sequence: 7, tokens: [1] }], { want: 'last' })).rejects.toThrow('not open');
      expect(() => s.rollback(id, 1)).toThrow('has 0 tokens, not 1');
      s.release(id);
      await expect(s.forward([{ sequence: id, tokens: [1] }], { want: 'last' })).rejects.toThrow('not open');
      const again = await s.open();
      expect(
        (await s.forward([{ sequence: again, tokens: [1] }], { want: 'last' })).logits[0]![0]!.every(Number.isFinite),
      ).toBe(true);
    });
  });

  test('more sequences than were planned for: the cache grows and keeps what it held', async () => {
    await using('smollm2', 'f32', { slots: 1 }, async (s, { tokens }) => {
      const t = [...tokens];
      const first = await s.open();
      await s.forward([{ sequence: first, tokens: t.slice(0, 9) }], { want: 'last' });
      const before = (await s.forward([{ sequence: first, tokens: [t[9]!] }], { want: 'last' })).logits[0]![0]!;
      s.rollback(first, 9);
      const forks = [await s.open(first), await s.open(first), await s.open(first)];
      for (const id of [first, ...forks])
        expect([...(await s.forward([{ sequence: id, tokens: [t[9]!] }], { want: 'last' })).logits[0]![0]!]).toEqual([
          ...before,
        ]);
    });
  });
});

describe('an adapter with small bindings', () => {
  /** The same device, said to bind little: matrices are split, and fused roles fall apart into their parts. */
  const small = (bytes: number): GpuContext => {
    const limits: Record<string, number> = {};
    for (const key in ctx.info.limits) limits[key] = Number(ctx.info.limits[key as keyof GPUSupportedLimits]);
    return new GpuContext(ctx.device, {
      ...ctx.info,
      limits: { ...limits, maxStorageBufferBindingSize: bytes } as unknown as GPUSupportedLimits,
    });
  };

  test.each([
    ['f32', 1e-9],
    ['f16', 1e-5],
  ] as const)('%s: matrices in pieces, the head among them, give the same logits', async (format, bound) => {
    for (const id of ['gpt2', 'llama3-gqa', 'qwen3', 'smollm2'] as const) {
      const { config, weights: arrays, tokens, logits } = goldenModel(id);
      const tight = small(17_000);
      const weights = await TransformerWeights.create(tight, planOf(config), format, 'test weights');
      for (const [name, values] of arrays) weights.write(name, 0, Float32Array.from(values));
      const pieces = (name: string) => weights.matrix(name).chunks.length;
      if (format === 'f32')
        expect(
          [
            pieces('token_embedding'),
            pieces(config.mlp === 'swiglu' ? 'layers.0.gate_up.weight' : 'layers.0.qkv.weight'),
          ].every((n) => n > 1),
        ).toBe(true);
      const s = await createTransformer(tight, config, weights, { slots: 1, context: 48, owner: 'test session' });
      const one = await s.open();
      const steps: Float32Array[] = [];
      const whole = flat((await s.forward([{ sequence: one, tokens: [...tokens] }], { want: 'all' })).logits[0]!);
      s.rollback(one, 0);
      for (const token of tokens)
        steps.push((await s.forward([{ sequence: one, tokens: [token] }], { want: 'last' })).logits[0]![0]!);
      s.destroy();
      weights.destroy();
      expect([nmse(whole, logits), nmse(flat(steps), logits)].every((e) => e < bound)).toBe(true);
    }
  });

  test('a cache that cannot be bound says how many sequences fit', async () => {
    const { config, weights: arrays } = goldenModel('llama');
    const weights = await weightsOf(config, arrays, 'f32');
    const tight = small(17_000);
    await expect(
      createTransformer(tight, config, weights, { slots: 9, context: 64, owner: 'test session' }),
    ).rejects.toThrow(/9 sequences of \d+ tokens.*binds at most 17000 bytes at once; \d such sequences fit/);
    weights.destroy();
  });
});
