// The WGSL of one version at one shape, as the device compiles it.
import { createStore } from 'zustand/vanilla';
import { hasGpu, connection } from './connection.ts';
import { resultKey } from './measure.ts';
import { asFailure } from '../../../frame/state/notices.ts';
import type { DispatchSource, Shape } from './types.ts';

export interface SourceState {
  readonly key: string;
  readonly version: string;
  readonly dispatches: readonly DispatchSource[];
  readonly failure: string | null;
}
export const sourceStore = createStore<SourceState>(() => ({ key: '', version: '', dispatches: [], failure: null }));

/** Shows a version's source; what is shown stays until the new one is there. */
export async function showSource(family: string, version: string, shape: Shape): Promise<void> {
  const key = resultKey(family, version, shape);
  const client = connection.client();
  if (!client || !hasGpu() || sourceStore.getState().key === key) return;
  sourceStore.setState({ key, version, failure: null });
  try {
    const { dispatches } = await client.ask('sources', { family, version, shape }).done;
    if (sourceStore.getState().key === key) sourceStore.setState({ dispatches });
  } catch (thrown) {
    if (sourceStore.getState().key === key)
      sourceStore.setState({ dispatches: [], failure: asFailure(thrown).message });
  }
}
/** Another device may compile other versions, or none. */
export const forgetSource = (): void => sourceStore.setState({ key: '', version: '', dispatches: [], failure: null });
