/** softmax(q·kᵀ/√d)·v without a mask: many queries, and one query over 1,024 keys as in decoding. */
import { createAttention } from '../../../src/kernels/attention/attention.ts';
import {
  createAttentionDecode,
  decodePartialBytes,
  decodeSplits,
} from '../../../src/kernels/attention/attentionDecode.ts';
import type { Tensor as TfTensor } from '@tensorflow/tfjs-core';
import { dot, samples, wave } from '../data.ts';
import { jaxArray, runJax } from '../engines/jax.ts';
import { runGraph } from '../engines/ort.ts';
import { runCalls } from '../engines/ours.ts';
import { runTf } from '../engines/tfjs.ts';
import { type Case, define, type OrtEnv } from '../types.ts';

interface Shape {
  readonly id: string;
  readonly title: string;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly dim: number;
  readonly slow?: boolean;
  readonly pilot?: Case['pilot'];
}
/** q (queries, heads·dim), k and v (keys, heads·dim). */
interface Data {
  readonly q: Float32Array<ArrayBuffer>;
  readonly k: Float32Array<ArrayBuffer>;
  readonly v: Float32Array<ArrayBuffer>;
}
const shapes: readonly Shape[] = [
  { id: 'attention-8x256x64', title: 'attention', heads: 8, queries: 256, keys: 256, dim: 64 },
  {
    id: 'attention-12x1024x64',
    title: 'attention',
    heads: 12,
    queries: 1024,
    keys: 1024,
    dim: 64,
    slow: true,
    pilot: { id: 'attention-8x256x64', factor: 24 },
  },
  { id: 'attention-decode-8x1024x64', title: 'attention, one query', heads: 8, queries: 1, keys: 1024, dim: 64 },
];

/** (rows, heads·dim) to (heads, rows, dim): the layout in which a composition multiplies without moving anything. */
function byHeads(x: Float32Array<ArrayBuffer>, rows: number, heads: number, dim: number) {
  const out = new Float32Array(x.length);
  for (let r = 0; r < rows; r++)
    for (let h = 0; h < heads; h++)
      out.set(x.subarray((r * heads + h) * dim, (r * heads + h + 1) * dim), (h * rows + r) * dim);
  return out;
}
/** The way back, for outputs. */
function byRows(x: Float32Array, rows: number, heads: number, dim: number) {
  const out = new Float32Array(x.length);
  for (let r = 0; r < rows; r++)
    for (let h = 0; h < heads; h++)
      out.set(x.subarray((h * rows + r) * dim, (h * rows + r + 1) * dim), (r * heads + h) * dim);
  return out;
}
function packed({ q, k, v }: Data, tokens: number, width: number) {
  const out = new Float32Array(3 * q.length);
  for (let t = 0; t < tokens; t++)
    [q, k, v].forEach((x, i) => out.set(x.subarray(t * width, (t + 1) * width), (3 * t + i) * width));
  return out;
}
function outputAt({ q, k, v }: Data, i: number, { heads, keys, dim }: Shape): number {
  const width = heads * dim;
  const head = Math.floor((i % width) / dim) * dim;
  const row = Math.floor(i / width) * width + head;
  const scores = Float64Array.from(
    { length: keys },
    (_, j) => dot(dim, { of: q, at: row }, { of: k, at: j * width + head }) / Math.sqrt(dim),
  );
  const top = scores.reduce((m, s) => Math.max(m, s), -Infinity);
  let z = 0;
  let sum = 0;
  scores.forEach((s, j) => {
    z += Math.exp(s - top);
    sum += Math.exp(s - top) * v[j * width + (i % width)]!;
  });
  return sum / z;
}

