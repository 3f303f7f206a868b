// Decoding by the library transformers itself, on the golden checkpoints (training/golden-language/make_decoding.py).
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { goldenModel, type GoldenId } from '../../models/networks/golden.ts';
import { createTransformerReference } from '../../models/networks/transformer.ts';
import { algorithms, type AlgorithmId } from './algorithms.ts';
import { applyChain, startChain } from './chain.ts';
import { contextAt } from './common.ts';
import { logSoftmax } from './draw.ts';
import { runSync, tinyRequest, type TableModel } from './testing.ts';
import type { Algorithm, Chain } from './types.ts';

interface Case {
  readonly checkpoint: GoldenId;
  readonly method: AlgorithmId;
  readonly params: Readonly<Record<string, unknown>>;
  readonly texts: readonly (readonly number[])[];
  readonly scores?: readonly number[];
  readonly tops?: readonly (readonly [readonly number[], readonly number[]])[];
}
const file = new URL('../../../training/golden-language/decoding.json', import.meta.url);
const { prompt, negative, cases } = JSON.parse(readFileSync(file, 'utf8').replaceAll('-Infinity', 'null')) as {
  readonly prompt: readonly number[];
  readonly negative: readonly number[];
  readonly cases: readonly Case[];
};

/** A checkpoint as a table: each prefix is read once. */
function tableOf(id: GoldenId): TableModel & { readonly layers: number; readonly tied: boolean } {
  const { config, weights } = goldenModel(id);
  const net = createTransformerReference(config, weights);
  const all = Array.from({ length: config.layers }, (_, i) => i);
  const known = new Map<string, { logits: Float32Array; early: Float32Array[] }>();
  const read = (prefix: readonly number[]) => {
    const key = prefix.join();
    let row = known.get(key);
    if (!row) {
      const { logits, early } = net.forward(net.start(), prefix, { last: true, early: all });
      row = { logits: Float32Array.from(logits[0]!), early: early![0]!.map((l) => Float32Array.from(l)) };
      known.set(key, row);
    }
    return row;
  };
  return {
    vocab: config.vocab,
    layers: config.layers,
    tied: config.tied,
    logits: (prefix) => read(prefix).logits,
    early: (prefix, layer) => read(prefix).early[layer]!,
  };
}

test.each(cases.map((c) => [c.method, c.checkpoint, JSON.stringify(c.params), c] as const))(
  '%s, %s, %s',
  (_, __, ___, c) => {
    const { num_beams, negative: other, repetition_penalty, eos, dola_layers, ...rest } = c.params;
    const table = tableOf(c.checkpoint);
    const algorithm: Algorithm = algorithms[c.method];
    const params = {
      ...(defaults(algorithm.params) as object),
      ...rest,
      ...(num_beams !== undefined && { beams: num_beams }),
      ...(other !== undefined && { negative_prompt: 'the negative one' }),
      ...(dola_layers !== undefined && { dola_layers: String(dola_layers) }),
    };
    const penalty: Chain =
      repetition_penalty === undefined
        ? []
        : [{ stage: 'repetition_penalty', params: { penalty: Number(repetition_penalty), lastN: -1, prompt: true } }];
    // The likeliest of what is left: what transformers takes without drawing.
    const chain: Chain = algorithm.usesChain ? [...penalty, { stage: 'top_k', params: { k: 1 } }] : penalty;
    const request = tinyRequest({
      vocab: table.vocab,
      prompt: [...prompt],
      maxTokens: 12,
      samples: c.texts.length,
      chain,
      endTokens: eos === undefined ? [] : [Number(eos)],
      encode: () => negative,
      depth: table,
    });
    const { samples } = runSync(algorithm, request, { target: table }, params);
    expect(samples.map((s) => s.tokens)).toEqual(c.texts);
    c.scores?.forEach((score, i) => expect(samples[i]!.score).toBeCloseTo(score, 4));
    const mixing = algorithm.mixing?.(request, params);
    c.tops?.forEach(([tokens, values], step) => {
      const written = c.texts[0]!.slice(0, step);
      const here = [...prompt, ...written];
      const others = {
        beside: mixing!.beside && table.logits([...mixing!.beside.prompt, ...written]),
        early: mixing!.layers?.map((layer) => table.early!(here, layer)),
      };
      const { logits } = mixing!.mix(table.logits(here), others, table.logits(here));
      const applied = applyChain(logits, contextAt(request, 0, here), penalty, startChain(penalty), { trace: true });
      const log = logSoftmax(applied.trace!.at(-1)!);
      tokens.forEach((token, k) => {
        // Of tokens that are ruled out the library lists any.
        if ((values[k] as number | null) === null)
          expect(log.filter((l) => l > -Infinity).length).toBeLessThanOrEqual(k);
        else expect(log[token]).toBeCloseTo(values[k]!, 4);
      });
    });
  },
);

test('every method that transformers has is among them', () =>
  expect([...new Set(cases.map((c) => c.method))].sort()).toEqual(['beam', 'cfg', 'diverse_beam', 'dola']));
