// A device for the language lab, and another one when it is lost.
import { browserGpu, requestDevice, type GpuContext } from '../gpu/device.ts';
import { reportOf, type GpuReport } from './report.ts';

/** What became of asking for a device: its context with what may be told of it, or why there is none. */
export type Opened =
  | { readonly ctx: GpuContext; readonly report: GpuReport }
  | { readonly ctx: null; readonly why: { readonly message: string; readonly hint: string } };
export type DeviceState = 'lost' | 'recovered' | 'failed';

/** The waits before a new device is asked for. */
const WAITS_MS = [0, 500, 2000] as const;

export interface Devices {
  /** The next device; null when computing on the processor. */
  open(): Promise<GpuContext | null>;
  /** What the last `open` came to. */
  readonly now: Opened | null;
  /** Begin anew, on the processor if `forced`. */
  reset(forced: boolean): void;
}

/** `told` hears of every change after the first opening; `onLost` of a loss, so that work in hand can be moved. */
export function createDevices(
  told: (state: DeviceState, reason: string, now: Opened | null) => void,
  onLost: (ctx: GpuContext) => void,
  gpu: () => GPU | undefined = browserGpu,
): Devices {
  let forced = false;
  let ever = false;
  let now: Opened | null = null;
  const none = (message: string, hint: string): null => {
    now = { ctx: null, why: { message, hint } };
    if (ever) told('failed', message, now);
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
          const ctx = await requestDevice(gpu());
          const opened = { ctx, report: await reportOf(ctx) };
          now = opened;
          if (ever) told('recovered', '', now);
          ever = true;
          ctx.onLost((error) => {
            if (now !== opened) return;
            told('lost', error.message, null);
            onLost(ctx);
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
