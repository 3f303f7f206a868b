// The device of a worker: asking for one, telling the page of its life, and another one when it is lost.
import { throwIfCancelled } from '../core/cancel.ts';
import { browserGpu, requestDevice, type GpuContext } from '../gpu/device.ts';
import type { HeldMemory } from './worker/protocol.ts';
import { reportOf, type GpuReport } from './report.ts';

/** A device in use, with what may be told of it. */
export interface OnDevice {
  readonly ctx: GpuContext;
  readonly report: GpuReport;
}
/** What became of asking for a device: the device, or why there is none. */
export type Opened =
  OnDevice | { readonly ctx: null; readonly why: { readonly message: string; readonly hint: string } };
export type DeviceState = 'lost' | 'recovered' | 'failed';

/** The waits before a new device is asked for. */
const WAITS_MS = [0, 500, 2000] as const;
/** How often work is repeated after losses. */
const REPLAYS = 3;

export interface Devices {
  /** The next device; null when computing on the processor. */
  open(): Promise<GpuContext | null>;
  /** What the last `open` came to. */
  readonly now: Opened | null;
  /** Begin anew, on the processor if `forced`. */
  reset(forced: boolean): void;
}

export interface DevicesOptions {
  /** Hears of every change after the first opening. */
  readonly onChange: (state: DeviceState, reason: string, now: Opened | null) => void;
  /** Hears of a loss, so that work in hand can be moved. */
  readonly onLost: () => void;
  /** Asks for a device; the browser's by default. */
  readonly request?: () => Promise<OnDevice>;
}

async function requestBrowsers(): Promise<OnDevice> {
  const ctx = await requestDevice(browserGpu());
  return { ctx, report: await reportOf(ctx) };
}

export function createDevices({ onChange, onLost, request = requestBrowsers }: DevicesOptions): Devices {
  let forced = false;
  let ever = false;
  let now: Opened | null = null;
  const none = (message: string, hint: string): null => {
    now = { ctx: null, why: { message, hint } };
    if (ever) onChange('failed', message, now);
    ever = true;
    return null;
  };
  return {
    get now() {
      return now;
    },
    reset(onProcessor) {
      forced = onProcessor;
      ever = false;
      now = null; // what happens to the old device from here on is nobody's loss
    },
    async open() {
      if (forced) return none('The processor was asked for.', 'Compute on the GPU again from the device panel.');
      let fault: { message: string; hint?: string } = { message: '' };
      // At the start one refusal is an answer; after a loss the browser may need a moment.
      for (const wait of ever ? WAITS_MS : WAITS_MS.slice(0, 1)) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        try {
          const opened = await request();
          const { ctx } = opened;
          now = opened;
          if (ever) onChange('recovered', '', now);
          ever = true;
          ctx.onLost((error) => {
            if (now !== opened) return;
            onChange('lost', error.message, null);
            onLost();
          });
          return ctx;
        } catch (error) {
          fault = error as Error & { hint?: string };
        }
      }
      return none(
        ever ? 'The GPU did not come back after it was lost.' : fault.message,
        fault.hint ?? 'Reload the page to try again.',
      );
    },
  };
}

/** Opens the next device; null when computing on the processor. Rejects when none comes back. */
export type OpenDevice = () => Promise<GpuContext | null>;

/** One device at a time, and another one after a loss; whoever asks meanwhile waits for the same one. */
export class DeviceKeeper {
  readonly #open: OpenDevice;
  readonly #opened: (ctx: GpuContext | null) => Promise<void>;
  readonly #asksAgain: boolean;
  #ctx: GpuContext | null = null;
  #ready = false;
  #opening: Promise<GpuContext | null> | null = null;

  /**
   * `opened` makes on a new device what the old one held. `asksAgain`: where there is none, the next one who needs it
   * asks once more; otherwise the processor goes on until `forget`.
   */
  constructor(open: OpenDevice, opened: (ctx: GpuContext | null) => Promise<void>, { asksAgain = false } = {}) {
    this.#open = open;
    this.#opened = opened;
    this.#asksAgain = asksAgain;
  }

  /** The device in use or lost last; null before the first, and on the processor. */
  get ctx(): GpuContext | null {
    return this.#ctx;
  }

  /** The device that works now, with everything on it. */
  current(): Promise<GpuContext | null> {
    if (this.#opening) return this.#opening;
    const works = this.#ctx ? this.#ctx.status !== 'lost' : !this.#asksAgain;
    if (this.#ready && works) return Promise.resolve(this.#ctx);
    const opening = this.#reopen().finally(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    this.#opening = opening;
    return opening;
  }

  async #reopen(): Promise<GpuContext | null> {
    this.#ctx = await this.#open();
    this.#ready = true;
    await this.#opened(this.#ctx);
    return this.#ctx;
  }

  /** GPU bytes by owner; nothing on the processor. */
  memory(): HeldMemory {
    const lives = this.#ctx?.status === 'ready' ? this.#ctx.buffers : null;
    return { owners: Object.fromEntries(lives?.bytesByOwner() ?? []), buffers: lives?.count ?? 0 };
  }

  /** Destroys the device on purpose. */
  lose(): void {
    this.#ctx?.destroy();
  }

  /** Runs work on the device; when that is lost under it, again on the next one, at most three times. */
  async replay<T>(work: (ctx: GpuContext | null) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      throwIfCancelled(signal);
      const ctx = await this.current();
      try {
        return await work(ctx);
      } catch (error) {
        // Work that fails because its device went may say so in other words.
        const lost = (error instanceof Error && error.name === 'DeviceLostError') || ctx?.status === 'lost';
        if (!lost || attempt >= REPLAYS) throw error;
      }
    }
  }

  /** Lets go of the device: the next one who needs it opens another. `free` frees what it holds. */
  async forget(free: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    // A device that is still being opened is not the one asked for.
    await this.#opening?.catch(() => {});
    await free();
    this.#ready = false;
    this.#ctx?.destroy();
    this.#ctx = null;
  }
}
