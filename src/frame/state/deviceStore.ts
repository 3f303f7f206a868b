import type { DeviceReport } from '../../engine/worker/protocol.ts';

/** What computes, and whether it is still there. */
export interface DeviceState {
  readonly phase: 'starting' | 'ready' | 'lost' | 'recovered' | 'failed';
  readonly report: DeviceReport | null;
  /** Why the device went away, in the browser's words. */
  readonly reason: string;
}
export const startingDevice: DeviceState = { phase: 'starting', report: null, reason: '' };
