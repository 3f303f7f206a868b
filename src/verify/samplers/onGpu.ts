// The same plans through the GPU's interpreter, on a denoiser that the GPU and float64 both have in closed form.
import { createLincomb } from '../../kernels/diffusion/lincomb.ts';
import { createPhiloxNormal } from '../../kernels/random/philoxNormal.ts';
import { defaults } from '../../core/field.ts';
import { readFloats } from '../../gpu/readback.ts';
import { UniformSlots } from '../../gpu/slots.ts';
import { normals } from '../../math/normal.ts';
import { mixture, mixtureDenoiser } from '../../models/mixture.ts';
import { createMixture } from '../../networks/exact.ts';
import { samplers, type SamplerId } from '../../samplers/diffusion/index.ts';
import type { Op, Sampler } from '../../samplers/diffusion/types.ts';
import { loadExtras } from '../../engine/diffusion/gpuExtras.ts';
import {
  ARENA_REGISTERS,
  compilePlan,
  recordStage,
  registerStride,
  type Toolbox,
} from '../../engine/diffusion/gpuPlan.ts';
import type { Case, Env, Outcome } from '../types.ts';
import { count, distance, largest, short } from '../words.ts';
import { endOf, grids, planOf } from './plans.ts';

/** What the cases need. */
export type OnGpu = Pick<Env, 'ctx' | 'defer'>;

/**
 * Wide components that overlap: no border between basins that would magnify rounding. The rows do not fill a register
 * or a workgroup.
 */
const target = mixture(2, [
  { weight: 0.6, mean: [0.8, -0.5], std: 0.9 },
  { weight: 0.4, mean: [-0.7, 0.4], std: 0.6 },
]);
const SAMPLES = 67;
const SEED = 20261;
const SLOTS = 4096;

/** What the plans of these cases keep at most: those of many steps at once say it themselves. */
const registersFor = (steps: number): number =>
  Math.max(
    ARENA_REGISTERS,
    ...Object.values<Sampler>(samplers).map((s) => (s.adaptive && s.registers?.(steps, defaults(s.params))) || 0),
  );

/** The interpreter's parts, made once for all cases. */
function machine(env: OnGpu, registers: number) {
  let made: Promise<Toolbox> | null = null;
  const make = async (): Promise<Toolbox> => {
    const { ctx } = env;
    const owner = 'verify samplers';
    env.defer(() => ctx.buffers.destroyOwner(owner));
    const arena = await ctx.buffers.create({
      label: 'arena',
      owner,
      bytes: registerStride(SAMPLES, 2) * 4 * registers,
    });
    const [lincomb, philox, denoiser, slots] = await Promise.all([
      createLincomb(ctx),
      createPhiloxNormal(ctx),
      createMixture(ctx, target, { arena, samples: SAMPLES, owner }),
      UniformSlots.create(ctx, { owner, slots: SLOTS }),
    ]);
    env.defer(() => denoiser.destroy());
    return {
      arena,
      registers,
      slots,
      lincomb,
      philox,
      denoiser,
      preview: { draw: () => null, copy: () => undefined },
    };
  };
  return () => (made ??= make());
}

async function onGpu(env: OnGpu, tools: Toolbox, ops: readonly Op[]): Promise<Float32Array> {
  const extras = await loadExtras(env.ctx, ops, {});
  const stages = compilePlan(ops, { samples: SAMPLES, dim: 2 }, SEED, { ...tools, ...extras }, false);
  const encoder = env.ctx.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (const stage of stages) recordStage(pass, stage, tools.denoiser);
  pass.end();
  env.ctx.submit(encoder.finish());
  tools.slots.release(0);
  return readFloats(env.ctx, tools.arena, stages.at(-1)!.mark.offset * 4, SAMPLES * 2);
}

const denoise = mixtureDenoiser(target);
function inFloat64(ops: readonly Op[]): Float64Array {
  const first = ops.find((o) => o.op === 'mark');
  const x0 = normals(SEED, 0, SAMPLES, 2).map((v) => v * (first?.op === 'mark' ? first.sigma : 1));
  return endOf(ops, x0, denoise, (draw, out) => void normals(SEED, draw, SAMPLES, 2, out));
}

/** Rounding of σ = 14 at the start is 1e-6, and some dozen sums of that size follow. */
const TOLERANCE = 5e-5;

