import { describe, expect, test } from 'vitest';
import { full } from '../../core/testing.ts';
import { compare, launch, nodeContext, nodeSlots, wave } from '../../gpu/testing.ts';
import { attention } from '../../math/reference/attention.ts';
import { byTable } from '../choose.ts';
import { type AttentionVersion, createAttention, createAttentionVersion, versions } from './attention.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

/** Of the widest heads, which are slow to compile: the version that this adapter would take, and the one of real GPUs. */
const widest: readonly string[] = [byTable(ctx.info, 'attention'), '2.flash'];

describe.each(Object.keys(versions) as AttentionVersion[])('attention.%s', (version) => {
  const shapes = [
    [1, 1, 1, 32],
    [2, 1, 3, 32],
    [1, 2, 2, 8],
    [2, 15, 2, 4],
    [1, 16, 3, 20],
    [1, 17, 1, 32],
    [2, 49, 3, 32],
    [1, 63, 1, 28],
    [1, 64, 4, 32],
    [2, 65, 1, 16],
    [1, 49, 2, 64],
    [1, 33, 1, 128],
  ]
    // The catalogue's edges have heads of 8, 32 and 64 (catalogue.gpu.test.ts). Here the short tier has the least, one
    // of an odd number of vectors, and the widest: each width is compiled.
    .filter(([, , , dim]) => full || dim === 4 || dim === 20 || (dim === 128 && widest.includes(version)))
    // Mesa's CPU driver needs 40 s to compile the unrolled flash kernel for 128; SwiftShader runs that case.
    .filter(([, , , dim]) => !(version === '2.flash' && dim! > 64 && ctx.info.vendor === 'mesa'));
  test.each(shapes)('batch %i, %i tokens, %i heads of %i', async (batch, tokens, heads, dim) => {
    const kernel = await createAttentionVersion(ctx, version, dim!);
    const width = heads! * dim!;
    const qkv = wave(batch! * tokens! * 3 * width, 3).map((v) => 2 * v);
    const got = await launch(
      ctx,
      slots,
      kernel,
      { qkv, y: new Float32Array(batch! * tokens! * width) },
      { batch: batch!, tokens: tokens!, heads: heads! },
      'y',
    );
    const expected = attention(qkv, { batch: batch!, tokens: tokens!, heads: heads!, dim: dim! });
    const { error, scale } = compare(got, expected);
    expect(scale).toBeGreaterThan(0.3);
    // Scores have rounding 6e-8·dim·4/√dim; they enter through exp, on values up to 2.
    expect(error).toBeLessThan(1e-6 * (4 + Math.sqrt(dim!)));
  });

  test('sharp and far-off scores neither overflow nor lose the winner', async () => {
    const tokens = 37;
    const dim = 16;
    const kernel = await createAttentionVersion(ctx, version, dim);
    // Token j's key is ±200 along its own axis pattern: scores from −40,000 to 40,000 before scaling, the largest late
    // in the row.
    const qkv = Float32Array.from({ length: tokens * 3 * dim }, (_, i) => {
      const token = Math.floor(i / (3 * dim));
      const part = Math.floor((i % (3 * dim)) / dim);
      const d = i % dim;
      if (part === 2) return token + d / 16;
      if (d !== 0) return 0;
      return part === 0 ? 200 : (token - 18) * 10;
    });
    const got = await launch(
      ctx,
      slots,
      kernel,
      { qkv, y: new Float32Array(tokens * dim) },
      { batch: 1, tokens, heads: 1 },
      'y',
    );
    expect(compare(got, attention(qkv, { batch: 1, tokens, heads: 1, dim })).error).toBeLessThan(1e-5);
  });
});

test('createAttention serves head dimensions up to 128 and refuses others', async () => {
  expect((await createAttention(ctx, { headDim: 128 })).label).toMatch(/^attention/);
  await expect(async () => createAttention(ctx, { headDim: 30 })).rejects.toThrow('multiple of 4');
});
