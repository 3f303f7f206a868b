import { signal } from '../../kernels/catalogue/inputs.ts';
import { createAttentionVersion, type AttentionVersion } from '../../kernels/attention/attention.ts';
import {
  createAttentionPrefillVersion,
  type AttentionPrefillVersion,
} from '../../kernels/attention/attentionPrefill.ts';
import { createSoftmaxVersion, type SoftmaxVersion } from '../../kernels/reduce/softmax.ts';
import { attention } from '../../math/reference/attention.ts';
import { causalAttention } from '../../math/reference/causalAttention.ts';
import { softmax } from '../../math/reference/norm.ts';
import type { Env } from '../types.ts';
import { make, output } from './check.ts';

/** Scores between −400 and 400. */
export const steep = (env: Env, version: SoftmaxVersion) =>
  make(env, async (harness) => {
    const [rows, cols] = [19, 70];
    const kernel = await createSoftmaxVersion(env.ctx, version);
    const data = signal(rows * cols, 3, 100);
    const biasData = signal(cols, 4, 50);
    const x = await harness.inout('x', data);
    const bias = await harness.input('bias', biasData);
    const scores = Float64Array.from(data, (v, i) => 3 * v + 2 * biasData[i % cols]!);
    return {
      record: () => [kernel.call({ x, bias }, { rows, cols, scale: 3, biasScale: 2 }, env.slots)],
      outputs: [output(x, softmax(scores, rows, cols), 2e-4)],
    };
  });
export const steepAttention = (env: Env, version: AttentionVersion) =>
  make(env, async (harness) => {
    const shape = { batch: 2, tokens: 37, heads: 3, scale: 60 };
    const dim = 32;
    const kernel = await createAttentionVersion(env.ctx, version, dim);
    const data = signal(2 * 37 * 9 * dim, 5);
    const qkv = await harness.input('qkv', data);
    const y = await harness.output('y', 2 * 37 * 3 * dim);
    return {
      record: () => [kernel.call({ qkv, y }, shape, env.slots)],
      outputs: [output(y, attention(data, { ...shape, dim }), 1e-3)],
    };
  });

/**
 * As many key heads as heads, so that neighbouring queries see different windows; positions jump in the second slot.
 */
export const windows = (env: Env, version: AttentionPrefillVersion) =>
  make(env, async (harness) => {
    const shape = { heads: 3, kvHeads: 3, context: 72, window: 5 };
    const headDim = 16;
    const places = [
      ...Array.from({ length: 13 }, (_, i) => ({ slot: 0, position: 20 + i })),
      ...[3, 8, 10, 16, 23, 24, 31, 38, 40, 46, 53, 60, 65, 71].map((position) => ({ slot: 1, position })),
    ];
    const kernel = await createAttentionPrefillVersion(env.ctx, version, headDim);
    const cached = 2 * 72 * 3 * headDim;
    const data = { q: signal(places.length * 3 * headDim, 5, 3), keys: signal(cached, 6), values: signal(cached, 7) };
    const rows = await harness.input(
      'rows',
      Uint32Array.from(places.flatMap(({ slot, position }) => [0, slot, position, 0])),
    );
    const q = await harness.input('q', data.q);
    const keys = await harness.input('keys', data.keys);
    const values = await harness.input('values', data.values);
    const y = await harness.output('y', data.q.length);
    return {
      record: () => [kernel.call({ rows, q, keys, values, y }, { ...shape, rows: places.length }, env.slots)],
      outputs: [output(y, causalAttention(places, data.q, data.keys, data.values, { ...shape, headDim }), 1e-5)],
    };
  });
