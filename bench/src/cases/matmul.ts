/**
 * C = A·B. Squares multiply two activations; our models' shapes multiply activations with weights, which every engine
 * may keep as it likes.
 */
import { createMatmul } from '../../../src/kernels/linear/matmul.ts';
import { dot, samples, transpose, wave } from '../data.ts';
import { jaxArray, runJax } from '../engines/jax.ts';
import { runGraph } from '../engines/ort.ts';
import { runCalls } from '../engines/ours.ts';
import { runTf } from '../engines/tfjs.ts';
import { type Case, define, type OrtEnv } from '../types.ts';

interface Shape {
  readonly id: string;
  readonly title: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly weights: boolean;
  readonly slow?: boolean;
  readonly pilot?: Case['pilot'];
}
const square = (n: number, more: Partial<Shape> = {}): Shape => ({
  id: `matmul-${n}`,
  title: 'matmul',
  m: n,
  n,
  k: n,
  weights: false,
  ...more,
});
const shapes: readonly Shape[] = [
  square(256),
  square(512, { pilot: { id: 'matmul-256', factor: 8 } }),
  square(1024, { slow: true, pilot: { id: 'matmul-512', factor: 8 } }),
  square(2048, { slow: true, pilot: { id: 'matmul-1024', factor: 8 } }),
  { id: 'matmul-64x3072x768', title: 'linear, GPT-2', m: 64, n: 3072, k: 768, weights: true, slow: true },
  // 16 pictures at once: 49 and 64 tokens each.
  { id: 'matmul-digits-fc1', title: 'linear, digits', m: 784, n: 384, k: 96, weights: true },
  { id: 'matmul-avatars-qkv', title: 'linear, avatars', m: 1024, n: 384, k: 128, weights: true },
  { id: 'matmul-avatars-fc2', title: 'linear, avatars', m: 1024, n: 128, k: 512, weights: true },
];

function matmul({ id, title, m, n, k, weights, slow, pilot }: Shape): Case {
  const ort = (env: OrtEnv, { a, b }: { a: Float32Array<ArrayBuffer>; b: Float32Array<ArrayBuffer> }) =>
    runGraph(
      env,
      {
        inputs: [{ name: 'a', dims: [m, k] }, ...(weights ? [] : [{ name: 'b', dims: [k, n] }])],
        outputs: [{ name: 'c', dims: [m, n] }],
        constants: weights ? [{ name: 'b', type: 'float32', dims: [k, n], data: b }] : [],
        nodes: [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['c'] }],
      },
      { a: env.tensor('float32', a, [m, k]), ...(!weights && { b: env.tensor('float32', b, [k, n]) }) },
    );
  return define({
    id,
    group: 'matmul',
    title,
    shape: `${m}×${k} · ${k}×${n}`,
    flops: 2 * m * n * k,
    bytes: 4 * (m * k + k * n + m * n),
    tolerance: { abs: 1e-3, rel: 1e-4 },
    ...(slow && { slow }),
    ...(pilot && { pilot }),
    inputs: () => ({ a: wave(m * k, 1), b: wave(k * n, 2) }),
    reference: ({ a, b }) =>
      samples(m * n, (i) => dot(k, { of: a, at: Math.floor(i / n) * k }, { of: b, at: i % n, step: n })),
    engines: {
      // Our networks' weights lie as (out, in).
      ours: (env, { a, b }) =>
        runCalls(env, { a, b: weights ? transpose(b, k, n) : b }, { count: m * n }, async ({ a, b, out }, slots) => {
          const kernel = await createMatmul(env.ctx, { b: weights ? 'nk' : 'kn' });
          const call = kernel.call({ a: a!, b: b!, c: out }, { m, n, k }, slots);
          return { label: call.label, calls: [call] };
        }),
      ort,
      wasm: ort,
      tfjs: async (env, { a, b }) =>
        runTf(env, { a: env.tf.tensor2d(a, [m, k]), b: env.tf.tensor2d(b, [k, n]) }, ({ a, b }) => env.tf.matMul(a, b)),
      jax: (env, { a, b }) =>
        runJax(env, [jaxArray(env, a, [m, k]), jaxArray(env, b, [k, n])], (a, b) => env.jax.numpy.matmul(a, b)),
    },
  });
}
export const matmulCases: readonly Case[] = shapes.map(matmul);
