import { describe, expect, it } from 'vitest';
import { architectureOf, languageArchitectureIds } from '../../formats/architectures/index.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { goldenIds, goldenModel, nmse } from './golden.ts';
import { createTransformerReference } from './transformer.ts';

const flat = (rows: readonly Float64Array[]) => Float64Array.from(rows.flatMap((row) => [...row]));
const bits = (rows: readonly Float64Array[]) =>
  rows.map((row) => [...new BigUint64Array(row.buffer, row.byteOffset, row.length)]);

describe.each(goldenIds)('golden checkpoint %s', (id) => {
  const { config, weights, tokens, inverseFrequencies, slidingFrequencies, logits } = goldenModel(id);
  const net = createTransformerReference(config, weights);

  it('gives the logits of transformers in float64', () => {
    const out = net.forward(net.start(), tokens);
    const error = nmse(flat(out.logits), logits);
    expect(logits.length).toBe(tokens.length * config.vocab);
    // Measured: 6e-31 to 2e-30. A float32 norm or softmax somewhere would give 1e-15.
    expect(error).toBeLessThan(1e-28);
  });

  it('has its inverse frequencies', () => {
    const { position, rotaryDim = config.headDim } = config;
    const all = position.kind === 'rope' ? position.inverseFrequencies : [];
    const own = all.slice(0, rotaryDim / 2);
    // Pairs that are not rotated stand still.
    expect(all.slice(rotaryDim / 2).every((f) => f === 0)).toBe(true);
    expect(own.length).toBe(inverseFrequencies.length);
    own.forEach((f, j) => expect(Math.abs(f / inverseFrequencies[j]! - 1)).toBeLessThan(1e-14));
    for (const { window, position } of config.byLayer ?? []) {
      const layer = position.kind === 'rope' ? position.inverseFrequencies : null;
      const want = window === null ? inverseFrequencies : (slidingFrequencies ?? inverseFrequencies);
      if (layer) expect(layer.map((f, j) => f / want[j]!)).toEqual(want.map(() => expect.closeTo(1, 14) as unknown));
    }
  });

  it('puts its head on early layers, at every place as at the last, and leaves its logits alone', () => {
    const layers = Array.from({ length: config.layers }, (_, i) => i);
    const all = net.forward(net.start(), tokens, { early: layers });
    expect(bits(all.logits)).toEqual(bits(net.forward(net.start(), tokens).logits));
    expect(all.early!.map((place) => place.length)).toEqual([...tokens].map(() => config.layers));
    const last = net.forward(net.start(), tokens, { last: true, early: [config.layers - 1] });
    expect(bits(last.early![0]!)).toEqual(bits([all.early!.at(-1)!.at(-1)!]));
    expect(() => net.forward(net.start(), tokens, { early: [config.layers] })).toThrow(
      `Logits after ${config.layers} layers were asked for`,
    );
  });

  it('in pieces, after a rollback and in a fork, gives the same bits', () => {
    const whole = net.forward(net.start(), tokens);
    const sequence = net.start();
    const pieces = [tokens.slice(0, 1), tokens.slice(1, 11), tokens.slice(11, 17)].map((piece) =>
      net.forward(sequence, piece),
    );
    const branch = sequence.fork();
    // The branch and the forgotten part write over rows that the others must not see.
    net.forward(branch, [2, 7, 1]);
    net.forward(sequence, [3, 1, 4, 1, 5]);
    sequence.rollback(17);
    expect([sequence.length, branch.length]).toEqual([17, 20]);
    const rest = net.forward(sequence, tokens.slice(17));
    expect(bits([...pieces, rest].flatMap((piece) => piece.logits))).toEqual(bits(whole.logits));
    expect(bits([...pieces, rest].flatMap((piece) => piece.hidden))).toEqual(bits(whole.hidden));
    const alone = net.forward(net.start(), [...tokens.slice(0, 17), 2, 7, 1, 8], { last: true });
    expect(bits(net.forward(branch, [8]).logits)).toEqual(bits(alone.logits));
    branch.rollback(17);
    expect(bits(net.forward(branch, tokens.slice(17), { last: true }).logits)).toEqual(bits(whole.logits.slice(-1)));
  });
});