function attention(shape: Shape): Case {
  const { id, title, heads, queries, keys, dim, slow, pilot } = shape;
  const width = heads * dim;
  const scale = 1 / Math.sqrt(dim);
  const decode = queries === 1;
  const fused = (env: OrtEnv, { q, k, v }: Data) =>
    runGraph(
      env,
      {
        inputs: [
          { name: 'q', dims: [1, queries, width] },
          { name: 'k', dims: [1, keys, width] },
          { name: 'v', dims: [1, keys, width] },
        ],
        outputs: [{ name: 'y', dims: [1, queries, width] }],
        nodes: [
          {
            op: 'MultiHeadAttention',
            domain: 'com.microsoft',
            inputs: ['q', 'k', 'v'],
            outputs: ['y'],
            attributes: { num_heads: heads },
          },
        ],
      },
      {
        q: env.tensor('float32', q, [1, queries, width]),
        k: env.tensor('float32', k, [1, keys, width]),
        v: env.tensor('float32', v, [1, keys, width]),
      },
      'MultiHeadAttention',
    );
  const composed = async (env: OrtEnv, { q, k, v }: Data) => {
    const run = await runGraph(
      env,
      {
        inputs: [
          { name: 'q', dims: [heads, queries, dim] },
          { name: 'k', dims: [heads, dim, keys] },
          { name: 'v', dims: [heads, keys, dim] },
        ],
        outputs: [{ name: 'y', dims: [heads, queries, dim] }],
        constants: [{ name: 'scale', type: 'float32', dims: [], data: Float32Array.of(scale) }],
        nodes: [
          { op: 'MatMul', inputs: ['q', 'k'], outputs: ['s'] },
          { op: 'Mul', inputs: ['s', 'scale'], outputs: ['t'] },
          { op: 'Softmax', inputs: ['t'], outputs: ['p'], attributes: { axis: -1 } },
          { op: 'MatMul', inputs: ['p', 'v'], outputs: ['y'] },
        ],
      },
      {
        q: env.tensor('float32', byHeads(q, queries, heads, dim), [heads, queries, dim]),
        k: env.tensor('float32', keysFirst(k), [heads, dim, keys]),
        v: env.tensor('float32', byHeads(v, keys, heads, dim), [heads, keys, dim]),
      },
      'MatMul, Mul, Softmax, MatMul',
    );
    return { ...run, read: async () => byRows(await run.read(), queries, heads, dim) };
  };
  /** Keys as (heads, dim, keys). */
  const keysFirst = (k: Float32Array<ArrayBuffer>) => {
    const out = new Float32Array(k.length);
    for (let j = 0; j < keys; j++) for (let c = 0; c < width; c++) out[c * keys + j] = k[j * width + c]!;
    return out;
  };
  return define<Data>({
    id,
    group: 'attention',
    title,
    shape: `${heads} heads, ${queries} × ${keys}, ${dim} wide`,
    flops: 4 * heads * queries * keys * dim,
    bytes: 8 * width * (queries + keys),
    tolerance: { abs: 1e-4, rel: 1e-3 },
    ...(slow && { slow }),
    ...(pilot && { pilot }),
    inputs: () => ({ q: wave(queries * width, 7), k: wave(keys * width, 8), v: wave(keys * width, 9) }),
    reference: (data) => samples(queries * width, (i) => outputAt(data, i, shape)),
    engines: {
      ours: decode
        ? (env, { q, k, v }) => {
            const splits = decodeSplits(env.ctx.info, { rows: 1, heads, length: keys });
            const data = {
              q,
              k,
              v,
              rows: Uint32Array.of(0, 0, keys - 1, 0),
              partial: new Float32Array(decodePartialBytes(1, heads, splits, dim) / 4),
            };
            return runCalls(env, data, { count: width }, async ({ q, k, v, rows, partial, out }, slots) => {
              const kernel = await createAttentionDecode(env.ctx, { headDim: dim });
              return {
                label: kernel.label,
                calls: kernel.call(
                  { rows: rows!, q: q!, keys: k!, values: v!, y: out, partial: partial! },
                  { rows: 1, heads, kvHeads: heads, context: keys, splits },
                  slots,
                ),
              };
            });
          }
        : (env, data) =>
            runCalls(
              env,
              { qkv: packed(data, queries, width) },
              { count: queries * width },
              async ({ qkv, out }, slots) => {
                const kernel = await createAttention(env.ctx, { headDim: dim });
                return {
                  label: kernel.label,
                  calls: [kernel.call({ qkv: qkv!, y: out }, { batch: 1, tokens: queries, heads }, slots)],
                };
              },
            ),
      ort: fused,
      'ort-nosub': fused,
      'ort-composed': composed,
      wasm: fused,
      tfjs: async (env, { q, k, v }) => {
        const { tf } = env;
        const shaped = (x: Float32Array<ArrayBuffer>, rows: number) =>
          tf.tensor3d(byHeads(x, rows, heads, dim), [heads, rows, dim]) as TfTensor;
        const run = runTf(
          env,
          { q: shaped(q, queries), k: shaped(k, keys), v: shaped(v, keys) },
          ({ q, k, v }) => tf.matMul(tf.softmax(tf.mul(tf.matMul(q, k, false, true), scale)), v),
          'matMul, mul, softmax, matMul',
        );
        return { ...run, read: async () => byRows(await run.read(), queries, heads, dim) };
      },
      jax: (env, { q, k, v }) => {
        const shaped = (x: Float32Array<ArrayBuffer>, rows: number) => jaxArray(env, x, [1, rows, heads, dim]);
        return runJax(
          env,
          [shaped(q, queries), shaped(k, keys), shaped(v, keys)],
          (q, k, v) => env.jax.nn.dotProductAttention(q, k, v),
          'dotProductAttention',
        );
      },
    },
  });
}
export const attentionCases: readonly Case[] = shapes.map(attention);
