import { DRAW_MARGIN, type DrawParams, drawReference } from '../../math/reference/draw.ts';
import { createTopkVersion, packDraws, topkBytes, type TopkVersion } from '../sampling/topk.ts';
import { bits, signal } from './inputs.ts';
import { assemble, checkReference, checkShape, versionsOf } from './harness.ts';
import type { Dim, Expected, Family, Output, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 256 },
  { name: 'vocab', label: 'vocabulary', min: 1, max: 262_144 },
  { name: 'candidates', label: 'kept in order', min: 1, max: 128 },
];
const of = (rows: number, vocab: number, candidates = 128): Shape => ({ rows, vocab, candidates });

/**
 * Passes over all logits, and over the blocks' maxima and the 32·candidates logits of the best blocks; what the heap
 * moves depends on the data and is left out.
 */
const passes: Readonly<Record<string, { readonly logits: number; readonly best: number }>> = {
  '1.workgroup': { logits: 1, best: 8 + 1 },
  '2.lanes': { logits: 2, best: 2 },
};

/** Top-k then top-p with the candidates kept, at another temperature in each row; min-p in every third. */
const wish = (r: number, candidates: number, word: number): DrawParams => ({
  temperature: 0.6 + 0.2 * (r % 4),
  k: Math.max(1, candidates - (r % 3)),
  topP: r % 2 === 0 ? 0.9 : 1,
  minP: r % 3 === 2 ? 0.02 : 0,
  bits: word,
});

/**
 * Whether u or a cut is so near a boundary that the rounding of f32 may decide. `top` holds at least the k largest
 * logits.
 */
function undecided(top: Float32Array, params: DrawParams): boolean {
  const own = drawReference(top, params);
  const step = Math.ceil(2 * DRAW_MARGIN * 2 ** 32);
  const clamp = (w: number) => Math.min(2 ** 32 - 1, Math.max(0, w));
  const near: Partial<DrawParams>[] = [{ bits: clamp(params.bits - step) }, { bits: clamp(params.bits + step) }];
  if (params.topP < 1) near.push({ topP: params.topP - 2 * DRAW_MARGIN }, { topP: params.topP + 2 * DRAW_MARGIN });
  if (params.minP > 0)
    near.push({ minP: params.minP * (1 - 2 * DRAW_MARGIN) }, { minP: params.minP * (1 + 2 * DRAW_MARGIN) });
  return near.some((change) => {
    const other = drawReference(top, { ...params, ...change });
    return other.token !== own.token || other.survivors !== own.survivors;
  });
}

/** The wish, with the first of some bits that decides clearly; without cuts where none does. */
function clear(row: Float32Array, params: DrawParams): DrawParams {
  const least = Float32Array.from(row).sort()[Math.max(0, row.length - params.k)]!;
  const top = row.filter((v) => v >= least);
  for (const cuts of [params, { ...params, topP: 1, minP: 0 }]) {
    for (let turn = 0; turn < 8; turn++) {
      const found = { ...cuts, bits: (params.bits + turn * 0x1234_5678) >>> 0 };
      if (!undecided(top, found)) return found;
    }
  }
  return { ...params, temperature: 0 };
}

/** Words of a row of `out`, and the values there; ascending. */
function references(
  logits: Float32Array,
  params: readonly DrawParams[],
  vocab: number,
): { readonly whole: Expected; readonly real: Expected } {
  const whole: [number, number][] = [];
  const real: [number, number][] = [];
  params.forEach((p, r) => {
    const row = logits.subarray(r * vocab, (r + 1) * vocab);
    const d = drawReference(row, p);
    const at = 12 * r;
    whole.push([at, d.token], [at + 5, d.survivors], [at + 7, d.rank]);
    real.push(
      [at + 2, d.logProbability],
      [at + 3, d.entropy],
      [at + 4, d.max],
      [at + 6, d.keptMass],
      [at + 8, d.drawnLogProbability],
      [at + 9, row[d.token]! - d.logProbability],
    );
  });
  const split = (pairs: [number, number][]): Expected => ({
    indices: Uint32Array.from(pairs, (p) => p[0]),
    values: Float64Array.from(pairs, (p) => p[1]),
  });
  return { whole: split(whole), real: split(real) };
}