it('the golden set has every variant', () => {
  const configs = goldenIds.map((id) => goldenModel(id).config);
  const all = (pick: (c: TransformerConfig) => unknown) => new Set(configs.map((c) => String(pick(c))));
  expect(all((c) => c.architecture)).toEqual(
    new Set(languageArchitectureIds.filter((id) => architectureOf(id).noGolden === undefined)),
  );
  expect(all((c) => (c.position.kind === 'rope' ? c.position.scaling : 'learned'))).toEqual(
    new Set(['learned', 'none', 'linear', 'llama3']),
  );
  for (const pick of [
    (c: TransformerConfig) => c.tied,
    (c: TransformerConfig) => c.bias.mlp,
    (c: TransformerConfig) => c.rotaryDim === undefined,
    (c: TransformerConfig) => c.parallel,
    (c: TransformerConfig) => c.bias.qkv,
    (c: TransformerConfig) => c.bias.output,
    (c: TransformerConfig) => c.slidingWindow === null,
    (c: TransformerConfig) => c.normAt ?? 'before',
    (c: TransformerConfig) => c.softCap === undefined,
    (c: TransformerConfig) => c.byLayer?.some(({ window }) => window !== null) ?? false,
    (c: TransformerConfig) => c.kvHeads === c.heads,
    (c: TransformerConfig) => c.headDim === c.width / c.heads,
  ])
    expect(all(pick).size).toBeGreaterThanOrEqual(2);
  expect(all((c) => c.qkNorm)).toEqual(new Set(['false', 'true', 'whole']));
  expect(all((c) => c.mlp)).toEqual(new Set(['gelu', 'gelu_erf', 'swiglu', 'geglu']));
  expect(goldenModel('mistral-window').config.slidingWindow).toBe(9);
  expect(goldenModel('mistral-window').files).toBe(3);
  expect(goldenModel('llama3-gqa').config.endTokens).toEqual([2, 5]);
});

describe('refusals', () => {
  const { config, weights } = goldenModel('smollm2');
  const net = createTransformerReference(config, weights);
  it('names what is wrong with tokens, lengths and weights', () => {
    expect(() => net.forward(net.start(), [config.vocab])).toThrow('token 113 is not in the vocabulary of 113');
    expect(() => net.forward(net.start(), [0.5])).toThrow('token 0.5');
    expect(() => net.forward(net.start(), [])).toThrow('0 tokens after 0');
    expect(() => net.forward(net.start(), new Int32Array(65))).toThrow(
      '65 tokens after 0 do not fit into a context of 64',
    );
    const sequence = net.start();
    net.forward(sequence, new Int32Array(60));
    expect(() => net.forward(sequence, new Int32Array(5))).toThrow('5 tokens after 60');
    expect(sequence.length).toBe(60);
    expect(() => sequence.rollback(61)).toThrow('cannot go back to 61 tokens; the sequence has 60');
    expect(() => createTransformerReference({ ...config, tied: false }, weights)).toThrow(
      'weight head.weight must have 5424 numbers, got none',
    );
    expect(() => createTransformerReference({ ...config, hidden: 87 }, weights)).toThrow(
      /gate_up.weight must have \d+ numbers, got 8448/,
    );
  });
});

// Processor time, so that other work beside the test does not count. Measured: about 210.
it('runs a model of 3.3 million weights at 20 tokens a second and more', () => {
  const config: TransformerConfig = {
    ...goldenModel('llama').config,
    vocab: 4800,
    width: 192,
    layers: 6,
    heads: 6,
    kvHeads: 2,
    headDim: 32,
    hidden: 512,
    tied: true,
    position: {
      kind: 'rope',
      inverseFrequencies: Array.from({ length: 16 }, (_, j) => 10_000 ** (-j / 16)),
      scaling: 'none',
    },
  };
  const shapes: [string, number][] = [
    ['token_embedding', 4800 * 192],
    ['final_norm.weight', 192],
    ...Array.from({ length: 6 }, (_, i) =>
      (
        [
          ['norm_1', 192],
          ['qkv', 320 * 192],
          ['output', 192 * 192],
          ['norm_2', 192],
          ['gate_up', 1024 * 192],
          ['down', 192 * 512],
        ] as const
      ).map(([name, count]) => [`layers.${i}.${name}.weight`, count] as [string, number]),
    ).flat(),
  ];
  expect(shapes.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(3.2e6);
  const net = createTransformerReference(
    config,
    new Map(
      shapes.map(([name, count], i) => [
        name,
        Float32Array.from({ length: count }, (_, k) => Math.sin(0.37 * k * k + i) / 14),
      ]),
    ),
  );
  const sequence = net.start();
  net.forward(sequence, new Int32Array(8), { last: true });
  const start = process.cpuUsage().user;
  for (let i = 0; i < 20; i++) net.forward(sequence, [i]);
  const speed = 20 / ((process.cpuUsage().user - start) / 1e6);
  expect(speed).toBeGreaterThan(20);
});
