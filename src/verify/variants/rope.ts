import { signal } from '../../kernels/catalogue/inputs.ts';
import { createRopeAppend, type RopeAppendVersion } from '../../kernels/linear/ropeAppend.ts';
import { append } from '../../math/reference/rope.ts';
import type { Env } from '../types.ts';
import { make, output } from './check.ts';

/**
 * Positions far into a long context, where a 32-bit frequency is no longer precise enough, and head norms in which
 * epsilon matters.
 */
export const farPositions = (env: Env, version: RopeAppendVersion) =>
  make(env, async (harness) => {
    const epsilon = 0.05;
    const shape = { heads: 3, kvHeads: 1, headDim: 16, context: 8 };
    const positions = [0, 5, 4097, 32_769, 131_071];
    const inverse = Array.from({ length: 8 }, (_, j) => 10_000 ** (-j / 8));
    const kernel = await createRopeAppend(env.ctx, { shape, inverseFrequencies: inverse, qkNorm: true, version });
    const data = signal(5 * 5 * 16, 5, 0.5);
    const norm = { q: signal(16, 6).map((v) => 1 + v), k: signal(16, 7).map((v) => 1 + v) };
    const qkv = await harness.input('qkv', data);
    const rows = await harness.input('rows', Uint32Array.from(positions.flatMap((p) => [0, 0, p, 0])));
    const qNorm = await harness.input('q norm', norm.q);
    const kNorm = await harness.input('k norm', norm.k);
    const q = await harness.output('q', 5 * 3 * 16);
    const keys = await harness.output('keys', 8 * 16);
    const values = await harness.output('values', 8 * 16);
    const want = append(data, new Float64Array(8 * 16), new Float64Array(8 * 16), {
      ...shape,
      rows: positions.map((position) => ({ slot: 0, position })),
      inverse,
      norm: { ...norm, epsilon },
    });
    return {
      record: () => [kernel.call({ qkv, rows, q, keys, values, qNorm, kNorm }, { rows: 5, epsilon }, env.slots)],
      outputs: [output(q, want, 1e-5)],
    };
  });
