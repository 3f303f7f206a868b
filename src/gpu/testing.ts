/** For `*.gpu.test.ts` only: a shared device of Dawn in Node, and the shortest way in and out of a buffer. */
import { create, globals } from 'webgpu';
import { type Bindings, type Call, encode, type Kernel } from './kernel.ts';
import { type DeviceOptions, type GpuContext, requestDevice } from './device.ts';
import { readFloats } from './readback.ts';
import { UniformSlots } from './slots.ts';

interface Shared {
  gpu?: GPU;
  context?: Promise<GpuContext>;
  slots?: Promise<UniformSlots>;
}
// One process, many test files: the instance lives on the global object, or it is collected while a device still runs.
const shared = ((globalThis as { stepscopeGpu?: Shared }).stepscopeGpu ??= {});

export function nodeGpu(): GPU {
  if (!shared.gpu) {
    Object.assign(globalThis, globals);
    shared.gpu = create([]);
  }
  return shared.gpu;
}

/** Dawn without a driver, experimental extensions included: whatever is compiled is validated, and nothing runs. */
export function nullDevice(features: readonly string[]): Promise<GPUDevice> {
  nodeGpu(); // WebGPU's globals
  const gpu = ((shared as { validator?: GPU }).validator ??= create([
    'backend=null',
    'enable-dawn-features=allow_unsafe_apis',
  ]));
  return gpu
    .requestAdapter()
    .then((adapter) => adapter!.requestDevice({ requiredFeatures: features as GPUFeatureName[] }));
}

/** A device of one's own, e.g. one to be lost, or one without some feature. */
export const freshContext = (options?: DeviceOptions) => requestDevice(nodeGpu(), options);

/** The device that all tests of this process share. */
export const nodeContext = (): Promise<GpuContext> => (shared.context ??= freshContext());
export const nodeSlots = (): Promise<UniformSlots> =>
  (shared.slots ??= nodeContext().then((ctx) => UniformSlots.create(ctx, { owner: 'tests', slots: 8192 })));

export const upload = (ctx: GpuContext, data: ArrayBufferView<ArrayBuffer> | readonly number[], label = 'data') =>
  ctx.buffers.upload({ label, owner: 'test' }, ArrayBuffer.isView(data) ? data : new Float32Array(data));

/** Run calls in one pass and read one buffer back as floats; throws on any uncaptured error. */
export async function run(
  ctx: GpuContext,
  slots: UniformSlots,
  calls: readonly Call[],
  out: GPUBuffer,
  offset = 0,
  count?: number,
): Promise<Float32Array> {
  slots.flush();
  const encoder = ctx.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (const call of calls) encode(pass, call);
  pass.end();
  ctx.submit(encoder.finish());
  const floats = await readFloats(ctx, out, offset * 4, count);
  slots.release(0);
  if (ctx.firstError) throw new Error(ctx.firstError);
  return floats;
}

/** Upload every array, run one call of a kernel, read the binding `out` back and free everything. */
export async function launch<B extends Bindings, A>(
  ctx: GpuContext,
  slots: UniformSlots,
  kernel: Kernel<B, A>,
  data: { readonly [K in keyof B]: ArrayBufferView<ArrayBuffer> | readonly number[] },
  args: A,
  out: keyof B,
): Promise<Float32Array> {
  const names = Object.keys(data) as (keyof B & string)[];
  const entries = await Promise.all(names.map(async (name) => [name, await upload(ctx, data[name], name)] as const));
  const buffers = Object.fromEntries(entries) as { [K in keyof B]: GPUBuffer };
  const result = await run(ctx, slots, [kernel.call(buffers, args, slots)], buffers[out]);
  for (const [, buffer] of entries) ctx.buffers.destroy(buffer);
  return result;
}

/** Deterministic floats in [-1, 1): a test's inputs, not random numbers. */
export function wave(count: number, seed = 1): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  let s = (seed * 0x9e3779b9) >>> 0;
  for (let i = 0; i < count; i++) {
    s = (Math.imul(s ^ (s >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    out[i] = (s >>> 8) / 2 ** 23 - 1;
  }
  return out;
}

/** Largest |a − b| and largest |b|, for one assertion with a stated tolerance. */
export function compare(actual: ArrayLike<number>, expected: ArrayLike<number>): { error: number; scale: number } {
  let error = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(actual[i]! - expected[i]!);
    error = Number.isNaN(d) ? Infinity : Math.max(error, d);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return { error: actual.length < expected.length ? Infinity : error, scale };
}
