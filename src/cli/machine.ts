// What computes: a GPU by Dawn, WebGPU outside of a browser; for the Diffusion lab also the processor, in float64.
import type * as Dawn from 'webgpu';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createCpuBackend } from '../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../engine/diffusion/gpuBackend.ts';
import type { Backend, LoadWeights } from '../engine/diffusion/problem.ts';
import { reportOf } from '../engine/report.ts';
import { GpuError } from '../gpu/errors.ts';
import { requestDevice, type GpuContext } from '../gpu/device.ts';
import { PROCESSOR } from '../frame/config/grid.ts';
import type { BackendName } from './args.ts';
import { Refused } from './refused.ts';

export interface Machine {
  readonly backend: Backend;
  /** As the results name it. */
  readonly device: string;
  /** False once the device is lost. */
  alive(): boolean;
}

const NEEDS = 'Dawn needs a driver of Vulkan, Metal or Direct3D 12.';
const INSTEAD = 'Or compute on the processor in float64: --backend cpu.';

/** Dawn, from the packages beside the program. */
async function dawn(root: URL, instead: string): Promise<typeof Dawn> {
  let place: string;
  try {
    place = createRequire(new URL('package.json', root)).resolve('webgpu');
  } catch {
    throw new Refused(
      `The package 'webgpu' (Dawn for Node) is not installed here: npm ci, without --omit=dev, brings it. ${instead}`.trim(),
    );
  }
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(place).href)) as typeof Dawn;
  } catch (error) {
    throw new Refused(`The package 'webgpu' does not load here: ${(error as Error).message}. ${instead}`.trim());
  }
}

/** As long as the process lives: Dawn's instance must not be collected while a device runs. */
const kept: unknown[] = [];

export interface Gpu {
  readonly context: GpuContext;
  /** As the results name it. */
  readonly device: string;
}

/** Opens a GPU; `instead`: what else can be done where there is none, as a sentence. */
export async function openGpu(root: URL, adapter: string | null, instead = ''): Promise<Gpu> {
  const { create, globals } = await dawn(root, instead);
  Object.assign(globalThis, globals);
  const gpu = create(adapter === null ? [] : [`adapter=${adapter}`]);
  kept.push(gpu);
  try {
    const context = await requestDevice(gpu);
    kept.push(context);
    const { name } = await reportOf(context);
    return { context, device: name };
  } catch (error) {
    const asked = adapter === null ? '' : `whose name holds '${adapter}' and `;
    // Dawn lists what there is where it finds none of the name.
    const said =
      error instanceof GpuError ? '' : (error as Error).message.replace(/^no suitable backends found\s*/i, '');
    const lines = [`There is no GPU here ${asked}that WebGPU can use.`, said.trim(), `${NEEDS} ${instead}`.trim()];
    throw new Refused(lines.filter((line) => line !== '').join('\n'));
  }
}

async function onGpu(root: URL, adapter: string | null, load: LoadWeights): Promise<Machine> {
  const { context, device } = await openGpu(root, adapter, INSTEAD);
  return { backend: createGpuBackend(context, load), device, alive: () => context.status === 'ready' };
}

/** Opens what was asked for; `root` is the folder of this program, with its packages. */
export const openMachine = async (
  backend: BackendName,
  adapter: string | null,
  root: URL,
  load: LoadWeights,
): Promise<Machine> =>
  backend === 'cpu'
    ? { backend: createCpuBackend(load), device: PROCESSOR, alive: () => true }
    : onGpu(root, adapter, load);
