/** y = x·W for one row of x, the shape of decoding: f32, and 4 bits in blocks of 32 with a scale each, zero at 8. */
import { createMatvec } from '../../../src/kernels/linear/matvec.ts';
import { dot, samples, transpose, wave } from '../data.ts';
import { jaxArray, runJax } from '../engines/jax.ts';
import { runGraph } from '../engines/ort.ts';
import { runCalls } from '../engines/ours.ts';
import { runTf } from '../engines/tfjs.ts';
import { type Case, define, type OrtEnv } from '../types.ts';

interface Shape {
  readonly id: string;
  readonly title: string;
  readonly k: number;
  readonly n: number;
  readonly slow?: boolean;
}
const floats: readonly Shape[] = [
  { id: 'matvec-1024x4096', title: 'matvec f32', k: 1024, n: 4096 },
  { id: 'matvec-4096x1024', title: 'matvec f32', k: 4096, n: 1024, slow: true },
  { id: 'matvec-sotu-down', title: 'matvec f32, sotu', k: 512, n: 192, slow: true },
  { id: 'matvec-sotu-head', title: 'matvec f32, sotu', k: 192, n: 4096 },
  { id: 'matvec-gpt2-fc1', title: 'matvec f32, GPT-2', k: 768, n: 3072, slow: true },
];
const quants: readonly Shape[] = [
  { id: 'matvec-int4-1024x4096', title: 'matvec int4', k: 1024, n: 4096 },
  { id: 'matvec-int4-4096x1024', title: 'matvec int4', k: 4096, n: 1024, slow: true },
  { id: 'matvec-int4-gpt2-fc1', title: 'matvec int4, GPT-2', k: 768, n: 3072, slow: true },
  { id: 'matvec-int4-gpt2-head', title: 'matvec int4, GPT-2', k: 768, n: 50257, slow: true },
];
type F32 = Float32Array<ArrayBuffer>;

function f32({ id, title, k, n, slow }: Shape): Case {
  const ort = (env: OrtEnv, { x, w }: { x: F32; w: F32 }) =>
    runGraph(
      env,
      {
        inputs: [{ name: 'x', dims: [1, k] }],
        outputs: [{ name: 'y', dims: [1, n] }],
        constants: [{ name: 'w', type: 'float32', dims: [k, n], data: w }],
        nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      },
      { x: env.tensor('float32', x, [1, k]) },
    );
  return define({
    id,
    group: 'matvec',
    title,
    shape: `1×${k} · ${k}×${n}`,
    flops: 2 * k * n,
    bytes: 4 * (k + k * n + n),
    tolerance: { abs: 1e-3, rel: 1e-4 },
    ...(slow && { slow }),
    inputs: () => ({ x: wave(k, 3), w: wave(k * n, 4) }),
    reference: ({ x, w }) => samples(n, (i) => dot(k, { of: x, at: 0 }, { of: w, at: i, step: n })),
    engines: {
      ours: (env, { x, w }) =>
        runCalls(env, { x, w: transpose(w, k, n) }, { count: n }, async ({ x, w, out }, slots) => {
          const kernel = await createMatvec(env.ctx, { format: 'f32', sizes: [1] });
          const calls = kernel.calls(
            { x: x!, y: out },
            { format: 'f32', rows: n, cols: k, chunks: [{ data: w!, firstRow: 0, rows: n }] },
            { rows: 1 },
            slots,
          );
          return { label: kernel.label, calls };
        }),
      ort,
      wasm: ort,
      tfjs: async (env, { x, w }) =>
        runTf(env, { x: env.tf.tensor2d(x, [1, k]), w: env.tf.tensor2d(w, [k, n]) }, ({ x, w }) => env.tf.matMul(x, w)),
      jax: (env, { x, w }) =>
        runJax(env, [jaxArray(env, x, [1, k]), jaxArray(env, w, [k, n])], (x, w) => env.jax.numpy.matmul(x, w)),
    },
  });
}

/**
 * q: (n, k) by rows, two to a byte, the low half first; ONNX Runtime and our kernels agree so far. Scales (n, k / 32):
 * f32 there, binary16 here.
 */
interface Quantised {
  readonly x: F32;
  readonly q: Uint8Array<ArrayBuffer>;
  readonly scales: F32;
  readonly half: Uint16Array<ArrayBuffer>;
}
function quantised(k: number, n: number): Quantised {
  const q = new Uint8Array((n * k) / 2);
  const noise = wave(q.length, 5, 128);
  const blocks = (n * k) / 32;
  for (let i = 0; i < q.length; i++) q[i] = Math.floor(noise[i]! + 128);
  // Scales 2^−4 to 2^−3 with eight bits behind the point: exact in binary16, so both read the same weights.
  const half = new Uint16Array(Math.ceil(blocks / 2) * 2);
  const scales = new Float32Array(blocks);
  for (let i = 0; i < blocks; i++) {
    const fraction = (i * 37) % 256;
    half[i] = (11 << 10) | (fraction << 2);
    scales[i] = 2 ** -4 * (1 + fraction / 256);
  }
  return { x: wave(k, 6), q, scales, half };
}
const weightAt = ({ q, scales }: Quantised, i: number) => (((q[i >> 1]! >> (4 * (i & 1))) & 15) - 8) * scales[i >> 5]!;

function int4({ id, title, k, n, slow }: Shape): Case {
  const ort = (env: OrtEnv, { x, q, scales }: Quantised) =>
    runGraph(
      env,
      {
        inputs: [{ name: 'x', dims: [1, k] }],
        outputs: [{ name: 'y', dims: [1, n] }],
        constants: [
          { name: 'w', type: 'uint8', dims: [n, k / 32, 16], data: q },
          { name: 'scales', type: 'float32', dims: [n, k / 32], data: scales },
        ],
        nodes: [
          {
            op: 'MatMulNBits',
            domain: 'com.microsoft',
            inputs: ['x', 'w', 'scales'],
            outputs: ['y'],
            attributes: { K: k, N: n, bits: 4, block_size: 32 },
          },
        ],
      },
      { x: env.tensor('float32', x, [1, k]) },
      'MatMulNBits',
    );
  return define<Quantised>({
    id,
    group: 'matvec',
    title,
    shape: `1×${k} · ${k}×${n}`,
    flops: 2 * k * n,
    bytes: 4 * (k + n) + (k * n) / 2 + (k * n) / 16,
    tolerance: { abs: 1e-3, rel: 1e-4 },
    ...(slow && { slow }),
    inputs: () => quantised(k, n),
    reference: (data) =>
      samples(n, (i) => {
        let sum = 0;
        for (let j = 0; j < k; j++) sum += data.x[j]! * weightAt(data, i * k + j);
        return sum;
      }),
    engines: {
      ours: (env, { x, q, half }) =>
        runCalls(env, { x, q, half }, { count: n }, async ({ x, q, half, out }, slots) => {
          const kernel = await createMatvec(env.ctx, { format: 'int4', sizes: [1] });
          const calls = kernel.calls(
            { x: x!, y: out },
            { format: 'int4', rows: n, cols: k, chunks: [{ data: q!, scales: half!, firstRow: 0, rows: n }] },
            { rows: 1 },
            slots,
          );
          return { label: kernel.label, calls };
        }),
      ort,
      wasm: ort,
    },
    absent: { tfjs: 'has no 4-bit weights', jax: 'has no 4-bit weights' },
  });
}
export const matvecCases: readonly Case[] = [...floats.map(f32), ...quants.map(int4)];
