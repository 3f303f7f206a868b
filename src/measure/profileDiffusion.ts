// A diffusion step as the diffusion lab runs it: the same plan, denoiser, solver update and picture, on the bundled
// weights.
import type { GpuContext } from '../gpu/device.ts';
import { UniformSlots } from '../gpu/slots.ts';
import { createLincomb } from '../kernels/diffusion/lincomb.ts';
import { createPhiloxNormal } from '../kernels/random/philoxNormal.ts';
import { defaults } from '../core/field.ts';
import { planOps, samplers } from '../samplers/diffusion/index.ts';
import { schedules } from '../schedules/index.ts';
import { modelCard, type ModelId } from '../models/index.ts';
import { gpuDenoiser } from '../engine/diffusion/gpuDenoisers.ts';
import {
  ARENA_REGISTERS,
  compilePlan,
  recordStage,
  registerStride,
  slotsForPlan,
} from '../engine/diffusion/gpuPlan.ts';
import { createPreview } from '../engine/diffusion/gpuPreview.ts';
import { type LoadWeights, type ProblemKey } from '../engine/diffusion/problem.ts';
import { throwIfCancelled } from '../core/cancel.ts';
import { type ProfiledStep, wholeUpTo } from './stepClock.ts';

/** `denoiser` and the rest free what they hold under these names. */
export const DIFFUSION_OWNERS = ['profile', 'network'] as const;
const OWNER = 'profile';
const { dpmpp_2m } = samplers;
const { karras } = schedules;
/** Noise levels of a run, after which it starts again. */
const STEPS = 20;

/**
 * A run of DPM-Solver++(2M), the labs' usual sampler: `first` makes the noise, `steps` follow; then it may begin again.
 */
export interface DiffusionRun {
  readonly first: ProfiledStep;
  readonly steps: readonly ProfiledStep[];
  destroy(): void;
}

export async function diffusionRun(
  ctx: GpuContext,
  model: string,
  batch: number,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<DiffusionRun> {
  const card = modelCard(model as ModelId);
  const samples = wholeUpTo(card.samples.max, batch, `samples of ${card.title}`);
  const { shape } = card;
  const key: ProblemKey = { card, learned: card.learned, points: [], samples, guidance: 1, label: -1, kernels: {} };
  const stride = registerStride(samples, shape.dim);
  const bytes = 4 * stride;
  try {
    const arena = await ctx.buffers.create({ label: 'arena', owner: OWNER, bytes: bytes * ARENA_REGISTERS });
    const kept = await ctx.buffers.create({ label: 'kept state', owner: OWNER, bytes: bytes * ARENA_REGISTERS });
    const ops = planOps(dpmpp_2m, karras.sigmas(STEPS, card.range, defaults(karras.params)), defaults(dpmpp_2m.params));
    const [lincomb, philox, preview] = await Promise.all([
      createLincomb(ctx),
      createPhiloxNormal(ctx),
      createPreview(ctx, arena, samples, shape, OWNER),
    ]);
    const denoiser = await gpuDenoiser(ctx, key, arena, load, signal);
    throwIfCancelled(signal);
    const slots = await UniformSlots.create(ctx, { owner: OWNER, slots: slotsForPlan(ops) });
    const stages = compilePlan(
      ops,
      { samples, dim: shape.dim },
      0,
      { arena, registers: ARENA_REGISTERS, slots, lincomb, philox, denoiser, preview },
      true,
    );
    const all = stages.map((stage): ProfiledStep => ({
      record: (pass) => recordStage(pass, stage, denoiser),
      copy: (encoder) => preview.copy(encoder, stage.mark.offset),
      save: (encoder) => encoder.copyBufferToBuffer(arena, 0, kept, 0, arena.size),
      restore: (encoder) => encoder.copyBufferToBuffer(kept, 0, arena, 0, arena.size),
    }));
    return {
      first: all[0]!,
      steps: all.slice(1),
      destroy: () => {
        denoiser.destroy();
        free(ctx);
      },
    };
  } catch (error) {
    free(ctx);
    throw error;
  }
}

const free = (ctx: GpuContext) => {
  for (const owner of DIFFUSION_OWNERS) ctx.buffers.destroyOwner(owner);
};
