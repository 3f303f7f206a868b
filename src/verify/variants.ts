// What the catalogue's plain shapes leave out, in every version: epilogues of the products, norms whose epsilon counts,
// scores so large that a softmax must take the largest off.
import { supports } from '../gpu/kernel.ts';
import { checkPrepared } from '../kernels/catalogue/check.ts';
import { signal } from '../kernels/catalogue/inputs.ts';
import { assemble, type Kit, whole } from '../kernels/catalogue/kit.ts';
import { matrix } from '../kernels/catalogue/packedLinear.ts';
import type { Output, Prepared } from '../kernels/catalogue/types.ts';
import {
  createAttentionVersion,
  versions as attentionVersions,
  type AttentionVersion,
} from '../kernels/attention/attention.ts';
import {
  createAttentionPrefillVersion,
  versions as prefillVersions,
  type AttentionPrefillVersion,
} from '../kernels/attention/attentionPrefill.ts';
import {
  createLayernormVersion,
  versions as layernormVersions,
  type LayernormVersion,
} from '../kernels/norm/layernorm.ts';
import {
  createLinearMatmul,
  versions as linearVersions,
  type LinearMatmulVersion,
} from '../kernels/linear/linearMatmul.ts';
import type { Linear, LinearOptions } from '../kernels/linear/linearShared.ts';
import {
  createMatmulVersion,
  versions as matmulVersions,
  type MatmulOptions,
  type MatmulVersion,
} from '../kernels/linear/matmul.ts';
import { createMatvec } from '../kernels/linear/matvec.ts';
import { createRopeAppend, versions as ropeVersions, type RopeAppendVersion } from '../kernels/linear/ropeAppend.ts';
import {
  createResidualNormVersion,
  versions as residualVersions,
  type ResidualNormVersion,
} from '../kernels/norm/residualNorm.ts';
import { versions as rowVersions, type RowDotsVersion } from '../kernels/linear/rowDots.ts';
import { createSoftmaxVersion, versions as softmaxVersions, type SoftmaxVersion } from '../kernels/reduce/softmax.ts';
import { attention } from '../math/reference/attention.ts';
import { causalAttention } from '../math/reference/causalAttention.ts';
import { gelu, linear } from '../math/reference/linear.ts';
import { layernorm, softmax } from '../math/reference/norm.ts';
import { residualNorm } from '../math/reference/residualNorm.ts';
import { append } from '../math/reference/rope.ts';
import { needsOf, type KernelFamily } from '../core/kernelVersions.ts';
import type { Case, Env, Outcome } from './types.ts';
import { count, together } from './words.ts';

const output = (buffer: GPUBuffer, values: Float64Array, tolerance: number): Output => ({
  name: 'y',
  buffer,
  at: 0,
  count: values.length,
  type: 'f32',
  tolerance,
  expected: () => whole(values),
});

async function check(env: Env, what: string, made: readonly Promise<Prepared>[]): Promise<Outcome> {
  const parts: { error: number; allowed: number; where: string }[] = [];
  let elements = 0;
  for (const prepared of await Promise.all(made))
    try {
      for (const c of await checkPrepared(env.ctx, prepared)) {
        elements += c.checked;
        parts.push({
          error: c.pass ? c.maxError : Math.max(c.maxError, 2 * c.tolerance),
          allowed: c.tolerance,
          where: `element ${c.worst.index} is ${c.worst.got}, ${c.worst.expected} by definition`,
        });
      }
    } finally {
      prepared.destroy();
    }
  return together(parts, `${what}, ${count(elements, 'element')}`);
}
const make = ({ ctx, slots }: Env, task: (kit: Kit) => ReturnType<Parameters<typeof assemble>[2]>) =>
  assemble(ctx, slots, task);

