import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { openGpu, type OpenGpu } from '../../../engine/diffusion/device.ts';
import { type LoadWeights } from '../../../engine/diffusion/problem.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { Session } from '../engine/session.ts';
import { cpuReport } from '../../../engine/worker/cpuReport.ts';
import type { DeviceReport } from '../../../engine/worker/protocol.ts';

type Tell = (state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceReport | null) => void;

/** How often a request is replayed after losses, and the waits before a new device is asked for. */
const REPLAYS = 3;
const WAITS_MS = [0, 500, 2000] as const;
const LOST = 'DeviceLostError';

/** The device as a state machine: ready → lost → (new device, replay) ready, or the CPU when no device comes back. */
export class Machine {
  readonly #load: LoadWeights;
  readonly #tell: Tell;
  readonly #openGpu: (load: LoadWeights) => Promise<OpenGpu>;
  #session: Promise<Session> | null = null;
  #open: OpenGpu | null = null;

  constructor(load: LoadWeights, tell: Tell, open: (load: LoadWeights) => Promise<OpenGpu> = openGpu) {
    this.#openGpu = open;
    this.#load = load;
    this.#tell = tell;
  }

  async start(forceCpu: boolean): Promise<DeviceReport> {
    const opened = forceCpu
      ? {
          report: cpuReport('The processor was asked for.', 'Compute on the GPU again from the device panel.'),
          gpu: null,
        }
      : await this.#tryGpu();
    this.#adopt(opened.gpu);
    return opened.report;
  }

  /** Runs a task on the current session; if the device is lost meanwhile, runs it again on the next one. */
  async using<T>(task: (session: Session) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      throwIfCancelled(signal);
      if (!this.#session) await this.start(false);
      const session = await this.#session!;
      try {
        return await task(session);
      } catch (error) {
        const lost = error instanceof Error && error.name === LOST;
        const echo = this.#open?.lost() ?? false;
        if ((!lost && !echo) || attempt >= REPLAYS) throw error;
      }
    }
  }

  /** GPU bytes by owner; nothing on the processor. */
  memory(): { owners: Record<string, number>; buffers: number } {
    return this.#open?.memory() ?? { owners: {}, buffers: 0 };
  }

  /** Destroys the device on purpose. */
  lose(): void {
    this.#open?.destroy();
  }

  #adopt(gpu: OpenGpu | null): void {
    this.#open = gpu;
    this.#session = Promise.resolve(new Session(gpu ? gpu.backend : createCpuBackend(this.#load)));
    gpu?.onLost((reason) => {
      this.#tell('lost', reason, null);
      this.#session = this.#recover();
    });
  }

  async #recover(): Promise<Session> {
    for (const wait of WAITS_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const { report, gpu } = await this.#tryGpu();
      if (!gpu) continue;
      this.#adopt(gpu);
      this.#tell('recovered', '', report);
      return this.#session!;
    }
    const report = cpuReport(
      'The GPU did not come back after it was lost.',
      'Runs continue on the processor; reload the page to try the GPU again.',
    );
    this.#adopt(null);
    this.#tell('failed', report.why!.message, report);
    return this.#session!;
  }

  async #tryGpu(): Promise<{ report: DeviceReport; gpu: OpenGpu | null }> {
    try {
      const gpu = await this.#openGpu(this.#load);
      return { report: { backend: 'webgpu', ...gpu.report }, gpu };
    } catch (error) {
      const e = error as Error & { hint?: string };
      return { report: cpuReport(e.message, e.hint ?? 'Reload the page to try again.'), gpu: null };
    }
  }
}
