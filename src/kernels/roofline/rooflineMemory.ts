/**
 * The two memory roofs of a device, as kernels: reading, and copying. How large the working set is, and so which cache
 * or memory answers, is the caller's choice; `bytes` is what a call moves, to be divided by the time it took.
 */
import type { DeviceInfo, GpuContext } from '../../gpu/device.ts';
import { createKernel, type Kernel, type KernelSpec, type Source } from '../../gpu/kernel.ts';

const copy = () => import('../../../shaders/roofline/memory_copy.wgsl?raw');
const read = () => import('../../../shaders/roofline/memory_read.wgsl?raw');

export interface MemoryArgs {
  /** Bytes of x, a multiple of 16; copied to the same number in y. */
  readonly size: number;
  /** Times that the whole of x is gone through in one call, for working sets too small to time alone; 1 by default. */
  readonly passes?: number;
}
export type MemoryBindings = { x: 'read'; y: 'read_write' };
export interface MemoryKernel extends Kernel<MemoryBindings, MemoryArgs> {
  /** Bytes that a call reads and writes. */
  readonly bytes: (args: MemoryArgs) => number;
}

/**
 * Invocations a workgroup and workgroups at most. Software deals workgroups to cores, and runs small ones from nearer
 * caches.
 */
const shape = (info: DeviceInfo) => (info.isSoftware ? { wg: 16, groups: 64 } : { wg: 256, groups: 4096 });
/** Vectors that one workgroup goes through: as even as whole steps of four allow. */
function run(info: DeviceInfo, { size }: MemoryArgs): number {
  const { wg, groups } = shape(info);
  const step = 4 * wg;
  return Math.ceil(size / 16 / groups / step) * step;
}
const workgroups = (info: DeviceInfo, args: MemoryArgs) => Math.ceil(args.size / 16 / run(info, args));

const spec = (label: string, wgsl: Source, { info }: GpuContext): KernelSpec<MemoryBindings, MemoryArgs> => ({
  label,
  wgsl,
  bindings: { x: 'read', y: 'read_write' },
  argBytes: 12,
  consts: { WG: `${shape(info).wg}u` },
  pack(write, a) {
    if (!(a.size > 0) || a.size % 16 !== 0)
      throw new RangeError(`${label}: ${a.size} bytes are not a positive multiple of 16`);
    write.u32(a.size / 16, run(info, a), a.passes ?? 1);
  },
  grid: (a) => [workgroups(info, a)],
});

/** Numbers that memory_read stores in y: the sum of each invocation's share of x. */
export const readSums = (info: DeviceInfo, args: MemoryArgs): number => workgroups(info, args) * shape(info).wg;

/** Adds up x, as vectors of floats; y takes `readSums` numbers whose total is passes·Σx. */
export async function createMemoryRead(ctx: GpuContext): Promise<MemoryKernel> {
  return {
    ...(await createKernel(ctx, spec('memory_read', read, ctx))),
    bytes: (a) => a.size * (a.passes ?? 1) + 4 * readSums(ctx.info, a),
  };
}

/** y = x. */
export async function createMemoryCopy(ctx: GpuContext): Promise<MemoryKernel> {
  return { ...(await createKernel(ctx, spec('memory_copy', copy, ctx))), bytes: (a) => 2 * a.size * (a.passes ?? 1) };
}
