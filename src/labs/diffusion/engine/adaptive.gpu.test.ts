// A sampler that chooses its own steps on the GPU beside float64, and plans larger than the first arena.
import { beforeAll, describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { ARENA_REGISTERS } from '../../../engine/diffusion/gpuPlan.ts';
import type { Finished, Problem } from '../../../engine/diffusion/problem.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { instructionsOf, newGuidance } from '../../../samplers/contenders/contender.ts';
import { nfe } from '../../../samplers/diffusion/index.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { contenderPlan, newContender } from '../config/contender.ts';
import { parseExperiment } from '../config/codec.ts';
import { problemKey } from './session.ts';

let ctx: GpuContext;
beforeAll(async () => {
  ctx = await nodeContext();
});

const marksOf = (ops: readonly Op[]) => ops.filter((op) => op.op === 'mark').map((op) => op.sigma);
async function both(hash: string): Promise<{ gpu: Problem; cpu: Problem }> {
  const key = problemKey(parseExperiment(hash).experiment);
  return {
    gpu: await createGpuBackend(ctx, diskWeights).prepare(key, never),
    cpu: await createCpuBackend(diskWeights).prepare(key, never),
  };
}
const apart = (a: Finished, b: Finished, dim: number) =>
  Array.from({ length: a.x.length / dim }, (_, i) =>
    Math.hypot(...Array.from({ length: dim }, (_, k) => a.x[i * dim + k]! - b.x[i * dim + k]!)),
  ).sort((u, v) => u - v);

test.each([
  'c=score_sde_ve:karras:16',
  'class=1&c=score_sde_ve(correct_steps=2):karras:8:apg(w=2)',
  'c=score_sde_vp:karras:24',
])('%s: the states of float64', async (contender) => {
  const hash = `model=grid4&n=200&seed=4&${contender}`;
  const { gpu, cpu } = await both(hash);
  try {
    const [c] = parseExperiment(hash).experiment.contenders;
    const instructions = instructionsOf(contenderPlan(c!, 'grid4'));
    const a = await gpu.run(instructions, { seed: 4, signal: never });
    const b = await cpu.run(instructions, { seed: 4, signal: never });
    expect(nfe(a.ops)).toBe(contenderPlan(c!, 'grid4').nfe);
    expect(marksOf(a.ops)).toEqual(marksOf(b.ops));
    // Norms are means over all samples, so lengths of steps are nearly those of float64.
    const lengths = (f: Finished) => f.ops.flatMap((op) => (op.op === 'lincomb' ? op.terms.map(([k]) => k) : []));
    lengths(b).forEach((k, i) => expect(Math.abs(lengths(a)[i]! - k)).toBeLessThan(1e-3 * Math.max(1, Math.abs(k))));
    expect(apart(a, b, 2)[195]!).toBeLessThan(2e-3);
  } finally {
    await gpu.destroy();
  }
});

describe('dpm_adaptive', () => {
  test.each([
    // name, parameters, how far levels may be off as a share, how far ends, of what share of the samples
    ['usual', {}, 0.03, 2e-3, 0.95],
    ['finer', { rtol: 1e-3, atol: 1.56e-4 }, 0.03, 2e-3, 0.95],
    ['order 2', { order: 2, rtol: 0.01, atol: 0.002 }, 0.03, 2e-3, 0.95],
    // Its lengths follow the error to the power 1/1.5, so twice as closely; on other levels a sample in twenty ends in another mode: the median, .06, of the size of the tolerance.
    ['SDE', { eta: 1 }, 0.1, 0.1, 0.5],
  ])('%s: the decisions of float64, and its states', async (_, params, level, end, share) => {
    const { gpu, cpu } = await both('model=grid4&n=200&seed=4&c=euler:karras:5');
    try {
      const { adaptive } = contenderPlan(newContender('dpm_adaptive', 5, 'karras', params), 'grid4');
      const frames: number[] = [];
      const options = { seed: 4, signal: never, onFrame: (f: { readonly step: number }) => void frames.push(f.step) };
      const before = ctx.counters.maps;
      const a = await gpu.run(adaptive!, options);
      const reads = ctx.counters.maps - before;
      const b = await cpu.run(adaptive!, { seed: 4, signal: never });
      expect([marksOf(a.ops).length, nfe(a.ops)]).toEqual([marksOf(b.ops).length, nfe(b.ops)]);
      // Lengths follow the difference of two states near each other, of which float32 keeps few digits: 2 % off here, 6 % for the SDE.
      marksOf(b.ops).forEach((sigma, i) =>
        expect(Math.abs(marksOf(a.ops)[i]! - sigma)).toBeLessThanOrEqual(level * sigma),
      );
      const d = apart(a, b, 2);
      expect(d[Math.floor(share * d.length)]!).toBeLessThan(end);
      expect(frames).toEqual(marksOf(a.ops).map((_, i) => i));
      expect(a.marks.map((m) => m.sigma)).toEqual(marksOf(a.ops));
      // One wait a measure, one at the end, and one for the clock where there is one.
      const measures = a.ops.filter((op) => op.op === 'measure').length;
      expect(reads - measures).toBeGreaterThanOrEqual(1);
      expect(reads - measures).toBeLessThanOrEqual(2);
      // The list that it left is followed again without a decision, to the same end.
      expect(apart(await gpu.run(a.ops, { seed: 4, signal: never }), a, 2).at(-1)).toBeLessThan(1e-5);
      // And begun again it decides the same.
      expect((await gpu.run(adaptive!, { seed: 4, signal: never })).ops).toEqual(a.ops);
    } finally {
      await gpu.destroy();
    }
  });

  test('guided by more than combinations', async () => {
    const { gpu, cpu } = await both('model=unbalanced&n=64&class=1&seed=4&c=euler:karras:5');
    try {
      const guide = newGuidance('apg', { w: 2 });
      const { adaptive } = contenderPlan({ ...newContender('dpm_adaptive', 5), guide }, 'unbalanced');
      const [a, b] = [gpu, cpu].map((p) => p.run(adaptive!, { seed: 4, signal: never }));
      expect((await a!).ops.some((op) => op.op === 'guide')).toBe(true);
      const d = apart(await a!, await b!, 2);
      expect(d[Math.floor(0.9 * d.length)]!).toBeLessThan(5e-3);
    } finally {
      await gpu.destroy();
    }
  });

  test('a cancel and a cap end it in words, and the problem goes on', async () => {
    const { gpu } = await both('model=grid4&n=50&seed=4&c=euler:karras:5');
    try {
      const plan = (params: object) =>
        contenderPlan(newContender('dpm_adaptive', 5, 'karras', { ...params }), 'grid4').adaptive!;
      const stop = new AbortController();
      const cancelled = gpu.run(plan({}), { seed: 1, signal: stop.signal, onFrame: () => stop.abort() });
      await expect(cancelled).rejects.toMatchObject({ name: 'Cancelled' });
      await expect(gpu.run(plan({ rtol: 1e-8, atol: 1e-9, most: 60 }), { seed: 1, signal: never })).rejects.toThrow(
        /dpm_adaptive stands at σ .* of the 60 evaluations/,
      );
      const { x } = await gpu.run(plan({}), { seed: 1, signal: never });
      expect(x.every(Number.isFinite)).toBe(true);
    } finally {
      await gpu.destroy();
    }
  });
});

test('a plan with more registers than the first arena gets an arena of its own, and one that no device binds is refused', async () => {
  const { gpu, cpu } = await both('model=grid4&n=64&seed=2&c=euler:karras:5');
  try {
    const count = ARENA_REGISTERS + 30;
    const names = Array.from({ length: count }, (_, i) => `r${i}`);
    const wide: Op[] = [
      { op: 'mark', step: 0, sigma: 3, x: 'x' },
      ...names.map((out, i): Op => ({ op: 'lincomb', out, terms: [[1 - i / 100, 'x']] })),
      { op: 'evalBatch', of: names.map((x, worker) => ({ x, sigma: 3, out: x, worker })) },
      ...names.map((reg): Op => ({
        op: 'lincomb',
        out: 'x',
        terms: [
          [0.9, 'x'],
          [0.1, reg],
        ],
      })),
      { op: 'mark', step: 1, sigma: 1, x: 'x' },
    ];
    const small = contenderPlan(newContender('euler', 5), 'grid4').ops;
    const first = await gpu.run(small, { seed: 2, signal: never });
    const a = await gpu.run(wide, { seed: 2, signal: never });
    expect(apart(a, await cpu.run(wide, { seed: 2, signal: never }), 2).at(-1)).toBeLessThan(1e-4);
    expect((await gpu.run(small, { seed: 2, signal: never })).x).toEqual(first.x);
    const limit = ctx.info.limits.maxStorageBufferBindingSize;
    const many = Math.ceil(limit / 512) + 1;
    const huge: Op[] = Array.from({ length: many }, (_, i) => ({ op: 'lincomb', out: `h${i}`, terms: [[1, 'x']] }));
    if (many < 4e6)
      await expect(gpu.run(huge, { seed: 2, signal: never })).rejects.toMatchObject({
        name: 'RegistersError',
        message: expect.stringMatching(/its plan keeps \d+ states of 64 samples.*\d+ samples fit/),
      });
    expect((await gpu.run(small, { seed: 2, signal: never })).x).toEqual(first.x);
  } finally {
    await gpu.destroy();
  }
});
