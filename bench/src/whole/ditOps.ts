/**
 * The diffusion transformer for peers that read no ONNX: written once over the few operations it needs, from the same
 * weights.
 */
import type * as Jax from '@jax-js/jax';
import type * as Tf from '@tensorflow/tfjs-core';
import { toFloat32 } from '../../../src/formats/safetensors.ts';
import { jaxArray, runJax } from '../engines/jax.ts';
import { runTf } from '../engines/tfjs.ts';
import type { JaxEnv, Prepared, TfEnv } from '../types.ts';
import type { DitInputs } from './dit.ts';

interface Ops<T> {
  matmul(a: T, b: T): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T | number): T;
  silu(x: T): T;
  /** The tanh approximation. */
  gelu(x: T): T;
  /** Mean 0 and variance 1 of the last axis. */
  norm(x: T, epsilon: number): T;
  /** Equal parts of the last axis. */
  split(x: T, parts: number): T[];
  reshape(x: T, shape: number[]): T;
  transpose(x: T, order: number[]): T;
  rows(table: T, ids: T): T;
  /** (batch, tokens, 3·d) → (batch, tokens, d) */
  attention(qkv: T, heads: number): T;
}

interface Values<T> {
  readonly x: T;
  readonly time: T;
  readonly labels: T;
  readonly weight: (name: string) => T;
}

/** D(x; σ); the fixed sums of constants are in the weights (`prepared`). */
function network<T>(
  o: Ops<T>,
  { architecture: a, labels: all, alpha, t }: Pick<DitInputs, 'architecture' | 'labels' | 'alpha' | 't'>,
  { x, time, labels, weight }: Values<T>,
): T {
  const batch = all.length;
  const { d, tokens, patch, channels, height, width } = a;
  const rows = height / patch;
  const cols = width / patch;
  const linear = (name: string, value: T) => o.add(o.matmul(value, weight(`${name}.weight`)), weight(`${name}.bias`));
  const norm = (value: T, shift: T, scale: T) => o.add(o.mul(o.norm(value, a.epsilon), scale), shift);
  const scaled = o.mul(x, alpha);
  const patches = o.reshape(
    o.transpose(o.reshape(scaled, [batch, channels, rows, patch, cols, patch]), [0, 2, 4, 3, 5, 1]),
    [batch, tokens, patch * patch * channels],
  );
  let h = o.add(o.matmul(patches, weight('embed.weight')), weight('pos'));
  const condition = o.silu(o.add(o.rows(weight('label.weight'), labels), time));
  const shared = linear('mod', condition);
  for (let i = 0; i < a.depth; i++) {
    const name = `blocks.${i}`;
    const mod = o.reshape(o.add(shared, weight(`${name}.table`)), [batch, 1, 6 * d]);
    const [shift1, scale1, gate1, shift2, scale2, gate2] = o.split(mod, 6) as [T, T, T, T, T, T];
    h = o.add(
      h,
      o.mul(linear(`${name}.proj`, o.attention(linear(`${name}.qkv`, norm(h, shift1, scale1)), a.heads)), gate1),
    );
    h = o.add(h, o.mul(linear(`${name}.fc2`, o.gelu(linear(`${name}.fc1`, norm(h, shift2, scale2)))), gate2));
  }
  const [shift, scale] = o.split(o.reshape(linear('final.mod', condition), [batch, 1, 2 * d]), 2) as [T, T];
  const v = o.transpose(
    o.reshape(linear('out', norm(h, shift, scale)), [batch, rows, cols, patch, patch, channels]),
    [0, 5, 1, 3, 2, 4],
  );
  return o.sub(scaled, o.mul(o.reshape(v, [batch, channels, height, width]), t));
}

interface Weight {
  readonly name: string;
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: number[];
}

/** Matrices as [in, out]; the embedding's bias inside the positions, the 1 of (1 + scale) inside the tables. */
function prepared({ tensors: { tensors }, architecture: { d } }: DitInputs): Weight[] {
  const plain = (name: string) => toFloat32(tensors.get(name)!) as Float32Array<ArrayBuffer>;
  return [...tensors.keys()]
    .filter((name) => !name.startsWith('time.') && name !== 'embed.bias')
    .map((name) => {
      const from = plain(name);
      const shape = [...tensors.get(name)!.shape];
      if (name === 'pos') return { name, shape, data: from.map((v, i) => v + plain('embed.bias')[i % d]!) };
      if (name.endsWith('.table'))
        return { name, shape: [6 * d], data: from.map((v, i) => v + (Math.floor(i / d) % 3 === 1 ? 1 : 0)) };
      if (name === 'final.mod.bias') return { name, shape, data: from.map((v, i) => v + (i >= d ? 1 : 0)) };
      if (!name.endsWith('.weight') || name === 'label.weight') return { name, shape, data: Float32Array.from(from) };
      const [out, into] = shape as [number, number];
      const data = new Float32Array(from.length);
      for (let r = 0; r < out; r++) for (let c = 0; c < into; c++) data[c * out + r] = from[r * into + c]!;
      return { name, shape: [into, out], data };
    });
}