/** 50 rows in gates of 7, neither a whole tile; C's old values are added to. */
const product = (
  env: Env,
  version: MatmulVersion,
  options: Required<Pick<MatmulOptions, 'activation' | 'residual' | 'b'>>,
) =>
  make(env, async (kit) => {
    const [m, n, k, rowsPerGate] = [50, 100, 96, 7];
    const kernel = await createMatmulVersion(env.ctx, version, options);
    const data = {
      a: signal(m * k, 2),
      b: signal(n * k, 3),
      bias: signal(n, 4),
      gate: signal(8 * n + 3, 6),
      c: signal(m * n, 5),
    };
    const a = await kit.input('a', data.a);
    const b = await kit.input('b', data.b);
    const bias = await kit.input('bias', data.bias);
    const gate = await kit.input('gate', data.gate);
    const c = await kit.inout('c', data.c);
    const want = linear(data.a, data.b, { m, n, k, b: options.b, activation: options.activation, bias: data.bias }).map(
      (v, i) =>
        data.c[i]! +
        v *
          (options.residual === 'gated'
            ? data.gate[3 + Math.floor(Math.floor(i / n) / rowsPerGate) * n + (i % n)]!
            : 1),
    );
    return {
      record: () => [
        kernel.call({ a, b, bias, gate, c }, { m, n, k, gate: { at: 3, row: n, rowsPerGate } }, env.slots),
      ],
      outputs: [output(c, want, 2.4e-5)],
    };
  });

const packed = (
  env: Env,
  rows: number,
  create: (options: LinearOptions & { readonly format: 'int8' }) => Promise<Linear>,
) =>
  make(env, async (kit) => {
    const [n, k] = [50, 64];
    const kernel = await create({ format: 'int8', activation: 'gelu_tanh', residual: 'add' });
    const w = await matrix(kit, 'int8', n, k, 3);
    const data = { x: signal(rows * k, 2, 3), bias: signal(n, 4), y: signal(rows * n, 5) };
    const x = await kit.input('x', data.x);
    const bias = await kit.input('bias', data.bias);
    const y = await kit.inout('y', data.y);
    const flat = Float64Array.from(Array.from({ length: n }, (_, r) => Array.from(w.row(r))).flat());
    const want = linear(data.x, flat, { m: rows, n, k, b: 'nk', activation: 'none', bias: data.bias }).map(
      (v, i) => gelu(v) + data.y[i]!,
    );
    return { record: () => kernel.calls({ x, y, bias }, w, { rows }, env.slots), outputs: [output(y, want, 2e-5)] };
  });

/** Scores between −400 and 400. */
const steep = (env: Env, version: SoftmaxVersion) =>
  make(env, async (kit) => {
    const [rows, cols] = [19, 70];
    const kernel = await createSoftmaxVersion(env.ctx, version);
    const data = signal(rows * cols, 3, 100);
    const biasData = signal(cols, 4, 50);
    const x = await kit.inout('x', data);
    const bias = await kit.input('bias', biasData);
    const scores = Float64Array.from(data, (v, i) => 3 * v + 2 * biasData[i % cols]!);
    return {
      record: () => [kernel.call({ x, bias }, { rows, cols, scale: 3, biasScale: 2 }, env.slots)],
      outputs: [output(x, softmax(scores, rows, cols), 2e-4)],
    };
  });
const steepAttention = (env: Env, version: AttentionVersion) =>
  make(env, async (kit) => {
    const shape = { batch: 2, tokens: 37, heads: 3, scale: 60 };
    const dim = 32;
    const kernel = await createAttentionVersion(env.ctx, version, dim);
    const data = signal(2 * 37 * 9 * dim, 5);
    const qkv = await kit.input('qkv', data);
    const y = await kit.output('y', 2 * 37 * 3 * dim);
    return {
      record: () => [kernel.call({ qkv, y }, shape, env.slots)],
      outputs: [output(y, attention(data, { ...shape, dim }), 1e-3)],
    };
  });

