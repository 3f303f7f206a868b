// What computes: a GPU by Dawn, WebGPU outside of a browser, or the float64 reference on the processor.
import type * as Dawn from 'webgpu';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createCpuBackend } from '../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../engine/diffusion/gpuBackend.ts';
import type { Backend, LoadWeights } from '../engine/diffusion/problem.ts';
import { reportOf } from '../engine/report.ts';
import { GpuError } from '../gpu/errors.ts';
import { requestDevice } from '../gpu/device.ts';
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
async function dawn(root: URL): Promise<typeof Dawn> {
  let place: string;
  try {
    place = createRequire(new URL('package.json', root)).resolve('webgpu');
  } catch {
    throw new Refused(
      `The package 'webgpu' (Dawn for Node) is not installed here: npm ci, without --omit=dev, brings it. ${INSTEAD}`,
    );
  }
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(place).href)) as typeof Dawn;
  } catch (error) {
    throw new Refused(`The package 'webgpu' does not load here: ${(error as Error).message}. ${INSTEAD}`);
  }
}

/** As long as the process lives: Dawn's instance must not be collected while a device runs. */
const kept: unknown[] = [];

async function openGpu(root: URL, adapter: string | null, load: LoadWeights): Promise<Machine> {
  const { create, globals } = await dawn(root);
  Object.assign(globalThis, globals);
  const gpu = create(adapter === null ? [] : [`adapter=${adapter}`]);
  kept.push(gpu);
  try {
    const context = await requestDevice(gpu);
    kept.push(context);
    const { name } = await reportOf(context);
    return { backend: createGpuBackend(context, load), device: name, alive: () => context.status === 'ready' };
  } catch (error) {
    const asked = adapter === null ? '' : `whose name holds '${adapter}' and `;
    // Dawn lists what there is where it finds none of the name.
    const said =
      error instanceof GpuError ? '' : (error as Error).message.replace(/^no suitable backends found\s*/i, '');
    const lines = [`There is no GPU here ${asked}that WebGPU can use.`, said.trim(), `${NEEDS} ${INSTEAD}`];
    throw new Refused(lines.filter((line) => line !== '').join('\n'));
  }
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
    : openGpu(root, adapter, load);