export function ditJax(env: JaxEnv, inputs: DitInputs): Promise<Prepared> {
  const {
    jax: { numpy: np, nn },
  } = env;
  const { architecture: a, x, time, labels } = inputs;
  const weights = prepared(inputs);
  type A = Jax.Array;
  // An operation takes its operands over; a value used twice is handed on as a reference.
  const ops: Ops<A> = {
    matmul: (p, q) => np.matmul(p.ref, q.ref),
    add: (p, q) => p.ref.add(q.ref),
    sub: (p, q) => p.ref.sub(q.ref),
    mul: (p, q) => p.ref.mul(typeof q === 'number' ? q : q.ref),
    silu: (p) => nn.silu(p.ref),
    gelu: (p) => nn.gelu(p.ref, { approximate: true }),
    norm: (p, epsilon) => nn.standardize(p.ref, -1, { epsilon }),
    split: (p, parts) => np.split(p.ref, parts, -1),
    reshape: (p, shape) => p.ref.reshape(shape),
    transpose: (p, order) => np.transpose(p.ref, order),
    rows: (table, ids) => np.take(table.ref, ids.ref, 0),
    attention(qkv, heads) {
      const [batch, tokens] = qkv.shape as [number, number];
      const [q, k, v] = np.split(qkv.ref, 3, -1).map((part) => part.reshape([batch, tokens, heads, a.d / heads])) as [
        A,
        A,
        A,
      ];
      return nn.dotProductAttention(q, k, v).reshape([batch, tokens, a.d]);
    },
  };
  const arrays = [
    jaxArray(env, x, [labels.length, a.channels, a.height, a.width]),
    jaxArray(env, time, [1, a.d]),
    np.array(Int32Array.from(labels), { dtype: np.int32 }),
    ...weights.map(({ data, shape }) => jaxArray(env, data, shape)),
  ];
  return runJax(
    env,
    arrays,
    (image, embedded, ids, ...rest) => {
      const byName = new Map(weights.map(({ name }, i) => [name, rest[i]!]));
      return network(ops, inputs, { x: image, time: embedded, labels: ids, weight: (name) => byName.get(name)! });
    },
    'one jit, dotProductAttention',
  );
}

export async function ditTf(env: TfEnv, inputs: DitInputs): Promise<Prepared> {
  const { tf } = env;
  const { architecture: a, x, time, labels } = inputs;
  const ops: Ops<Tf.Tensor> = {
    // A matrix behind a batch is multiplied as one tall matrix: tfjs would repeat it for each of the batch.
    matmul: (p, q) => {
      const [into, out] = q.shape as [number, number];
      return tf.reshape(tf.matMul(tf.reshape(p, [-1, into]), q), [...p.shape.slice(0, -1), out]);
    },
    add: tf.add,
    sub: tf.sub,
    mul: (p, q) => tf.mul(p, q),
    silu: (p) => tf.mul(p, tf.sigmoid(p)),
    gelu: (p) =>
      tf.mul(p, tf.sigmoid(tf.mul(2 * Math.sqrt(2 / Math.PI), tf.add(p, tf.mul(0.044715, tf.mul(p, tf.square(p))))))),
    norm: (p, epsilon) => {
      const centred = tf.sub(p, tf.mean(p, -1, true));
      return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)));
    },
    split: (p, parts) => tf.split(p, parts, -1),
    reshape: (p, shape) => tf.reshape(p, shape),
    transpose: (p, order) => tf.transpose(p, order),
    rows: (table, ids) => tf.gather(table, ids as Tf.Tensor1D),
    attention(qkv, heads) {
      const [batch, tokens] = qkv.shape as [number, number];
      const [q, k, v] = tf
        .split(qkv, 3, -1)
        .map((part) => tf.transpose(tf.reshape(part, [batch, tokens, heads, a.d / heads]), [0, 2, 1, 3])) as [
        Tf.Tensor,
        Tf.Tensor,
        Tf.Tensor,
      ];
      const mixed = tf.matMul(tf.softmax(tf.mul(tf.matMul(q, k, false, true), (a.d / heads) ** -0.5)), v);
      return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, tokens, a.d]);
    },
  };
  const weights = Object.fromEntries(prepared(inputs).map(({ name, data, shape }) => [name, tf.tensor(data, shape)]));
  const given = {
    'in.x': tf.tensor(x, [labels.length, a.channels, a.height, a.width]),
    'in.time': tf.tensor(time, [1, a.d]),
    'in.labels': tf.tensor1d(labels as number[], 'int32'),
  };
  return runTf(
    env,
    { ...weights, ...given },
    (all) =>
      network(ops, inputs, {
        x: all['in.x'],
        time: all['in.time'],
        labels: all['in.labels'],
        weight: (name) => (all as Record<string, Tf.Tensor>)[name]!,
      }),
    'operation by operation',
  );
}
