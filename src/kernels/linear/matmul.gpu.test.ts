import { beforeAll, describe, expect, test } from 'vitest';
import { inFull } from '../../core/testing.ts';
import { GpuContext } from '../../gpu/device.ts';
import { needsOf } from '../../core/kernelVersions.ts';
import { createKernel, supports, sourceText } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { compare, nodeContext, nodeSlots, nullDevice, run, upload, wave } from '../../gpu/testing.ts';
import { linear } from '../../math/reference/linear.ts';
import { versionsHere } from '../testing.ts';
import {
  createMatmul,
  createMatmulVersion,
  matmulSpec,
  type MatmulOptions,
  type MatmulVersion,
  versions,
} from './matmul.ts';
import { withLoops } from './matrixLoops.ts';

const ctx: GpuContext = await nodeContext();
let slots: UniformSlots;
beforeAll(async () => {
  slots = await nodeSlots();
});
const names = versionsHere('matmul', Object.keys(versions) as MatmulVersion[]);

/** Rounding of k f32 products of size ≤ 1 plus the epilogue. */
const tolerance = (k: number) => 6e-8 * (4 + k) * 2;

describe.each(names)('matmul.%s', (version) => {
  const loops = version === '10.matrix' && !supports(ctx.info, needsOf('matmul', version));
  const offered = loops || supports(ctx.info, needsOf('matmul', version));
  const create = async (options: MatmulOptions = {}) =>
    loops
      ? createKernel(ctx, await withLoops(matmulSpec(version, options)))
      : createMatmulVersion(ctx, version, options);
  const test_ = test.skipIf(!offered);
  const check = async (m: number, n: number, k: number, options: MatmulOptions) => {
    const { activation = 'none', residual = 'none', b = 'nk' } = options;
    const kernel = await create(options);
    const a = wave(m * k, 2);
    const w = wave(n * k, 3);
    const bias = wave(n, 4);
    const c0 = wave(m * n, 5);
    const gate = wave(8 * n + 3, 6);
    const weights = options.weights === 'f16' ? toHalf(w) : { bytes: w, values: w };
    const buffers = {
      a: await upload(ctx, a),
      b: await upload(ctx, weights.bytes),
      bias: await upload(ctx, bias),
      gate: await upload(ctx, gate),
      c: await upload(ctx, c0),
    };
    const rowsPerGate = Math.ceil(m / 8);
    const got = await run(
      ctx,
      slots,
      [kernel.call(buffers, { m, n, k, gate: { at: 3, row: n, rowsPerGate } }, slots)],
      buffers.c,
      0,
      m * n,
    );
    const expected = linear(a, weights.values, { m, n, k, b, activation, bias });
    if (residual !== 'none')
      expected.forEach((v, i) => {
        const factor = residual === 'gated' ? gate[3 + Math.floor(Math.floor(i / n) / rowsPerGate) * n + (i % n)]! : 1;
        expected[i] = c0[i]! + factor * v;
      });
    const { error, scale } = compare(got, expected);
    expect(scale).toBeGreaterThan(0.05);
    expect(error).toBeLessThan(tolerance(k));
    for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  };

  // In the short tier plain shapes are the catalogue's edges: catalogue.gpu.test.ts.
  test_.each(
    inFull([
      [1, 1, 4],
      [3, 5, 4],
      [4, 8, 8],
      [5, 9, 12],
      [7, 16, 16],
      [8, 4, 20],
      [9, 63, 36],
      [63, 64, 60],
      [64, 65, 64],
      [65, 66, 68],
      [49, 288, 96],
      [128, 16, 128],
      [2, 576, 96],
      [1, 260, 256],
    ]),
  )('%i×%i×%i against float64', (m, n, k) => check(m, n, k, {}));
  if (['1.naive', '3.registers', '5.quad'].includes(version))
    test_.each(
      inFull([
        [1, 1, 1],
        [5, 7, 3],
        [16, 128, 18],
        [17, 2, 33],
      ]),
    )('%i×%i×%i: k need not be a multiple of 4', (m, n, k) => check(m, n, k, {}));

  // The tiles of one file share their epilogue, and are slow to compile.
  const oneOfMany = ['7.tiles32', '8.tiles128x64', '9.tiles128', '10.matrix'].includes(version);
  test_.each<[MatmulOptions]>(
    oneOfMany
      ? [[{ activation: 'gelu', residual: 'gated' }]]
      : [
          [{ activation: 'gelu' }],
          [{ activation: 'silu' }],
          [{ residual: 'add' }],
          [{ residual: 'gated' }],
          [{ activation: 'silu', residual: 'gated' }],
        ],
  )('epilogue %o', (options) => check(50, 100, 96, options));
  test_.each([
    [1, 4, 4],
    [33, 20, 40],
    [64, 64, 64],
    [10, 784, 100],
  ])('%i×%i×%i with B stored (k, n)', (m, n, k) => check(m, n, k, { b: 'kn' }));
  if (!oneOfMany || loops)
    test.skipIf(!offered || !ctx.info.features.has('shader-f16')).each(
      (
        [
          [33, 20, 40, 'nk'],
          [33, 20, 40, 'kn'],
          [49, 96, 96, 'nk'],
        ] as const
      ).slice(0, oneOfMany ? 1 : 3),
    )('%i×%i×%i with f16 weights as %s', (m, n, k, b) => check(m, n, k, { weights: 'f16', b }));

  test_('batches, strides and offsets: one head of a packed q|k|v, scaled', async () => {
    // scores[h] = 0.5·q_h·k_hᵀ for 3 heads of 8 in rows of 72 = 3·3·8
    const T = 21;
    const H = 3;
    const D = 8;
    const row = 3 * H * D;
    const kernel = await create();
    const qkv = wave(4 + T * row, 8);
    const a = await upload(ctx, qkv);
    const c = await upload(ctx, new Float32Array(2 + H * T * T));
    const got = await run(
      ctx,
      slots,
      [
        kernel.call(
          { a, b: a, bias: a, gate: a, c },
          {
            m: T,
            n: T,
            k: D,
            batch: H,
            aRow: row,
            bRow: row,
            aBatch: D,
            bBatch: D,
            aAt: 4,
            bAt: 4 + H * D,
            cAt: 2,
            alpha: 0.5,
            hasBias: false,
          },
          slots,
        ),
      ],
      c,
      2,
    );
    for (let h = 0; h < H; h++) {
      const part = (first: number) =>
        Float64Array.from({ length: T * D }, (_, i) => qkv[4 + Math.floor(i / D) * row + first + h * D + (i % D)]!);
      const { error, scale } = compare(
        got.subarray(h * T * T),
        linear(part(0), part(H * D), { m: T, n: T, k: D, b: 'nk', activation: 'none', alpha: 0.5 }),
      );
      expect(scale).toBeGreaterThan(0.2);
      expect(error).toBeLessThan(tolerance(D));
    }
    for (const buffer of [a, c]) ctx.buffers.destroy(buffer);
  });

  if (!oneOfMany)
    test_('large activations stay finite', async () => {
      for (const activation of ['gelu', 'silu'] as const) {
        const kernel = await create({ activation });
        const a = await upload(ctx, [1e4, 0, 0, 0, -1e4, 0, 0, 0]);
        const b = await upload(ctx, [1, 0, 0, 0]);
        const c = await upload(ctx, [7, 7]);
        const got = await run(
          ctx,
          slots,
          [kernel.call({ a, b, bias: b, gate: b, c }, { m: 2, n: 1, k: 4, hasBias: false }, slots)],
          c,
          0,
          2,
        );
        expect(got[0]).toBeCloseTo(1e4, 0);
        expect(Math.abs(got[1]!)).toBeLessThan(1e-6);
        for (const buffer of [a, b, c]) ctx.buffers.destroy(buffer);
      }
    });
});

