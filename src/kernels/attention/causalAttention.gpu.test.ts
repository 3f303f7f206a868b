import { describe, expect, test } from 'vitest';
import { full, reduced } from '../../core/testing.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { causalAttention } from '../../math/reference/causalAttention.ts';
import {
  type AttentionDecodeVersion,
  createAttentionDecode,
  createAttentionDecodeVersion,
  decodePartialBytes,
  decodeSplits,
  versions as decodeVersions,
} from './attentionDecode.ts';
import {
  type AttentionPrefillVersion,
  type CausalAttentionArgs,
  createAttentionPrefill,
  createAttentionPrefillVersion,
  versions as prefillVersions,
} from './attentionPrefill.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

interface Row {
  readonly slot: number;
  readonly position: number;
}
interface Case {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly context: number;
  readonly window?: number;
  readonly qRow?: number;
  readonly qAt?: number;
  readonly sharp?: boolean;
}

/** Runs a kernel on waves over caches that hold NaN wherever no row may look, and its reference. */
async function both(
  rows: readonly Row[],
  c: Case,
  attend: (
    buffers: Record<'rows' | 'q' | 'keys' | 'values' | 'y', GPUBuffer>,
    args: CausalAttentionArgs,
  ) => Promise<Float32Array>,
) {
  const { heads, kvHeads, headDim, context, qRow = heads * headDim, qAt = 0, sharp = false } = c;
  const slotCount = 1 + Math.max(...rows.map((r) => r.slot));
  const stride = kvHeads * headDim;
  const seen = Array.from({ length: slotCount }, (_, s) =>
    Math.max(0, ...rows.filter((r) => r.slot === s).map((r) => r.position + 1)),
  );
  const cache = (seed: number, gain: number) =>
    wave(slotCount * context * stride, seed).map((v, i) =>
      Math.floor(i / stride) % context < seen[Math.floor(i / stride / context)]! ? gain * v : NaN,
    );
  const q = wave(qAt + rows.length * qRow, 3).map((v) => (sharp ? 100 : 2) * v);
  const keys = cache(4, sharp ? 20 : 2);
  const values = cache(5, 1);
  const list = Uint32Array.from(rows.flatMap(({ slot, position }, r) => [1000 + r, slot, position, 0]));
  const names = { rows: list, q, keys, values, y: new Float32Array(rows.length * heads * headDim).fill(7) };
  const buffers = Object.fromEntries(
    await Promise.all(Object.entries(names).map(async ([name, data]) => [name, await upload(ctx, data, name)])),
  ) as Record<keyof typeof names, GPUBuffer>;
  const args = { rows: rows.length, heads, kvHeads, context, window: c.window ?? null, qRow, qAt };
  const got = await attend(buffers, args);
  for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  return compare(got, causalAttention(rows, q, keys, values, { ...c, qRow, qAt }));
}

// Scores have rounding 6e-8·headDim·4/√headDim; they enter through exp, on values up to 1.
const tolerance = (headDim: number) => 1e-6 * (4 + Math.sqrt(headDim));
const run_ = (slot: number, from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ slot, position: from + i }));

describe.each(Object.keys(prefillVersions) as AttentionPrefillVersion[])('attention_prefill.%s', (version) => {
  // Mesa's CPU driver takes most of a minute to compile the unrolled tiles of large heads; SwiftShader runs those, and
  // leaves it those of subgroups, which cost it as much. The catalogue's edges have 4, 64 and 80
  // (catalogue.gpu.test.ts).
  const dims = (full ? [4, 32, 64, 80, 96, 128, 256] : [32, 96, 128]).filter(
    (dim) =>
      dim <= prefillVersions[version].maxDim &&
      !(version === '2.flash' && dim > 32 && ctx.info.vendor === 'mesa') &&
      !(version === '6.subgroup' && dim > 32 && reduced),
  );
  const cases: [string, Row[], Omit<Case, 'headDim'>][] = [
    ['one row at the start', run_(0, 0, 1), { heads: 1, kvHeads: 1, context: 1 }],
    ['a whole prompt', run_(0, 0, 67), { heads: 2, kvHeads: 2, context: 70 }],
    ['a later chunk, three heads to a key head', run_(1, 9, 23), { heads: 6, kvHeads: 2, context: 40 }],
    [
      'four heads to a key head, a window of 8, q inside a wider row',
      run_(0, 3, 33),
      { heads: 4, kvHeads: 1, context: 36, window: 8, qRow: 2048, qAt: 8 },
    ],
    [
      'rows of several slots, out of order',
      [...run_(2, 5, 7), ...run_(0, 30, 2), { slot: 1, position: 0 }, ...run_(2, 12, 3), { slot: 0, position: 4 }],
      { heads: 3, kvHeads: 3, context: 33 },
    ],
  ];
  test.each(
    dims.flatMap((dim) =>
      cases.filter((_, i) => dim === 32 || i === 4 || (full && i === 2)).map((c) => [dim, ...c] as const),
    ),
  )('head dimension %i, %s', async (headDim, _, rows, shape) => {
    const kernel = await createAttentionPrefillVersion(ctx, version, { headDim });
    const { error, scale } = await both(rows, { ...shape, headDim }, (buffers, args) =>
      run(ctx, slots, [kernel.call(buffers, args, slots)], buffers.y, 0, args.rows * args.heads * headDim),
    );
    expect(scale).toBeGreaterThan(0.2);
    expect(error).toBeLessThan(tolerance(headDim));
  });

  test('scores of ±10,000 neither overflow nor lose the winner', async () => {
    const kernel = await createAttentionPrefillVersion(ctx, version, { headDim: 16 });
    const { error } = await both(
      run_(0, 0, 40),
      { heads: 1, kvHeads: 1, headDim: 16, context: 40, sharp: true },
      (buffers, args) => run(ctx, slots, [kernel.call(buffers, args, slots)], buffers.y, 0, 640),
    );
    // Scores near 1,000 have rounding of 1e-4.
    expect(error).toBeLessThan(2e-3);
  });
});