async function compare(env: OnGpu, tools: Toolbox, plans: readonly (readonly Op[])[], what: string): Promise<Outcome> {
  let worst = 0;
  let size = 0;
  for (const ops of plans) {
    const got = await onGpu(env, tools, ops);
    const want = inFloat64(ops);
    worst = Math.max(worst, distance(got, want));
    size = Math.max(size, largest(want));
  }
  return {
    pass: worst <= TOLERANCE && size > 0.5,
    error: worst,
    allowed: TOLERANCE,
    detail: `${what}, ${count(SAMPLES, 'sample')}: largest error ${short(worst)} of ${short(TOLERANCE)} allowed, values up to ${short(size)}.`,
  };
}

/**
 * Plans by hand for what no sampler does: eight terms, a register overwritten by itself, noise that is used twice, or
 * late.
 */
const byHand = (): Op[][] => {
  const start: Op = { op: 'mark', step: 0, sigma: 3, x: 'x' };
  const end: Op = { op: 'mark', step: 1, sigma: 1, x: 'x' };
  const lincomb = (out: string, ...terms: (readonly [number, string])[]): Op => ({ op: 'lincomb', out, terms });
  const noise = (out: string, ...draws: (readonly [number, number])[]): Op => ({ op: 'noise', out, draws });
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  return [
    [
      start,
      { op: 'eval', x: 'x', sigma: 3, out: 'a' },
      ...names.slice(1).map((n, i) => lincomb(n, [0.3 + 0.1 * i, 'x'], [0.9 - 0.2 * i, names[i]!])),
      lincomb('x', [-0.4, 'x'], ...names.map((n, i) => [0.2 * i - 0.35, n] as const)),
      end,
    ],
    [
      start,
      noise('n', [0.6, 5], [-0.8, 9]),
      lincomb('x', [0.5, 'x'], [1.5, 'n']),
      lincomb('x', [1, 'x'], [-0.25, 'n']),
      end,
    ],
    [start, noise('n', [1, 7]), lincomb('y', [2, 'x']), lincomb('x', [0.5, 'y'], [0.7, 'n']), end],
    [
      start,
      noise('n', [1, 2]),
      lincomb('x', [0.5, 'x'], [1, 'n']),
      noise('n', [1, 3]),
      lincomb('x', [0.5, 'x'], [1, 'n']),
      end,
    ],
    // Evaluations side by side, one of which replaces its own state; what is only counted, or asked, changes nothing.
    [
      start,
      lincomb('y', [0.4, 'x']),
      {
        op: 'evalBatch',
        of: [
          { x: 'x', sigma: 3, out: 'a' },
          { x: 'y', sigma: 1.2, out: 'y', worker: 1 },
        ],
      },
      { op: 'send', from: 1, to: 0, x: 'y' },
      { op: 'measure', of: [{ terms: [[1, 'y']], power: 2 }], per: 'run' },
      lincomb('x', [0.3, 'x'], [1.1, 'a'], [-0.6, 'y']),
      end,
    ],
    // 33 draws, as of a Brownian increment.
    [
      start,
      noise('n', ...Array.from({ length: 33 }, (_, i) => [Math.sin(i + 1) / 4, 0x40000000 + 3 * i] as const)),
      lincomb('x', [0.1, 'x'], [1, 'n']),
      end,
    ],
  ];
};

/**
 * Short of the end of its rounds, where Newton's states are depends on differences of nearly equal numbers, of which float32
 * keeps few digits; when nothing moves any more they are those of its base.
 */
const settled: Readonly<Partial<Record<SamplerId, object>>> = { parallel_newton: { tolerance: 0 } };

export function gpuCases(env: OnGpu): Case[] {
  const rough = grids['rough']!;
  const tools = machine(env, registersFor(rough.length - 1));
  return [
    {
      name: 'plans by hand on the GPU',
      run: async () => compare(env, await tools(), byHand(), 'Five plans with what no sampler does'),
    },
    ...(Object.keys(samplers) as SamplerId[]).map((id): Case => ({
      name: `${id} on the GPU`,
      sampler: id,
      run: async () =>
        compare(
          env,
          await tools(),
          [planOf(id, rough, settled[id])],
          `The plan of ${count(rough.length - 1, 'step')} against float64`,
        ),
    })),
  ];
}
