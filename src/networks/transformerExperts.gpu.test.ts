// What a router's weights decide: ties, experts that nobody chooses, and one that all choose.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goldenModel, nmse } from '../models/networks/golden.ts';
import { createTransformerReference } from '../models/networks/transformer.ts';
import { createTransformer } from './transformer.ts';
import { ctx, flat, weightsOf } from './transformerTesting.ts';

let before: number;
beforeAll(() => (before = ctx.buffers.count));
afterAll(() => expect(ctx.buffers.count).toBe(before));

const flat64 = (rows: readonly Float64Array[]) => Float64Array.from(rows.flatMap((row) => [...row]));

/** A golden model with other routers, on the GPU in one pass and token by token, and in float64. */
async function withRouters(id: string, change: (router: Float32Array, width: number) => void) {
  const { config, weights: own, tokens } = goldenModel(id);
  const arrays = new Map([...own].map(([name, values]) => [name, values.slice()]));
  for (const [name, values] of arrays) if (name.endsWith('.router.weight')) change(values, config.width);
  const weights = await weightsOf(config, arrays, 'f32');
  const s = await createTransformer(ctx, config, weights, { slots: 2, context: 64, owner: 'test session' });
  const [a, b] = [await s.open(), await s.open()];
  const t = tokens.slice(0, 12);
  const whole = flat((await s.forward([{ sequence: a, tokens: t }], { want: 'all' })).logits[0]!);
  const steps: Float32Array[] = [];
  for (const token of t)
    steps.push((await s.forward([{ sequence: b, tokens: [token] }], { want: 'last' })).logits[0]![0]!);
  s.destroy();
  weights.destroy();
  const of = (used: ReadonlyMap<string, Float32Array>) => {
    const net = createTransformerReference(config, used);
    return flat64(net.forward(net.start(), t).logits);
  };
  return { whole, single: flat(steps), arrays, reference: of, wanted: of(arrays) };
}

test.each(['mixtral', 'qwen2-moe', 'olmoe'])(
  '%s: of routers that cannot decide the first experts are chosen by all, and the last by nobody',
  async (id) => {
    const { whole, single, arrays, reference, wanted } = await withRouters(id, (router) => router.fill(0));
    expect(nmse(whole, wanted)).toBeLessThan(1e-9);
    expect(nmse(single, wanted)).toBeLessThan(1e-9);
    // What the last expert is made of does not matter then, and what the first is made of does.
    const spoilt = (first: boolean) =>
      new Map(
        [...arrays].map(([name, values]) => {
          const { experts } = goldenModel(id).config;
          const part = values.length / experts!.count;
          const at = first ? 0 : values.length - part;
          return [
            name,
            name.includes('.experts.') ? values.map((v, i) => (i >= at && i < at + part ? 2 * v : v)) : values,
          ];
        }),
      );
    expect(nmse(reference(spoilt(false)), wanted)).toBe(0);
    expect(nmse(reference(spoilt(true)), wanted)).toBeGreaterThan(1e-3);
  },
);