describe.each(Object.keys(decodeVersions) as AttentionDecodeVersion[])('attention_decode_split.%s', (version) => {
  const cases: [string, Row[], Omit<Case, 'headDim'>][] = [
    ['one row', run_(0, 140, 1), { heads: 2, kvHeads: 2, context: 200 }],
    [
      'slots of every length, three heads to a key head',
      [0, 1, 7, 127, 128, 129, 299].map((position, slot) => ({ slot: slot % 3, position })),
      { heads: 6, kvHeads: 2, context: 300 },
    ],
    [
      'a window of 100',
      [0, 98, 99, 100, 250].map((position, slot) => ({ slot, position })),
      { heads: 4, kvHeads: 1, context: 260, window: 100, qRow: 2048, qAt: 8 },
    ],
  ];
  test.each(
    // The catalogue's edges have 4, 80 and 256.
    (full ? [4, 32, 64, 80, 96, 128, 256] : [32, 64, 128]).flatMap((dim) =>
      cases.filter((_, i) => dim === 32 || i === 1).map((c) => [dim, ...c] as const),
    ),
  )('head dimension %i, %s, 1 to 17 splits', async (headDim, _, rows, shape) => {
    const kernel = await createAttentionDecodeVersion(ctx, version, { headDim });
    for (const splits of [1, 2, 17]) {
      const partial = await ctx.buffers.create({
        label: 'partial',
        owner: 'test',
        bytes: decodePartialBytes(rows.length, shape.heads, splits, headDim),
      });
      const { error, scale } = await both(rows, { ...shape, headDim }, (buffers, args) => {
        const calls = kernel.call({ ...buffers, partial }, { ...args, splits }, slots);
        expect(calls).toHaveLength(splits === 1 ? 1 : 2);
        return run(ctx, slots, calls, buffers.y, 0, args.rows * args.heads * headDim);
      });
      ctx.buffers.destroy(partial);
      expect(scale).toBeGreaterThan(0.2);
      expect(error).toBeLessThan(tolerance(headDim));
    }
  });
});

test('what cannot be attended to is refused in words', async () => {
  await expect(async () => createAttentionPrefill(ctx, { headDim: 30 })).rejects.toThrow(
    'head dimension 30 is not a multiple of 4 up to 256',
  );
  await expect(async () => createAttentionPrefillVersion(ctx, '6.subgroup', { headDim: 132 })).rejects.toThrow(
    'head dimension 132 is not a multiple of 4 up to 128',
  );
  // Lavapipe's choice up to 128 is 6.subgroup.
  expect((await createAttentionPrefill(ctx, { headDim: 256 })).label).toBe(
    `attention_prefill.${ctx.info.vendor === 'mesa' ? '4.blocks' : '3.registers'}`,
  );
  await expect(async () => createAttentionDecode(ctx, { headDim: 260 })).rejects.toThrow('head dimension 260');
  const decode = await createAttentionDecode(ctx, { headDim: 32 });
  const some = await upload(ctx, [0]);
  const buffers = { rows: some, q: some, keys: some, values: some, y: some };
  const args = { rows: 1, heads: 4, kvHeads: 2, context: 8, splits: 2 };
  expect(() => decode.call(buffers, args, slots)).toThrow(
    `2 splits need a buffer 'partial' of ${4 * 2 * 36 * 4} bytes`,
  );
  expect(() => decode.call(buffers, { ...args, kvHeads: 3, splits: 1 }, slots)).toThrow(
    '4 heads cannot share 3 key heads',
  );
  expect(() => decode.call(buffers, { ...args, window: 0, splits: 1 }, slots)).toThrow('sees nothing');
  expect(() => decode.call(buffers, { ...args, cap: 50, splits: 1 }, slots)).toThrow(
    'scores capped at 50 in a kernel made without a cap',
  );
  const capped = await createAttentionDecode(ctx, { headDim: 32, capped: true });
  for (const cap of [null, 0, NaN])
    expect(() => capped.call(buffers, { ...args, cap, splits: 1 }, slots)).toThrow('made with a cap');
  ctx.buffers.destroy(some);
});

test('the number of splits grows with the length, not with full machines', () => {
  const at = (rows: number, length: number) => decodeSplits(ctx.info, { rows, heads: 12, length });
  expect([at(1, 1), at(1, 64), at(1, 100_000), at(100, 100_000)]).toEqual([1, 2, 11, 1]);
});
