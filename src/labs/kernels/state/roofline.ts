// The limits of this device, measured once a session unless the reader asks again.
import { createStore } from 'zustand/vanilla';
import { hasGpu } from './connection.ts';
import { kernelTask } from './task.ts';
import type { Phase, Roofline } from './types.ts';

export interface RooflineState {
  readonly phase: Phase;
  readonly roofline: Roofline | null;
  readonly done: number;
  readonly of: number;
  readonly what: string;
}
export const rooflineStore = createStore<RooflineState>(() => ({
  phase: 'idle',
  roofline: null,
  done: 0,
  of: 0,
  what: '',
}));
const task = kernelTask('roofline', (phase) => rooflineStore.setState({ phase }));

export async function measureRoofline(afresh: boolean): Promise<boolean> {
  if (!hasGpu()) return false;
  rooflineStore.setState({ done: 0, of: 0, what: '' });
  const roofline = await task.run(() => ({ afresh }), { onProgress: (p) => rooflineStore.setState(p) });
  if (roofline) rooflineStore.setState({ roofline });
  return roofline !== null;
}
/** Has one measured where there is none; cheap where the worker knows it already. */
export async function wantRoofline(): Promise<void> {
  const { phase, roofline } = rooflineStore.getState();
  if (!roofline && phase !== 'running') await measureRoofline(false);
}
export const cancelRoofline = (): void => task.cancel();