test('10.matrix with the real matrices is valid WGSL and a valid pipeline', async () => {
  const requires = needsOf('matmul', '10.matrix');
  const device = await nullDevice(requires.filter((r) => /^(subgroups|chromium)/.test(r)).concat('shader-f16'));
  const without = new GpuContext(device, {
    ...ctx.info,
    features: new Set([...requires, 'shader-f16']),
    language: new Set(requires),
  });
  for (const options of [{}, { b: 'kn' }, { weights: 'f16', activation: 'gelu', residual: 'gated' }] as const)
    expect((await createMatmulVersion(without, '10.matrix', options)).label).toBe('matmul.10.matrix');
  expect(without.firstError).toBeUndefined();
  const spec = matmulSpec('10.matrix');
  const libs = await Promise.all(spec.libs!.map((lib) => sourceText(spec.label, lib)));
  const wrong = {
    ...spec,
    libs: libs.map((text) =>
      text.replace('subgroupMatrixMultiplyAccumulate(l, r, sum)', 'subgroupMatrixMultiplyAccumulate(r, l, sum)'),
    ),
  };
  await expect(createKernel(without, wrong)).rejects.toThrow('no matching call');
  without.destroy();
});

test('createMatmul serves any k, and wants its gate', async () => {
  const matmul = await createMatmul(ctx);
  const gated = await createMatmul(ctx, { residual: 'gated' });
  const a = await upload(ctx, wave(64));
  const c = await upload(ctx, wave(64, 2));
  const tiled = await createMatmulVersion(ctx, '2.tiled');
  for (const k of [6, 8]) {
    const got = await run(ctx, slots, [matmul.call({ a, b: a, c }, { m: 2, n: 2, k }, slots)], c, 0, 4);
    expect(compare(got, linear(wave(64), wave(64), { m: 2, n: 2, k, b: 'nk', activation: 'none' })).error).toBeLessThan(
      1e-6,
    );
  }
  expect(() => tiled.call({ a, b: a, bias: a, gate: a, c }, { m: 2, n: 2, k: 6 }, slots)).toThrow('multiples of 4');
  expect(() => gated.call({ a, b: a, c }, { m: 2, n: 2, k: 8 }, slots)).toThrow('needs a gate');
});

/** f32 → f16 bytes by way of Float16 rounding of values in [-1, 1), and what they hold. */
function toHalf(values: Float32Array): { bytes: Uint16Array<ArrayBuffer>; values: Float64Array } {
  const bytes = new Uint16Array(values.length);
  const back = new Float64Array(values.length);
  values.forEach((v, i) => {
    const sign = v < 0 ? 0x8000 : 0;
    const x = Math.abs(v);
    const e = x === 0 ? -14 : Math.max(-14, Math.floor(Math.log2(x)));
    const q = Math.round((x / 2 ** e) * 1024); // 1024…2048 when normal
    back[i] = Math.sign(v) * q * 2 ** (e - 10);
    bytes[i] = sign | (q < 1024 ? q : ((e + 15) << 10) + (q - 1024));
  });
  return { bytes, values: back };
}
