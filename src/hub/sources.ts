// Where models come from: beside the page, the hub, the reader's disk.
import type { ModelSource } from './source.ts';
import { openBundled } from './bundled.ts';
import type { StoredModel } from './types.ts';
import type { ModelFiles } from './files.ts';
import { HUB } from './hosts.ts';
import { HubModels } from './hub.ts';
import type { Given } from './types.ts';
import { pickFiles, type Pick } from './hubPick.ts';
import { openLocal, type LocalSource } from './localFiles.ts';
import { openOpfs } from './opfs.ts';

export interface Sources {
  open(source: ModelSource, given: Given, signal: AbortSignal): Promise<ModelFiles>;
  /**
   * Models kept on this machine, and the bytes that they and everything else of this page take; quota null when the
   * browser does not say.
   */
  stored(): Promise<{ readonly models: readonly StoredModel[]; readonly used: number; readonly quota: number | null }>;
  storedBytes(source: ModelSource): Promise<number>;
  forget(key: string): Promise<void>;
}

/** What tells kinds of models apart: which files they are, on the hub and on disk, and where they are kept. */
export interface ModelKind {
  /** Folder of the browser's own disk space. */
  readonly root: string;
  readonly pick: Pick;
  local(source: LocalSource, files: readonly File[], signal: AbortSignal): ModelFiles | Promise<ModelFiles>;
}
export const languageModels: ModelKind = { root: 'stepscope-language', pick: pickFiles, local: openLocal };

/** `base` is the folder that holds models/, as an absolute URL. */
export function createSources(base: string, { root, pick, local }: ModelKind = languageModels): Sources {
  // The address is fixed: were it to come from a link, a link could send a reader's token anywhere.
  const hub = new HubModels({ hub: HUB, openStore: () => openOpfs(root), pick });
  return {
    async open(source, given, signal) {
      switch (source.from) {
        case 'bundled':
          return openBundled(base, source, signal);
        case 'file':
          return local(source, given.files, signal);
        case 'hub':
          return hub.open(source, given.token, signal);
        default:
          return source satisfies never;
      }
    },
    stored: () => hub.stored(),
    storedBytes: (source) => (source.from === 'hub' ? hub.storedBytes(source) : Promise.resolve(0)),
    forget: (key) => hub.forget(key),
  };
}
