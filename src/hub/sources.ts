// Where models come from: beside the page, the hub, the reader's disk.
import type { ModelSource } from './source.ts';
import { languageCard } from '../models/language.ts';
import { openBundled, type BundledCard } from './bundled.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { HUB } from './hosts.ts';
import { HubModels } from './hub.ts';
import type { Given, GivenFile, StoredModel } from './types.ts';
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

/** What tells kinds of models apart: which come with the page, which files they are, and where they are kept. */
export interface ModelKind {
  /** The bundled model of that id. */
  bundled(id: string): BundledCard | undefined;
  /** Folder of the browser's own disk space. */
  readonly root: string;
  readonly pick: Pick;
  local(source: LocalSource, files: readonly GivenFile[], signal: AbortSignal): ModelFiles | Promise<ModelFiles>;
}
export const languageModels: ModelKind = {
  bundled: languageCard,
  root: 'stepscope-language',
  pick: pickFiles,
  local: openLocal,
};

function cardOf({ bundled }: ModelKind, id: string): BundledCard {
  const card = bundled(id);
  if (card) return card;
  throw new ModelError(
    `There is no bundled model '${id.slice(0, 60)}' of this kind.`,
    'Choose one of those that the page offers, or write hub:owner/name for one from the hub.',
  );
}

/** `base` is the folder that holds models/, as an absolute URL. */
export function createSources(base: string, kind: ModelKind = languageModels): Sources {
  const { root, pick, local } = kind;
  // The address is fixed: were it to come from a link, a link could send a reader's token anywhere.
  const hub = new HubModels({ hub: HUB, openStore: () => openOpfs(root), pick });
  return {
    async open(source, given, signal) {
      switch (source.from) {
        case 'bundled':
          return openBundled(base, source, cardOf(kind, source.id), signal);
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
