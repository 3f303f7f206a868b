import type { DeviceInfo, GpuContext } from '../gpu/device.ts';
import { GpuTimer } from '../gpu/timing.ts';

/** What a reader may know of an adapter. `timestampMs`: smallest step of its clock, null when it has none. */
export interface GpuReport {
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly timestampMs: number | null;
  readonly maxBindingBytes: number;
}

/** What the reader calls an adapter. */
export const adapterName = (info: Pick<DeviceInfo, 'description' | 'vendor' | 'architecture'>): string =>
  info.description || [info.vendor, info.architecture].filter((s) => s !== '').join(' ') || 'WebGPU adapter';

export async function reportOf(ctx: GpuContext): Promise<GpuReport> {
  const { info } = ctx;
  const timer = await GpuTimer.create(ctx);
  const timestampMs = info.features.has('timestamp-query') ? (await timer.time(() => {})).resolutionMs : null;
  timer.destroy();
  return {
    name: adapterName(info),
    vendor: info.vendor,
    architecture: info.architecture,
    software: info.isSoftware,
    features: [...info.features].sort(),
    timestampMs,
    maxBindingBytes: info.limits.maxStorageBufferBindingSize,
  };
}
