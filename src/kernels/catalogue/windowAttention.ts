import { windowAttention as reference } from '../../math/reference/partAttention.ts';
import { createWindowAttention } from '../attention/windowAttention.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import { signal } from './inputs.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'batch', label: 'batch', min: 1, max: 256 },
  { name: 'heads', label: 'heads', min: 1, max: 64 },
  { name: 'tokens', label: 'tokens', min: 1, max: 1024 },
  { name: 'dim', label: 'head dimension', min: 4, max: 128, multiple: 4 },
];
const of = (batch: number, heads: number, tokens: number, dim: number): Shape => ({ batch, heads, tokens, dim });
const sizes = (s: Shape) => ({ batch: s.batch!, heads: s.heads!, tokens: s.tokens!, dim: s.dim! });

/** Every token sees those at most an eighth of all away. */
const table = (tokens: number): Uint32Array<ArrayBuffer> =>
  Uint32Array.from({ length: tokens * tokens }, (_, at) =>
    Math.abs(Math.floor(at / tokens) - (at % tokens)) <= tokens / 8 ? 1 : 0,
  );
const pairsOf = (tokens: number) => table(tokens).reduce((n, cell) => n + cell, 0);
const DRIFT = 0.04;

export const windowAttention: Family = {
  id: 'window_attention',
  group: 'attention',
  dims,
  title: 'Attention within a window',
  summary:
    'softmax(q·kᵀ/√d)·v over a window, scaled by the share of the softmax that fell into it and completed by what it lacked when all was seen. Here: all is seen, then the window. In Re-ttention.',
  versions: onlyVersion('one invocation a query'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 3, 49, 32) },
    { label: 'avatars, 16 images', shape: of(16, 4, 64, 32) },
  ],
  edges: [of(1, 1, 1, 4), of(2, 3, 7, 8), of(1, 2, 49, 32), of(2, 1, 65, 12), of(1, 1, 9, 128)],
  // Two products of 2·d for each pair that is seen, and scale, largest, subtract, exp and sum of each score; of all, then
  // of the window, whose values the first pass weighs too.
  work(s) {
    const { batch, heads, tokens, dim } = sizes(s);
    const pairs = tokens * tokens * (4 * dim + 5) + pairsOf(tokens) * (6 * dim + 5);
    return { flops: batch * heads * pairs, bytes: 4 * (batch * tokens * heads * dim * 10 + 2 * tokens * tokens) };
  },
  // Of each pair that is seen q and key twice and the value once, in the first pass the window's a second time; the tables.
  moves(_, s) {
    const { batch, heads, tokens, dim } = sizes(s);
    const [all, near] = [tokens * tokens, pairsOf(tokens)];
    return 4 * batch * heads * (all * (5 * dim + 3) + near * 6 * dim + 3 * tokens * dim);
  },
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('window_attention', dims, s);
      const { batch, heads, tokens, dim } = sizes(s);
      checkReference('window_attention', 2 * batch * heads * tokens * tokens * 4 * dim);
      const width = heads * dim;
      const kernel = await createWindowAttention(ctx, { headDim: dim });
      // What is seen when all is seen, and what later, when the shares and the rest are those of then.
      const data = [3, 4].map((seed) => signal(batch * tokens * 3 * width, seed, 2));
      const cells = table(tokens);
      const [then, now] = [await harness.input('then', data[0]!), await harness.input('now', data[1]!)];
      const seen = await harness.input('seen', cells);
      const queries = batch * heads * tokens;
      const ratio = await harness.output('ratio', queries + 3);
      const rest = await harness.output('rest', 8 + batch * tokens * width);
      const y = await harness.output('y', batch * tokens * width);
      const args = { batch, tokens, heads, byRatio: true, byRest: true, ratioAt: 3, restAt: 8, drift: DRIFT };
      const own = { seen, ratio, rest, y };
      const shape = { batch, tokens, heads, dim };
      const headOf = (at: number) => {
        const row = Math.floor(at / width);
        return (Math.floor(row / tokens) * heads + Math.floor((at % width) / dim)) * tokens + (row % tokens);
      };
      return {
        record: () => [
          kernel.call({ qkv: then, ...own }, { ...args, refresh: true }, slots),
          kernel.call({ qkv: now, ...own }, { ...args, refresh: false }, slots),
        ],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: batch * tokens * width,
            type: 'f32',
            // Scores have rounding 6e-8·dim·4/√dim; they enter through exp, on values up to 2, twice.
            tolerance: 3e-6 * (4 + Math.sqrt(dim)),
            expected() {
              const before = reference(data[0]!, cells, shape);
              const { within } = reference(data[1]!, cells, shape);
              const share = (at: number) => before.ratio[headOf(at)]!;
              return whole(within.map((v, at) => share(at) * (v - before.within[at]!) + before.all[at]!));
            },
          },
          {
            name: 'ratio',
            buffer: ratio,
            at: 3,
            count: queries,
            type: 'f32',
            tolerance: 1e-6 * (4 + Math.sqrt(dim)),
            expected: () => whole(reference(data[0]!, cells, shape).ratio.map((share) => Math.min(1, share + DRIFT))),
          },
        ],
      };
    });
  },
};
