// What narrower weights cost: measured once a model and format, after the reader's first run with them.
import { createStore } from 'zustand/vanilla';
import { connection } from './connection.ts';
import { modelStore } from './model.ts';
import { runStore } from './runStore.ts';
import type { MeasuredChange } from './types.ts';

export interface ChangeState {
  /** `key` of the model that it was measured on. */
  readonly key: string;
  readonly measured: MeasuredChange | null;
}
export const changeStore = createStore<ChangeState>(() => ({ key: '', measured: null }));

/** Asked for and not answered yet; what a newer run ends is asked again after it. */
let asking = '';

async function measure(): Promise<void> {
  const client = connection.client();
  const { experiment } = runStore.getState();
  const { key, loaded } = modelStore.getState();
  if (!client || !experiment || !loaded || key === changeStore.getState().key || key === asking) return;
  if (loaded.format !== 'int8' && loaded.format !== 'int4') return;
  asking = key;
  const measured = await client.ask('change', { experiment }).done.catch(() => null);
  asking = '';
  if (measured && modelStore.getState().key === key) changeStore.setState({ key, measured });
}

/** From here on; once for the page. */
export function followChanges(): void {
  runStore.subscribe((now, before) => {
    if (now.phase === 'done' && before.phase !== 'done') void measure();
  });
}
