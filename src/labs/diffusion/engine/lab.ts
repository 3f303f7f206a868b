// The diffusion lab's state in the worker: a session on the device in use, and another one after a loss.
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { withHeads } from '../../../engine/diffusion/withHeads.ts';
import type { Backend, LoadWeights } from '../../../engine/diffusion/problem.ts';
import { DeviceKeeper, type OpenDevice } from '../../../engine/devices.ts';
import { tunedChoices } from '../../../engine/tuning/tuned.ts';
import type { HeldMemory } from '../../../engine/worker/protocol.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { Session } from './session.ts';

/** Where runs are computed on a device, or on the processor for null. */
export type BackendOn = (ctx: GpuContext | null) => Backend;

const backendsWith =
  (load: LoadWeights, tell: Tell): BackendOn =>
  (ctx) =>
    withHeads(
      ctx ? createGpuBackend(ctx, load, { tuned: () => tunedChoices(ctx.info) }) : createCpuBackend(load),
      load,
      tell,
    );

/** Hears how far work is that nobody asked for by itself. */
type Tell = (text: string, fraction: number) => void;

export class DiffusionLab {
  readonly #keeper: DeviceKeeper;
  #session: Session | null = null;

  constructor(
    open: OpenDevice,
    load: LoadWeights,
    tell: Tell = () => {},
    backendOn: BackendOn = backendsWith(load, tell),
  ) {
    this.#keeper = new DeviceKeeper(open, (ctx) => {
      this.#session = new Session(backendOn(ctx));
      return Promise.resolve();
    });
  }

  /** The device that works now; null when computing on the processor. */
  device(): Promise<GpuContext | null> {
    return this.#keeper.current();
  }

  /** Whether the device in use still works; the processor always does. */
  alive(): boolean {
    return this.#keeper.ctx?.status !== 'lost';
  }

  /** Runs a task on the session in use; if the device is lost meanwhile, again on the next one. */
  using<T>(task: (session: Session) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#keeper.replay(() => task(this.#session!), signal);
  }

  /** GPU bytes by owner; nothing on the processor. */
  memory(): HeldMemory {
    return this.#keeper.memory();
  }

  /** Destroys the device on purpose. */
  lose(): void {
    this.#keeper.lose();
  }
}