/** One head a key head, so that neighbouring queries see other windows; in the second slot positions jump. */
const windows = (env: Env, version: AttentionPrefillVersion) =>
  make(env, async (kit) => {
    const shape = { heads: 3, kvHeads: 3, context: 72, window: 5 };
    const headDim = 16;
    const places = [
      ...Array.from({ length: 13 }, (_, i) => ({ slot: 0, position: 20 + i })),
      ...[3, 8, 10, 16, 23, 24, 31, 38, 40, 46, 53, 60, 65, 71].map((position) => ({ slot: 1, position })),
    ];
    const kernel = await createAttentionPrefillVersion(env.ctx, version, headDim);
    const cached = 2 * 72 * 3 * headDim;
    const data = { q: signal(places.length * 3 * headDim, 5, 3), keys: signal(cached, 6), values: signal(cached, 7) };
    const rows = await kit.input(
      'rows',
      Uint32Array.from(places.flatMap(({ slot, position }) => [0, slot, position, 0])),
    );
    const q = await kit.input('q', data.q);
    const keys = await kit.input('keys', data.keys);
    const values = await kit.input('values', data.values);
    const y = await kit.output('y', data.q.length);
    return {
      record: () => [kernel.call({ rows, q, keys, values, y }, { ...shape, rows: places.length }, env.slots)],
      outputs: [output(y, causalAttention(places, data.q, data.keys, data.values, { ...shape, headDim }), 1e-5)],
    };
  });

/** Rows of deviation 0.3, so that an epsilon of 0.05 changes every number by a fifth. */
const EPSILON = 0.05;
const smallRows = (env: Env, version: LayernormVersion) =>
  make(env, async (kit) => {
    const [rows, dim] = [19, 36];
    const kernel = await createLayernormVersion(env.ctx, version);
    const data = signal(rows * dim, 5, 0.5);
    const x = await kit.input('x', data);
    const y = await kit.output('y', rows * dim);
    return {
      record: () => [kernel.call({ x, mod: x, y }, { rows, dim, eps: EPSILON }, env.slots)],
      outputs: [output(y, layernorm(data, rows, dim, EPSILON), 5e-6)],
    };
  });
const smallSums = (env: Env, version: ResidualNormVersion, kind: 'layernorm' | 'rmsnorm') =>
  make(env, async (kit) => {
    const [rows, width] = [19, 36];
    const kernel = await createResidualNormVersion(env.ctx, version, { kind, delta: false, bias: false });
    const data = signal(rows * width, 5, 0.5);
    const weightData = signal(width, 6).map((v) => 1 + v);
    const x = await kit.inout('x', data);
    const weight = await kit.input('weight', weightData);
    const y = await kit.output('y', rows * width);
    const want = residualNorm(data, undefined, rows, width, { kind, epsilon: EPSILON, weight: weightData });
    return {
      record: () => [kernel.call({ x, y, weight }, { rows, width, epsilon: EPSILON }, env.slots)],
      outputs: [output(y, want.y, 5e-6)],
    };
  });

/**
 * Positions far into a long context, where a frequency of 32 bits is no longer enough, and head norms whose epsilon
 * counts.
 */
const farPositions = (env: Env, version: RopeAppendVersion) =>
  make(env, async (kit) => {
    const shape = { heads: 3, kvHeads: 1, headDim: 16, context: 8 };
    const positions = [0, 5, 4097, 32_769, 131_071];
    const inverse = Array.from({ length: 8 }, (_, j) => 10_000 ** (-j / 8));
    const kernel = await createRopeAppend(env.ctx, { shape, inverseFrequencies: inverse, qkNorm: true, version });
    const data = signal(5 * 5 * 16, 5, 0.5);
    const norm = { q: signal(16, 6).map((v) => 1 + v), k: signal(16, 7).map((v) => 1 + v) };
    const qkv = await kit.input('qkv', data);
    const rows = await kit.input('rows', Uint32Array.from(positions.flatMap((p) => [0, 0, p, 0])));
    const qNorm = await kit.input('q norm', norm.q);
    const kNorm = await kit.input('k norm', norm.k);
    const q = await kit.output('q', 5 * 3 * 16);
    const keys = await kit.output('keys', 8 * 16);
    const values = await kit.output('values', 8 * 16);
    const want = append(data, new Float64Array(8 * 16), new Float64Array(8 * 16), {
      ...shape,
      rows: positions.map((position) => ({ slot: 0, position })),
      inverse,
      norm: { ...norm, epsilon: EPSILON },
    });
    return {
      record: () => [
        kernel.call({ qkv, rows, q, keys, values, qNorm, kNorm }, { rows: 5, epsilon: EPSILON }, env.slots),
      ],
      outputs: [output(q, want, 1e-5)],
    };
  });

