/** Softmax, LayerNorm and RMSNorm of 256 rows of 1,024. */
import { createResidualNorm } from '../../../src/kernels/norm/residualNorm.ts';
import { createSoftmax } from '../../../src/kernels/reduce/softmax.ts';
import { samples, wave } from '../data.ts';
import { jaxArray, runJax } from '../engines/jax.ts';
import { runGraph } from '../engines/ort.ts';
import { runCalls } from '../engines/ours.ts';
import { runTf } from '../engines/tfjs.ts';
import { type Case, define, type OrtEnv } from '../types.ts';

const rows = 256;
const width = 1024;
const count = rows * width;
const epsilon = 1e-5;
type F32 = Float32Array<ArrayBuffer>;
const x = { name: 'x', dims: [rows, width] };
const y = { name: 'y', dims: [rows, width] };
const shared = {
  group: 'rows',
  shape: `${rows}×${width}`,
  bytes: 8 * count,
  tolerance: { abs: 1e-5, rel: 1e-3 },
} as const;
const rowOf = (data: F32, i: number) =>
  data.subarray(Math.floor(i / width) * width, (Math.floor(i / width) + 1) * width);
const mean = (row: ArrayLike<number>, f: (v: number) => number) =>
  (Array.prototype.reduce.call(row, (sum: unknown, v: number) => (sum as number) + f(v), 0) as number) / row.length;

const softmaxOrt = (env: OrtEnv, { data }: { data: F32 }) =>
  runGraph(
    env,
    { inputs: [x], outputs: [y], nodes: [{ op: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axis: -1 } }] },
    { x: env.tensor('float32', data, [rows, width]) },
  );
const softmax = define<{ data: F32 }>({
  ...shared,
  id: 'softmax',
  title: 'softmax',
  flops: 4 * count,
  inputs: () => ({ data: wave(count, 10, 4) }),
  reference: ({ data }) =>
    samples(count, (i) => {
      const row = rowOf(data, i);
      return Math.exp(data[i]!) / (width * mean(row, Math.exp));
    }),
  engines: {
    // In place: from the second run on it is a softmax of a softmax, the same work on other numbers.
    ours: (env, { data }) =>
      runCalls(env, { out: data, bias: new Float32Array(4) }, { count }, async ({ out, bias }, slots) => {
        const kernel = await createSoftmax(env.ctx);
        return {
          label: `${kernel.label}, in place`,
          calls: [kernel.call({ x: out, bias: bias! }, { rows, cols: width }, slots)],
        };
      }),
    ort: softmaxOrt,
    wasm: softmaxOrt,
    tfjs: async (env, { data }) =>
      runTf(env, { x: env.tf.tensor2d(data, [rows, width]) }, ({ x }) => env.tf.softmax(x)),
    jax: (env, { data }) => runJax(env, [jaxArray(env, data, [rows, width])], (x) => env.jax.nn.softmax(x)),
  },
});

interface Norm {
  readonly data: F32;
  readonly weight: F32;
  readonly bias: F32;
}
function norm(kind: 'layernorm' | 'rmsnorm'): Case {
  const rms = kind === 'rmsnorm';
  const ort = (env: OrtEnv, { data, weight, bias }: Norm) =>
    runGraph(
      env,
      {
        inputs: [x],
        outputs: [y],
        constants: [
          { name: 'weight', type: 'float32', dims: [width], data: weight },
          ...(rms ? [] : [{ name: 'bias', type: 'float32' as const, dims: [width], data: bias }]),
        ],
        nodes: [
          {
            op: rms ? 'SimplifiedLayerNormalization' : 'LayerNormalization',
            inputs: ['x', 'weight', ...(rms ? [] : ['bias'])],
            outputs: ['y'],
            attributes: { axis: -1, epsilon: { float: epsilon } },
          },
        ],
      },
      { x: env.tensor('float32', data, [rows, width]) },
    );
  return define<Norm>({
    ...shared,
    id: kind,
    title: rms ? 'RMSNorm' : 'LayerNorm',
    flops: (rms ? 4 : 8) * count,
    inputs: () => ({ data: wave(count, 11, 2), weight: wave(width, 12), bias: wave(width, 13) }),
    reference: ({ data, weight, bias }) =>
      samples(count, (i) => {
        const row = rowOf(data, i);
        const m = rms ? 0 : mean(row, (v) => v);
        const variance = mean(row, (v) => (v - m) ** 2);
        return ((data[i]! - m) / Math.sqrt(variance + epsilon)) * weight[i % width]! + (rms ? 0 : bias[i % width]!);
      }),
    engines: {
      ours: (env, { data, weight, bias }) =>
        runCalls(env, { x: data, weight, bias }, { count }, async ({ x, weight, bias, out }, slots) => {
          const kernel = await createResidualNorm(env.ctx, { kind, delta: false, bias: !rms });
          return {
            label: kernel.label,
            calls: [
              kernel.call(
                { x: x!, y: out, weight: weight!, ...(!rms && { bias: bias! }) },
                { rows, width, epsilon },
                slots,
              ),
            ],
          };
        }),
      ort,
      wasm: ort,
      tfjs: async (env, { data, weight, bias }) => {
        const { tf } = env;
        return runTf(
          env,
          { x: tf.tensor2d(data, [rows, width]), w: tf.tensor1d(weight), b: tf.tensor1d(bias) },
          ({ x, w, b }) => {
            const centred = rms ? x : tf.sub(x, tf.mean(x, -1, true));
            const scaled = tf.mul(tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon))), w);
            return rms ? scaled : tf.add(scaled, b);
          },
          'composed',
        );
      },
      jax: (env, { data, weight, bias }) => {
        const { numpy: np, nn } = env.jax;
        const arrays = [jaxArray(env, data, [rows, width]), jaxArray(env, weight, [width])];
        return rms
          ? runJax(
              env,
              arrays,
              (x, w) => {
                const scale = np.sqrt(np.mean(np.square(x.ref), -1, { keepdims: true }).add(epsilon));
                return x.div(scale).mul(w);
              },
              'composed',
            )
          : runJax(
              env,
              [...arrays, jaxArray(env, bias, [width])],
              (x, w, b) => nn.standardize(x, -1, { epsilon }).mul(w).add(b),
              'standardize, mul, add',
            );
      },
    },
  });
}
export const rowCases: readonly Case[] = [softmax, norm('layernorm'), norm('rmsnorm')];
