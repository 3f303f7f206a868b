// The model in use, the one that is being loaded, and what lies on this machine.
import { createStore } from 'zustand/vanilla';
import type { FormatChoice } from '../config/experiment.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import { formatSource } from '../../../hub/source.ts';
import type { FitReport, LoadProgress, LoadedModel, StoredModel } from './types.ts';

export interface ModelState {
  /** In the worker, ready to run. */
  readonly loaded: LoadedModel | null;
  /** `modelKey` of what is loaded, as it was asked for. */
  readonly key: string;
  readonly phase: 'idle' | 'asking' | 'offered' | 'loading';
  readonly progress: LoadProgress | null;
  /** What the model that is being looked at would need here, and its source. */
  readonly offer: { readonly source: LanguageSource; readonly report: FitReport } | null;
  /** Why the model being looked at cannot be had. */
  readonly refused: { readonly message: string; readonly hint: string } | null;
  readonly stored: readonly StoredModel[];
  readonly used: number;
  readonly quota: number | null;
}
export const modelStore = createStore<ModelState>(() => ({
  loaded: null,
  key: '',
  phase: 'idle',
  progress: null,
  offer: null,
  refused: null,
  stored: [],
  used: 0,
  quota: null,
}));

export const modelKey = (source: LanguageSource, format: FormatChoice): string =>
  `${formatSource(source)} as ${format}`;
