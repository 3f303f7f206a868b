// The GPU's own normals, as samplers draw them.
import { readFloats } from '../../gpu/readback.ts';
import { encode } from '../../gpu/kernel.ts';
import { createPhiloxNormal, type NoiseArgs } from '../../kernels/random/philoxNormal.ts';
import type { Case, Env } from '../types.ts';
import { judgeNormals } from './tests.ts';

const SAMPLES = 32768;
const DIM = 5;

/** Draws as float64, (samples, dim). */
async function normals(env: Env, args: Pick<NoiseArgs, 'seed' | 'draws'>): Promise<Float64Array> {
  const { ctx, slots } = env;
  const kernel = await createPhiloxNormal(ctx);
  const arena = await ctx.buffers.create({ label: 'normals', owner: 'verify', bytes: SAMPLES * DIM * 4 });
  const mark = slots.mark();
  try {
    const call = kernel.call({ arena }, { ...args, samples: SAMPLES, dim: DIM, out: 0 }, slots);
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    slots.flush();
    encode(pass, call);
    pass.end();
    ctx.submit(encoder.finish());
    return Float64Array.from(await readFloats(ctx, arena, 0, SAMPLES * DIM));
  } finally {
    slots.release(mark);
    ctx.buffers.destroy(arena);
  }
}

export function normalCases(env: Env): Case[] {
  return [
    {
      name: 'normals of the GPU',
      async run() {
        const seed = 12345;
        const z = await normals(env, { seed, draws: [[1, 1]] });
        const draw = await normals(env, { seed, draws: [[1, 2]] });
        const other = await normals(env, { seed: seed + 1, draws: [[1, 1]] });
        return judgeNormals(z, {
          'next element': [z, z.subarray(1)],
          'next sample': [z, z.subarray(DIM)],
          'next draw': [z, draw],
          'next seed': [z, other],
        });
      },
    },
    {
      name: 'sums of weighted normals of the GPU',
      async run() {
        // Like a Brownian increment: many draws, weights of all sizes, Σ w² = 1.
        const raw = Array.from({ length: 33 }, (_, i) => Math.sin(2 * i + 1) / (1 + i / 4));
        const norm = Math.hypot(...raw);
        const z = await normals(env, { seed: 7, draws: raw.map((w, i) => [w / norm, 0x40000000 + 5 * i]) });
        const one = await normals(env, { seed: 7, draws: [[1, 0x40000000 + 500]] });
        return judgeNormals(z, {
          'next element': [z, z.subarray(1)],
          'next sample': [z, z.subarray(DIM)],
          'draw that is not in the sum': [z, one],
        });
      },
    },
  ];
}
