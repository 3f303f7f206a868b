// Running cases on a device: what they share, and what becomes of one that throws.
import type { GpuContext } from '../gpu/device.ts';
import { UniformSlots } from '../gpu/slots.ts';
import type { VerifyCase } from '../measure/types.ts';
import type { Case, Env, Outcome } from './types.ts';

const OWNER = 'verify';
const SLOTS = 4096;

/** What cases share of a device; freed when the task has ended, however it ends. */
export async function within<T>(
  ctx: GpuContext,
  task: (shared: Pick<Env, 'ctx' | 'slots' | 'defer'>) => Promise<T>,
): Promise<T> {
  const slots = await UniformSlots.create(ctx, { owner: OWNER, slots: SLOTS });
  const later: (() => void | Promise<void>)[] = [];
  try {
    return await task({ ctx, slots, defer: (end) => void later.push(end) });
  } finally {
    for (const end of later.reverse()) await end();
    ctx.buffers.destroy(slots.buffer);
  }
}

/** A case that throws has failed; a cancelled one or a lost device ends the suite. */
export async function attempt(ctx: GpuContext, section: string, { name, sampler, run }: Case): Promise<VerifyCase> {
  ctx.takeError(); // what went wrong before was told before
  const began = performance.now();
  let outcome: Outcome;
  try {
    outcome = await run();
    const fault = ctx.takeError();
    if (fault !== undefined) outcome = { pass: false, detail: `The GPU reported: ${fault}` };
  } catch (error) {
    ctx.assertReady();
    if (error instanceof Error && error.name === 'Cancelled') throw error;
    outcome = {
      pass: false,
      detail:
        error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error),
    };
  }
  return { section, name, ...(sampler !== undefined && { sampler }), ...outcome, ms: performance.now() - began };
}
