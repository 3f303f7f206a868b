// What a problem holds on a GPU: registers, kernels and networks that are bound to them.
import { throwIfCancelled } from '../../core/cancel.ts';
import { USAGE } from '../../gpu/buffers.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { OutOfMemoryError } from '../../gpu/errors.ts';
import { UniformSlots } from '../../gpu/slots.ts';
import { createLincomb } from '../../kernels/diffusion/lincomb.ts';
import { createPhiloxNormal } from '../../kernels/random/philoxNormal.ts';
import type { GpuDenoiser } from '../../networks/types.ts';
import { gpuDenoiser } from './gpuDenoisers.ts';
import { gpuFeatures, type GpuFeatures } from './gpuFeatures.ts';
import { ARENA_REGISTERS, registerStride, type Toolbox } from './gpuPlan.ts';
import { createPreview } from './gpuPreview.ts';
import { RunStamps } from './gpuStamps.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';

export interface GpuParts {
  readonly tools: Omit<Toolbox, 'slots'>;
  /** Closed form of a learned problem. */
  readonly exact: GpuDenoiser | null;
  readonly features: GpuFeatures | null;
  readonly stamps: RunStamps | null;
  slots: UniformSlots;
  slotCount: number;
  history: GPUBuffer;
}

const OWNERS = ['run', 'timing', 'network', 'features', 'metrics'] as const;
export const freeOwners = (ctx: GpuContext): void => {
  for (const owner of OWNERS) ctx.buffers.destroyOwner(owner);
};

/** A plan whose registers the device cannot bind at once: its own fault, which ends no other contender. */
export class RegistersError extends Error {
  override readonly name = 'RegistersError';
  readonly hint = 'Take fewer samples or fewer steps, or a smaller window where the sampler has one.';
}

/**
 * The first arena holds what nearly every plan needs; OutOfMemoryError says how many samples fit. RegistersError where
 * a plan wants more registers than fit.
 */
export function assertRoom(ctx: GpuContext, { samples, card }: ProblemKey, registers: number): void {
  const { dim } = card.shape;
  const bytes = registerStride(samples, dim) * 4 * registers;
  const limit = ctx.info.limits.maxStorageBufferBindingSize;
  if (bytes <= limit) return;
  const most = Math.floor(limit / (registers * dim * 4));
  if (registers > ARENA_REGISTERS)
    throw new RegistersError(
      `its plan keeps ${registers} states of ${samples} samples, ${bytes} bytes, and this adapter binds at most ${limit} bytes at once: ${most} samples fit`,
    );
  throw new OutOfMemoryError(
    `the sampler's registers for ${samples} samples`,
    bytes,
    `this adapter binds at most ${limit} bytes at once; ${most} samples fit`,
  );
}

export async function createParts(
  ctx: GpuContext,
  key: ProblemKey,
  load: LoadWeights,
  signal: AbortSignal,
  registers: number,
): Promise<GpuParts> {
  const { dim } = key.card.shape;
  const bytes = registerStride(key.samples, dim) * 4;
  assertRoom(ctx, key, registers);
  try {
    const arena = await ctx.buffers.create({ label: 'arena', owner: 'run', bytes: bytes * registers });
    const making = [
      createLincomb(ctx),
      createPhiloxNormal(ctx),
      createPreview(ctx, arena, key.samples, key.card.shape, 'run'),
      gpuDenoiser(ctx, key, arena, load, signal),
      key.learned ? gpuDenoiser(ctx, { ...key, learned: false }, arena, load, signal) : null,
      key.card.features
        ? gpuFeatures(ctx, key.card.features, { arena, samples: key.samples, dim }, load, signal)
        : null,
    ] as const;
    // All must have settled before a failure may free what they hold.
    await Promise.allSettled(making);
    const [lincomb, philox, preview, denoiser, exact, features] = await Promise.all(making);
    throwIfCancelled(signal);
    const slotCount = 2048;
    return {
      tools: { arena, registers, lincomb, philox, denoiser, preview },
      exact,
      features,
      stamps: await RunStamps.create(ctx),
      slotCount,
      slots: await UniformSlots.create(ctx, { owner: 'run', slots: slotCount }),
      history: await ctx.buffers.create({ label: 'history', owner: 'run', bytes: bytes * 16, usage: USAGE.mapRead }),
    };
  } catch (error) {
    freeOwners(ctx);
    throw error;
  }
}