export const topk: Family = {
  id: 'topk',
  group: 'sampling',
  tunes: 'topk',
  dims,
  title: 'Largest logits, and a draw',
  summary:
    'The largest logits of each row in order, and a token drawn from each by temperature, top-k, top-p and min-p, with its statistics. The last two dispatches of every pass of a language model.',
  versions: versionsOf('topk'),
  shapes: [
    { label: 'GPT-2, 1 row', shape: of(1, 50_257) },
    { label: 'GPT-2, 4 rows', shape: of(4, 50_257) },
    { label: 'sotu, 1 row', shape: of(1, 4096) },
    { label: 'sotu, 8 rows', shape: of(8, 4096) },
    { label: 'countdown, 8 rows', shape: of(8, 32) },
    { label: '151,936 logits', shape: of(1, 151_936) },
  ],
  edges: [
    of(1, 1),
    of(2, 31),
    of(2, 32),
    of(3, 33, 8),
    of(2, 128),
    of(3, 129),
    of(1, 257, 1),
    of(1, 2047, 40),
    of(3, 2049),
  ],
  // Largest, subtract, exp, sum, weighted sum (2), divide, exp and sum at a temperature; the selection counts none.
  work: ({ rows, vocab, candidates }) => ({
    flops: 9 * rows! * vocab!,
    bytes: rows! * (4 * vocab! + 32 + 8 * Math.min(candidates!, vocab!) + 48),
  }),
  moves(version, { rows, vocab, candidates }) {
    const { logits, best } = passes[version] ?? { logits: NaN, best: NaN };
    const blocks = Math.ceil(vocab! / 32);
    return (
      4 *
      rows! *
      (logits * vocab! +
        blocks +
        best * (blocks + Math.min(vocab!, 32 * candidates!)) +
        2 * Math.min(candidates!, vocab!) +
        12)
    );
  },
  prepare(ctx, slots, version, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('topk', dims, shape);
      checkReference('topk', 10 * topk.work(shape).flops); // rows are sorted, and draws tried until one decides clearly
      const rows = shape.rows!;
      const vocab = shape.vocab!;
      const candidates = shape.candidates!;
      const kernel = await createTopkVersion(ctx, version as TopkVersion);
      // Sums of two waves, steeper in each row; rounded to whole numbers in every third, so that there are ties.
      const second = signal(rows * vocab, 8);
      const data = signal(rows * vocab, 7).map((v, i) => {
        const r = Math.floor(i / vocab);
        const bell = (v + second[i]!) * (4 + 3 * (r % 3)) + 5;
        return r % 3 === 2 ? Math.round(bell) : bell;
      });
      const params = Array.from(bits(rows, 21), (word, r) =>
        clear(data.subarray(r * vocab, (r + 1) * vocab), wish(r, candidates, word)),
      );
      const bytes = topkBytes({ rows, vocab, candidates });
      const buffers = {
        logits: await harness.input('logits', data),
        params: await harness.input('params', packDraws(params)),
        stats: await harness.output('stats', bytes.stats / 4),
        blocks: await harness.output('blocks', bytes.blocks / 4),
        candidates: await harness.output('candidates', bytes.candidates / 4),
        out: await harness.output('out', bytes.out / 4),
      };
      let known: ReturnType<typeof references> | undefined;
      const drawn = () => (known ??= references(data, params, vocab));
      const words = new Uint32Array(data.buffer);
      const shown = Math.min(candidates, vocab);
      const outputs: Output[] = [
        {
          name: 'token, survivors, rank',
          buffer: buffers.out,
          at: 0,
          count: 12 * rows,
          type: 'u32',
          tolerance: 0,
          expected: () => drawn().whole,
        },
        // exp of numbers down to −50 and sums of `vocab` terms; the entropy of up to ln vocab.
        {
          name: 'probabilities',
          buffer: buffers.out,
          at: 0,
          count: 12 * rows,
          type: 'f32',
          tolerance: 2e-5 * (2 + Math.log(vocab)),
          expected: () => drawn().real,
        },
        {
          name: 'candidates',
          buffer: buffers.candidates,
          at: 0,
          count: 2 * rows * candidates,
          type: 'u32',
          tolerance: 0, // pairs: bits of the logit, token
          expected() {
            const indices = new Uint32Array(2 * rows * shown);
            const values = new Float64Array(2 * rows * shown);
            for (let r = 0; r < rows; r++) {
              const order = Uint32Array.from({ length: vocab }, (_, i) => i).sort(
                (a, b) => data[r * vocab + b]! - data[r * vocab + a]! || a - b,
              );
              for (let i = 0; i < shown; i++)
                for (const word of [0, 1]) {
                  indices[2 * (r * shown + i) + word] = 2 * (r * candidates + i) + word;
                  values[2 * (r * shown + i) + word] = word === 0 ? words[r * vocab + order[i]!]! : order[i]!;
                }
            }
            return { indices, values };
          },
        },
      ];
      return { record: () => kernel.call(buffers, { rows, vocab, candidates }, slots), outputs };
    });
  },
};
