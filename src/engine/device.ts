import { browserGpu, requestDevice } from '../gpu/device.ts';
import { GpuTimer } from '../gpu/timing.ts';
import { createGpuBackend } from './gpuBackend.ts';
import type { Backend, LoadWeights } from './problem.ts';

/** A device in use, as the worker sees it. */
export interface OpenGpu {
  readonly backend: Backend;
  readonly report: { readonly name: string; readonly vendor: string; readonly architecture: string; readonly software: boolean; readonly features: readonly string[]; readonly timestampMs: number | null; readonly maxBindingBytes: number };
  onLost(watcher: (reason: string) => void): void;
  lost(): boolean;
  destroy(): void;
}

/** Opens the browser's device, or `gpu`; rejects with an error that says what to do. */
export async function openGpu(load: LoadWeights, gpu: GPU | undefined = browserGpu()): Promise<OpenGpu> {
  const ctx = await requestDevice(gpu), { info } = ctx;
  const timer = await GpuTimer.create(ctx);
  const clock = info.features.has('timestamp-query') ? (await timer.time(() => {})).resolutionMs : null;
  timer.destroy();
  return {
    backend: createGpuBackend(ctx, load),
    report: {
      name: info.description || [info.vendor, info.architecture].filter((s) => s !== '').join(' ') || 'WebGPU adapter',
      vendor: info.vendor, architecture: info.architecture, software: info.isSoftware, features: [...info.features].sort(), timestampMs: clock,
      maxBindingBytes: info.limits.maxStorageBufferBindingSize,
    },
    onLost: (watcher) => void ctx.onLost((error) => watcher(error.message)),
    lost: () => ctx.status === 'lost',
    destroy: () => ctx.destroy(),
  };
}