/** Versions of one file share their epilogue, and are slow to compile: one product of each. */
const oneOfMany: readonly MatmulVersion[] = ['7.tiles32', '8.tiles128x64', '9.tiles128'];

export function variantCases(env: Env): Case[] {
  const here = <V extends string>(family: KernelFamily, versions: Readonly<Record<V, unknown>>) =>
    (Object.keys(versions) as V[]).filter((v) => supports(env.ctx.info, needsOf(family, v)));
  return [
    ...here('matmul', matmulVersions).map((v): Case => ({
      name: `matmul ${v} epilogues`,
      run: () =>
        check(env, 'GELU with gates, SiLU with a sum', [
          product(env, v, { activation: 'gelu', residual: 'gated', b: 'kn' }),
          ...(oneOfMany.includes(v) ? [] : [product(env, v, { activation: 'silu', residual: 'add', b: 'nk' })]),
        ]),
    })),
    ...here('row_dots', rowVersions).map((v): Case => ({
      name: `matvec ${v} epilogue`,
      run: () =>
        check(env, 'GELU with a sum, 3 and 7 rows', [
          packed(env, 3, (o) => createMatvec(env.ctx, { ...o, version: v as RowDotsVersion, sizes: [4] })),
          packed(env, 7, (o) => createMatvec(env.ctx, { ...o, version: v as RowDotsVersion, sizes: [8] })),
        ]),
    })),
    ...here('linear_matmul', linearVersions).map((v): Case => ({
      name: `linear_matmul ${v} epilogue`,
      run: () =>
        check(env, 'GELU with a sum', [
          packed(env, 19, (o) => createLinearMatmul(env.ctx, { ...o, version: v as LinearMatmulVersion })),
        ]),
    })),
    ...here('softmax', softmaxVersions).map((v): Case => ({
      name: `softmax ${v} of large scores`,
      run: () => check(env, 'Scores up to 400, with a bias a column', [steep(env, v)]),
    })),
    ...here('attention', attentionVersions).map((v): Case => ({
      name: `attention ${v} of large scores`,
      run: () => check(env, 'Scores up to 400', [steepAttention(env, v)]),
    })),
    ...here('attention_prefill', prefillVersions).map((v): Case => ({
      name: `attention_prefill ${v} windows`,
      run: () => check(env, 'A window of 5 keys, positions in a row and far apart', [windows(env, v)]),
    })),
    ...ropeVersions.map((v): Case => ({
      name: `rope_append ${v} far positions`,
      run: () =>
        check(env, 'Positions up to 131,071, and an epsilon as large as the mean square', [farPositions(env, v)]),
    })),
    ...here('layernorm', layernormVersions).map((v): Case => ({
      name: `layernorm ${v} epsilon`,
      run: () => check(env, 'An epsilon as large as the variance', [smallRows(env, v)]),
    })),
    ...here('residual_norm', residualVersions).map((v): Case => ({
      name: `residual_norm ${v} epsilon`,
      run: () =>
        check(env, 'An epsilon as large as the variance', [
          smallSums(env, v, 'layernorm'),
          smallSums(env, v, 'rmsnorm'),
        ]),
    })),
  ];
}
