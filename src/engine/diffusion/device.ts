import { browserGpu, requestDevice } from '../../gpu/device.ts';
import { createGpuBackend } from './gpuBackend.ts';
import { tunedChoices } from '../tuning/tuned.ts';
import { reportOf, type GpuReport } from '../report.ts';
import type { Backend, LoadWeights } from './problem.ts';

/** A device in use, as the worker sees it. */
export interface OpenGpu {
  readonly backend: Backend;
  readonly report: GpuReport;
  onLost(watcher: (reason: string) => void): void;
  lost(): boolean;
  /** Live GPU bytes by owner. */
  memory(): { owners: Record<string, number>; buffers: number };
  destroy(): void;
}

/** Opens the browser's device, or `gpu`; rejects with an error that says what to do. */
export async function openGpu(load: LoadWeights, gpu: GPU | undefined = browserGpu()): Promise<OpenGpu> {
  const ctx = await requestDevice(gpu);
  return {
    backend: createGpuBackend(ctx, load, { tuned: () => tunedChoices(ctx.info) }),
    report: await reportOf(ctx),
    onLost: (watcher) => void ctx.onLost((error) => watcher(error.message)),
    lost: () => ctx.status === 'lost',
    memory: () => ({ owners: Object.fromEntries(ctx.buffers.bytesByOwner()), buffers: ctx.buffers.count }),
    destroy: () => ctx.destroy(),
  };
}
