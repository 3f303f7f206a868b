import { drawReference, type DrawParams } from '../../math/reference/draw.ts';
import { type CacheTypes, plainCache } from '../../core/cacheFormat.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import { createTransformerReference } from '../../models/networks/transformer.ts';
import { createTransformer } from '../../networks/transformer.ts';
import type { TransformerSession } from '../../networks/transformerTypes.ts';
import { TransformerWeights } from '../../networks/transformerWeights.ts';
import type { Case, Env, Outcome } from '../types.ts';
import { nmse, short, together } from '../words.ts';
import { languageArchitectureIds, type LanguageArchitectureId } from '../../formats/architectures/index.ts';
import { architectures, asStored, planOf, weightsOf } from './architectures.ts';

const OWNER = 'verify transformer';
/** Long enough for passes of two sizes, several splits of the keys and a sliding window. */
const TOKENS = Array.from({ length: 41 }, (_, i) => (i * i * 37 + 11 * i + 5) % 301);
const flat = (rows: readonly (readonly ArrayLike<number>[])[]) =>
  Float64Array.from(rows.flatMap((r) => r.flatMap((l) => Array.from(l))));

/** How weights are kept, and keys and values. */
interface Kept {
  readonly format: WeightFormat;
  readonly cache?: CacheTypes;
}

async function using<T>(
  env: Env,
  id: LanguageArchitectureId,
  { format, cache = plainCache }: Kept,
  task: (session: TransformerSession, reference: () => Float64Array[]) => Promise<T>,
): Promise<T> {
  const config = architectures[id];
  const arrays = weightsOf(config);
  const weights = await TransformerWeights.create(env.ctx, planOf(config), format, OWNER);
  try {
    for (const [name, values] of arrays) weights.write(name, 0, values);
    const session = await createTransformer(env.ctx, config, weights, {
      slots: 2,
      context: 64,
      owner: OWNER,
      mostRows: 32,
      cache,
    });
    try {
      return await task(session, () => {
        const model = createTransformerReference(config, asStored(config, arrays, format));
        return model.forward(model.start(cache), TOKENS).logits;
      });
    } finally {
      session.destroy();
    }
  } finally {
    weights.destroy();
  }
}

/**
 * Caches that round: a number near a tie is rounded the other way where float32 and float64 differ in its last place,
 * and each architecture that appends in its own way.
 */
const caches: readonly (readonly [LanguageArchitectureId, CacheTypes, number])[] = [
  ['llama', { keys: 'f16', values: 'f16' }, 1e-7],
  ['llama', { keys: 'q8_0', values: 'q4_0' }, 1e-7],
  ['qwen3', { keys: 'q4_0', values: 'q8_0' }, 1e-7],
];

/** Float32 against float64 on exactly the weights that the format stores: one bound for all formats. */
const BOUND = 1e-9;

const logits =
  (env: Env, id: LanguageArchitectureId, kept: Kept, allowed = BOUND) =>
  (): Promise<Outcome> =>
    using(env, id, kept, async (s, reference) => {
      const want = reference();
      const a = await s.open();
      const b = await s.open();
      const cut = 17;
      const whole = (await s.forward([{ sequence: a, tokens: TOKENS }], { want: 'all' })).logits;
      // A prompt, a few tokens at once, then one by one; tokens that were appended and rolled back must leave no trace.
      const pieces: Float32Array[] = [];
      for (const [from, to] of [
        [0, cut],
        [cut, cut + 4],
      ] as const)
        pieces.push(
          ...(await s.forward([{ sequence: b, tokens: TOKENS.slice(from, to) }], { want: 'all' })).logits[0]!,
        );
      await s.forward([{ sequence: b, tokens: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] }], { want: 'last' });
      s.rollback(b, cut + 4);
      const c = await s.open(b);
      const forked: Float32Array[] = [];
      for (const token of TOKENS.slice(cut + 4)) {
        const [one, two] = (
          await s.forward(
            [
              { sequence: b, tokens: [token] },
              { sequence: c, tokens: [token] },
            ],
            { want: 'last' },
          )
        ).logits;
        pieces.push(one![0]!);
        forked.push(two![0]!);
      }
      const truth = flat([want]);
      return together(
        [
          { error: nmse(flat(whole), truth), allowed, where: 'all tokens in one pass' },
          { error: nmse(flat([pieces]), truth), allowed, where: 'in pieces, with tokens forgotten between' },
          {
            error: nmse(flat([forked]), flat([want.slice(cut + 4)])),
            allowed,
            where: 'a copy of the cache, in the same passes',
          },
        ],
        `Logits of ${TOKENS.length} tokens against float64 (NMSE)`,
      );
    });

const draws = (env: Env) => (): Promise<Outcome> =>
  using(env, 'llama', { format: 'f32' }, async (s) => {
    const ids = [await s.open(), await s.open(), await s.open()];
    const rounds = 12;
    let same = 0;
    let off = 0;
    for (let i = 0; i < rounds; i++) {
      const rows = ids.map((sequence, r) => ({
        sequence,
        tokens: i === 0 ? TOKENS.slice(0, 4 + r) : [TOKENS[(i + 7 * r) % TOKENS.length]!],
      }));
      const draw = ids.map((_, r): DrawParams => ({
        temperature: [1, 0.7, 0, 1.4][(i + r) % 4]!,
        k: [40, 5, 1, 100][i % 4]!,
        topP: [1, 0.8, 1, 0.95][i % 4]!,
        minP: [0, 0.05, 0, 0][i % 4]!,
        bits: Math.imul(3 * i + r + 1, 0x9e3779b1) >>> 0,
      }));
      const lengths = ids.map((sequence) => s.length(sequence));
      const { drawn } = await s.forward(rows, { want: 'last', draw });
      ids.forEach((sequence, r) => s.rollback(sequence, lengths[r]!));
      (await s.forward(rows, { want: 'last' })).logits.forEach(([row], r) => {
        const want = drawReference(row!, draw[r]!);
        const got = drawn![r]!;
        same += Number(got.token === want.token && got.rank === want.rank);
        off = Math.max(off, Math.abs(got.logProbability - want.logProbability));
      });
    }
    return {
      pass: same === 3 * rounds && off < 1e-4,
      detail: `${same} of ${3 * rounds} tokens drawn inside a pass are those that float64 draws from its logits; log-probabilities are off by ${short(off)} at most.`,
    };
  });

export const transformerCases = (env: Env): Case[] => [
  ...languageArchitectureIds.map((id): Case => ({
    name: `transformer ${id} f32`,
    run: logits(env, id, { format: 'f32' }),
  })),
  ...caches.map(([id, cache, allowed]): Case => ({
    name: `transformer ${id}, keys in ${cache.keys}, values in ${cache.values}`,
    run: logits(env, id, { format: 'f32', cache }, allowed),
  })),
  ...(['f16', 'int8', 'int4'] as const).flatMap((format) =>
    (['llama', 'gpt2'] as const).map((id): Case => ({
      name: `transformer ${id} ${format}`,
      run: logits(env, id, { format }),
    })),
  ),
  { name: 'transformer draws in a pass', run: draws(env) },
];
