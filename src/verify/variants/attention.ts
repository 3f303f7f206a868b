import type { Harness } from '../../kernels/catalogue/harness.ts';
import { signal } from '../../kernels/catalogue/inputs.ts';
import { createAttentionVersion, type AttentionVersion } from '../../kernels/attention/attention.ts';
import {
  createAttentionDecodeVersion,
  decodePartialBytes,
  type AttentionDecodeVersion,
} from '../../kernels/attention/attentionDecode.ts';
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

/** A window, and a cap on scores that reach several times it (Gemma 2); two texts, positions that jump in the second. */
const causal = { heads: 3, kvHeads: 3, context: 72, window: 5 };
const causalDim = 16;
const causalPlaces = [
  ...Array.from({ length: 13 }, (_, i) => ({ slot: 0, position: 20 + i })),
  ...[3, 8, 10, 16, 23, 24, 31, 38, 40, 46, 53, 60, 65, 71].map((position) => ({ slot: 1, position })),
];
/** `steeper`: queries grow from row to row, to 400 times the first. */
async function causalData(harness: Harness, steeper: boolean) {
  const width = causal.heads * causalDim;
  const cached = 2 * causal.context * causal.kvHeads * causalDim;
  const data = {
    q: signal(causalPlaces.length * width, 5, 3).map((v, i) => (steeper ? 2 ** (Math.floor(i / width) / 3) * v : v)),
    keys: signal(cached, 6),
    values: signal(cached, 7),
  };
  return {
    data,
    rows: await harness.input(
      'rows',
      Uint32Array.from(causalPlaces.flatMap(({ slot, position }) => [0, slot, position, 0])),
    ),
    q: await harness.input('q', data.q),
    keys: await harness.input('keys', data.keys),
    values: await harness.input('values', data.values),
    y: await harness.output('y', data.q.length),
  };
}

/**
 * As many key heads as heads, so that neighbouring queries see different windows. `cap`: on scores from a part of it to
 * several hundred times it.
 */
export const windows = (env: Env, version: AttentionPrefillVersion, cap: number | null = null) =>
  make(env, async (harness) => {
    const kernel = await createAttentionPrefillVersion(env.ctx, version, {
      headDim: causalDim,
      capped: cap !== null,
    });
    const { data, ...buffers } = await causalData(harness, cap !== null);
    const want = causalAttention(causalPlaces, data.q, data.keys, data.values, {
      ...causal,
      headDim: causalDim,
      cap,
    });
    return {
      record: () => [kernel.call(buffers, { ...causal, cap, rows: causalPlaces.length }, env.slots)],
      outputs: [output(buffers.y, want, 1e-5)],
    };
  });

/** The same of few rows, with their keys in one run and in three. */
export const capped = (env: Env, version: AttentionDecodeVersion, splits: number) =>
  make(env, async (harness) => {
    const kernel = await createAttentionDecodeVersion(env.ctx, version, { headDim: causalDim, capped: true });
    const { data, ...buffers } = await causalData(harness, true);
    const rows = causalPlaces.length;
    const partial = await harness.output('partial', decodePartialBytes(rows, causal.heads, splits, causalDim) / 4);
    const shape = { ...causal, window: null, cap: 4 };
    const want = causalAttention(causalPlaces, data.q, data.keys, data.values, { ...shape, headDim: causalDim });
    return {
      record: () => kernel.call({ ...buffers, partial }, { ...shape, rows, splits }, env.slots),
      outputs: [output(buffers.y, want, 1e-5)],
    };
  });
