/**
 * What WebGPU itself says about an engine: how many dispatches it records and which errors its devices raise. Peers are
 * not ours to instrument, so the API they all call is wrapped before the first of them loads. An engine without
 * dispatches ran elsewhere than on the GPU, or cancelled its work; one with validation errors computed nothing, very
 * fast.
 */
import type { EngineId } from './types.ts';

let owner: EngineId | undefined;
let withheld: readonly string[] = [];
let dispatches = 0;
const errors = new Map<EngineId, string[]>();

/** Dispatches recorded since the last call, by whomever. */
export function takeDispatches(): number {
  const count = dispatches;
  dispatches = 0;
  return count;
}

/** Uncaptured errors of the devices an engine opened, since the last call. */
export function takeErrors(engine: EngineId): readonly string[] {
  const found = errors.get(engine) ?? [];
  errors.delete(engine);
  return found;
}

/**
 * Devices requested while `open` runs belong to `engine`, and lack the features `without`: all that imply one another,
 * or it comes back.
 */
export async function owning<T>(engine: EngineId, without: readonly string[], open: () => Promise<T>): Promise<T> {
  owner = engine;
  withheld = without;
  try {
    return await open();
  } finally {
    owner = undefined;
    withheld = [];
  }
}

/** Wrap the API. Once, before any engine is loaded. `gpu` is where adapters come from; `mend` sees every new device. */
export function watch(gpu: GPU, mend?: (device: GPUDevice) => void): void {
  const request = gpu.requestAdapter.bind(gpu);
  const seen = new WeakSet<object>();
  const replace = <O extends object, K extends keyof O>(object: O, key: K, value: O[K]) =>
    Object.defineProperty(object, key, { value, configurable: true, writable: true });
  const count = (prototype: GPUComputePassEncoder) => {
    if (seen.has(prototype)) return;
    seen.add(prototype);
    for (const name of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'] as const) {
      const original = prototype[name] as (this: GPUComputePassEncoder, ...args: unknown[]) => undefined;
      replace(prototype, name, function (this: GPUComputePassEncoder, ...args: unknown[]) {
        dispatches++;
        return original.apply(this, args);
      } as never);
    }
  };
  // Dawn in Node has no global class: the prototype is taken from the first pass that is begun.
  const passes = (device: GPUDevice) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    count(Object.getPrototypeOf(pass) as GPUComputePassEncoder);
    pass.end();
    encoder.finish();
  };
  replace(gpu, 'requestAdapter', async (options) => {
    const adapter = await request(options);
    if (!adapter) return adapter;
    const open = adapter.requestDevice.bind(adapter);
    replace(adapter, 'requestDevice', async (descriptor: GPUDeviceDescriptor = {}) => {
      const engine = owner;
      const requiredFeatures = [...(descriptor.requiredFeatures ?? [])].filter((f) => !withheld.includes(f));
      const device = await open({ ...descriptor, requiredFeatures });
      passes(device);
      mend?.(device);
      device.addEventListener('uncapturederror', (event) => {
        if (engine)
          errors.set(engine, [...(errors.get(engine) ?? []), (event as GPUUncapturedErrorEvent).error.message]);
      });
      return device;
    });
    return adapter;
  });
}
