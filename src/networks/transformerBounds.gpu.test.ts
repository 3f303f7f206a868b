import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TransformerConfig } from '../formats/transformerConfig.ts';
import { GpuContext } from '../gpu/device.ts';
import { wave } from '../gpu/testing.ts';
import { goldenModel, nmse } from '../models/networks/golden.ts';
import { createTransformer } from './transformer.ts';
import { ctx, flat, planOf, using, weightsOf } from './transformerTesting.ts';
import { TransformerWeights } from './transformerWeights.ts';

let before: readonly [number, number];
beforeAll(() => {
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
});
afterAll(() => expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before));

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
