// What runs the numbers, and whether it is still there.
import { createStore } from 'zustand/vanilla';
import type { DeviceReport } from '../../engine/worker/protocol.ts';

export interface DeviceState {
  readonly phase: 'starting' | 'ready' | 'lost' | 'recovered' | 'failed';
  readonly report: DeviceReport | null;
  /** Why the device went away, in the browser's words. */
  readonly reason: string;
}
export const deviceStore = createStore<DeviceState>(() => ({ phase: 'starting', report: null, reason: '' }));
