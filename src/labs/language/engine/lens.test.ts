// The lenses on a bundled model, in float64; and their figures by hand.
import { expect, test } from 'vitest';
import { nothingGiven } from '../../../hub/types.ts';
import { folderFiles } from '../../../hub/testing.ts';
import { divergence, lensRows, translated } from './lens.ts';
import { labOn } from './testing.ts';
import { readTunedLens } from './tunedLens.ts';

const never = new AbortController().signal;

test('divergence, rank, entropy and likeliest tokens by hand', () => {
  const [p, q] = [
    [Math.log(0.5), Math.log(0.25), Math.log(0.25)],
    [Math.log(0.25), Math.log(0.5), Math.log(0.25)],
  ];
  expect(divergence(p, q)).toBeCloseTo(0.25 * Math.LN2, 12);
  expect(divergence(p, p)).toBe(0);
  // What the model rules out costs nothing; logits may be shifted.
  expect(divergence([3, -Infinity], [5, 5])).toBeCloseTo(Math.LN2, 12);
  const [early, own] = lensRows([Float32Array.from(q), Float32Array.from(p)], 0, (id) => 'abc'[id]!);
  expect([early!.rank, own!.rank, early!.layers, own!.layers]).toEqual([1, 0, 0, 1]);
  expect(early!.top.map((c) => c.text).join('')).toBe('bac');
  expect([early!.probability, own!.probability]).toEqual([expect.closeTo(0.25, 6), expect.closeTo(0.5, 6)]);
  expect([early!.divergence, own!.divergence]).toEqual([expect.closeTo(0.25 * Math.LN2, 6), 0]);
  expect(own!.entropy).toBeCloseTo(1.5 * Math.LN2, 6);
});

test('a translator maps h to h + A h + b, row by row; the last stream stays', () => {
  const lens = { layers: [{ weight: Float32Array.of(0, 2, -1, 0), bias: Float32Array.of(10, 20) }] };
  const [first, last] = translated(lens, [Float32Array.of(1, 3), Float32Array.of(1, 3)]);
  expect([[...first!], [...last!]]).toEqual([
    [17, 22],
    [1, 3],
  ]);
});

test.each(['sotu_draft', 'countdown'] as const)(
  '%s: the last layer is the model, and its tuned lens comes nearer than the logit lens at every layer',
  async (id) => {
    const lab = labOn(() => Promise.resolve(null));
    const model = await lab.use('target', { from: 'bundled', id }, 'f32', nothingGiven, () => {}, never);
    const folder = `public/models/${id.replace('_', '-')}-lens`;
    const lens = await readTunedLens(folderFiles(folder), model.config, never);
    const session = await lab.session('target', 1, 64);
    const text = id === 'countdown' ? '20 5 3 17 = 45\n20+5=25 ' : 'The receipts of the Treasury during the year';
    const tokens = model.tokenizer.encode(text);
    const sums = [0, 1].map(() => new Float64Array(model.config.layers + 1));
    for (let at = tokens.length - 6; at < tokens.length - 1; at++) {
      const sequence = await session.open();
      const { streams, logits, attention } = await session.look(sequence, tokens.slice(0, at + 1), 0, 2);
      for (const [kind, given] of [streams, translated(lens, streams)].entries()) {
        const read = await session.read(given);
        expect([...read.at(-1)!]).toEqual([...logits]);
        lensRows(read, tokens[at + 1]!, String).forEach((row, l) => (sums[kind]![l]! += row.divergence));
      }
      expect([attention.first, attention.rows, attention.keys]).toEqual([at - 1, 2, at + 1]);
      const { weights, keys } = attention;
      // The first of the two rows does not see the second one's token.
      for (let line = 0; line < 2 * model.config.heads; line++) {
        const row = weights.subarray(line * keys, (line + 1) * keys);
        expect(row.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 5);
        if (line < model.config.heads) expect(row[keys - 1]).toBe(0);
      }
      session.release(sequence);
    }
    expect([sums[0]!.at(-1), sums[1]!.at(-1)]).toEqual([0, 0]);
    for (let l = 0; l < model.config.layers; l++) expect(sums[1]![l]).toBeLessThan(sums[0]![l]!);
    session.destroy();
    await expect(readTunedLens(folderFiles(folder), { layers: 1, width: 60 }, never)).rejects.toThrow('has the shape');
    await lab.unload();
  },
);
