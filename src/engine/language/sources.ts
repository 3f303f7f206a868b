// Where models come from: beside the page, the hub, the reader's disk.
import type { ModelSource } from '../../config/language/experiment.ts';
import { openBundled } from './bundled.ts';
import type { StoredModel } from './events.ts';
import { ModelError, type ModelFiles } from './files.ts';
import type { Given } from './lab.ts';
import { openLocal } from './localFiles.ts';

export interface Sources {
  open(source: ModelSource, given: Given, signal: AbortSignal): Promise<ModelFiles>;
  /** Models kept on this machine, and the bytes that they and everything else of this page take; quota null when the browser does not say. */
  stored(): Promise<{ readonly models: readonly StoredModel[]; readonly used: number; readonly quota: number | null }>;
  storedBytes(source: ModelSource): Promise<number>;
  forget(key: string): Promise<void>;
}

/** `base` is the folder that holds models/, as an absolute URL. */
export function createSources(base: string): Sources {
  return {
    async open(source, given, signal) {
      switch (source.from) {
        case 'bundled': return openBundled(base, source, signal);
        case 'file': return openLocal(source, given.files);
        case 'hub': throw new ModelError('no hub yet', '');
        default: return source satisfies never;
      }
    },
    stored: () => Promise.resolve({ models: [], used: 0, quota: null }),
    storedBytes: () => Promise.resolve(0),
    forget: () => Promise.resolve(),
  };
}
