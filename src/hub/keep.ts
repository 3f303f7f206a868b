// Models on this machine: what the names in a model's folder mean, and what of it can be trusted.
import { isObject, parseObject } from '../formats/json.ts';
import type { Licence } from '../formats/modelCard.ts';
import type { ModelSource } from './source.ts';
import { formatSource, parseSource } from './source.ts';
import type { ChunkStore } from './chunkStore.ts';
import type { StoredModel } from './types.ts';
import type { HubFile } from './hubClient.ts';
import { sha256Of } from './sha256.ts';

export type HubSource = ModelSource & { readonly from: 'hub' };

/**
 * Written once, before the first chunk: what the model consists of. Chunks carry their own hash, so that two tabs need
 * not agree on more than this.
 */
export interface Manifest {
  readonly repo: string;
  readonly commit: string;
  /** The file that the reader named, if one. */
  readonly file: string | null;
  readonly chunkBytes: number;
  readonly files: readonly HubFile[];
  /** Manifests of before 0.5 do not say. */
  readonly licence?: Licence | null;
}

const HASH = 32;
const VERSION = 1;
const MANIFEST = 'manifest.json';
const USED = 'used';
const REF = 'ref ';
const utf8 = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const hexBytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (b) => parseInt(b, 16));
const chunkName = (file: number, chunk: number) => `${file}.${chunk}`;
export const verifiedName = (file: number) => `${file}.verified`;
export const chunksOf = (bytes: number, chunkBytes: number) => Math.ceil(bytes / chunkBytes);
export const titleOf = ({ repo, file }: { readonly repo: string; readonly file: string | null }) =>
  file === null ? repo : `${repo} · ${file}`;

/**
 * The folder of a model: one per repository, commit and file, so that revisions never mix. Folder names are hashes: any
 * file system takes them.
 */
export const folderOf = async (m: Pick<Manifest, 'repo' | 'commit' | 'file'>): Promise<string> =>
  (await sha256Of(utf8(JSON.stringify([m.repo, m.commit, m.file])))).slice(0, 32);

/** Null when the bytes are no manifest: another version's, or damaged. */
function parseManifest(bytes: Uint8Array): Manifest | null {
  try {
    const m = parseObject(bytes, { what: MANIFEST, depth: 8, hint: '' });
    const texts =
      typeof m.repo === 'string' && typeof m.commit === 'string' && (m.file === null || typeof m.file === 'string');
    const files =
      Array.isArray(m.files) &&
      m.files.length > 0 &&
      (m.files as HubFile[]).every(
        (f) =>
          typeof f?.name === 'string' &&
          Number.isSafeInteger(f.bytes) &&
          f.bytes >= 0 &&
          (f.sha256 === null || typeof f.sha256 === 'string'),
      );
    const fine = (v: unknown) => v === null || typeof v === 'string';
    const said = m.licence ?? null;
    const licence =
      said === null || (isObject(said) && typeof said.id === 'string' && fine(said.name) && fine(said.link));
    return m.version === VERSION &&
      licence &&
      texts &&
      files &&
      Number.isSafeInteger(m.chunkBytes) &&
      (m.chunkBytes as number) > 0
      ? (m as unknown as Manifest)
      : null;
  } catch {
    return null;
  }
}

/**
 * One model's folder. Nothing here rejects: what cannot be read counts as missing, and a failed write is reported once,
 * through `stop`.
 */
export class Kept {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly #store: ChunkStore;
  readonly #stopped: (why: string) => void;
  #writing = true;
  #last: Promise<void> = Promise.resolve();
  constructor(store: ChunkStore, folder: string, manifest: Manifest, stopped: (why: string) => void) {
    this.#store = store;
    this.folder = folder;
    this.manifest = manifest;
    this.#stopped = stopped;
  }
  get writing(): boolean {
    return this.#writing;
  }

  /** Nothing more is written; `why` is for the reader, and empty when the reader wanted it. */
  stop(why: string): void {
    if (!this.#writing) return;
    this.#writing = false;
    if (why) this.#stopped(why);
  }

  /** Resolves when no write is in progress. */
  async written(): Promise<void> {
    await this.#last;
  }

  /** Writes the manifest unless it is there, and when and as what the model was opened. */
  async begin(revision: string, resolved: boolean): Promise<void> {
    const now = String(Date.now());
    // Not rewritten: an interrupted write would lose what is there.
    const there = await readManifest(this.#store, this.folder);
    if (there?.chunkBytes !== this.manifest.chunkBytes)
      await this.#write(MANIFEST, [utf8(JSON.stringify({ version: VERSION, ...this.manifest }))], false);
    await this.#write(USED, [utf8(now)]);
    // The commit that a branch meant when the hub was last asked: it is used while the hub cannot be reached.
    if (resolved) await this.#write(REF + encodeURIComponent(revision), [utf8(now)]);
  }

  /** A chunk whose hash is right, or null. */
  async chunk(file: number, chunk: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const name = chunkName(file, chunk);
    const held = await this.#store.read(this.folder, name).catch(() => null);
    if (!held) return null;
    const { bytes, chunkBytes } = { ...this.manifest.files[file]!, chunkBytes: this.manifest.chunkBytes };
    const size = Math.min(chunkBytes, bytes - chunk * chunkBytes);
    const body = held.subarray(0, size);
    const sum = held.subarray(size);
    if (held.length === size + HASH && hexBytes(await sha256Of(body)).every((b, i) => b === sum[i])) return body;
    await this.#store.remove(this.folder, name).catch(() => {});
    return null;
  }
  async keep(file: number, chunk: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#writing) await this.#write(chunkName(file, chunk), [bytes, hexBytes(await sha256Of(bytes))]);
  }

  async verified(file: number): Promise<boolean> {
    return (await this.#store.read(this.folder, verifiedName(file)).catch(() => null)) !== null;
  }
  async markVerified(file: number): Promise<void> {
    await this.#write(verifiedName(file), []);
  }

  /** Forgets a file that is not what the hub says it is. */
  async drop(file: number): Promise<void> {
    await this.#store.remove(this.folder, verifiedName(file)).catch(() => {});
    for (let i = 0; i < chunksOf(this.manifest.files[file]!.bytes, this.manifest.chunkBytes); i++)
      await this.#store.remove(this.folder, chunkName(file, i)).catch(() => {});
  }

  /** Bytes of chunks that are there. */
  async bytes(): Promise<number> {
    return sizeOf(this.manifest, await this.#store.list(this.folder).catch(() => new Map<string, number>()));
  }

  #write(name: string, parts: readonly Uint8Array<ArrayBuffer>[], found = true): Promise<void> {
    const mine = this.#tryWrite(name, parts, found);
    this.#last = Promise.all([this.#last, mine]).then(() => {});
    return mine;
  }
  async #tryWrite(name: string, parts: readonly Uint8Array<ArrayBuffer>[], found: boolean): Promise<void> {
    if (!this.#writing) return;
    try {
      await this.#store.write(this.folder, name, parts, found);
    } catch (error) {
      const { name: kind, message } = error as Error;
      // The folder is gone: another tab's reader deleted it.
      if (kind === 'NotFoundError') this.stop('');
      else
        this.stop(
          kind === 'QuotaExceededError'
            ? 'The disk space that this page may use is full: the rest of the model is not kept and is downloaded again next time. Delete a kept model to make room.'
            : `The model cannot be kept on this machine (${message}).`,
        );
    }
  }
}

const sizeOf = ({ files, chunkBytes }: Manifest, sizes: ReadonlyMap<string, number>): number => {
  let sum = 0;
  files.forEach(({ bytes }, f) => {
    for (let i = 0; i < chunksOf(bytes, chunkBytes); i++) {
      const size = Math.min(chunkBytes, bytes - i * chunkBytes);
      if (sizes.get(chunkName(f, i)) === size + HASH) sum += size;
    }
  });
  return sum;
};
export const totalOf = ({ files }: Manifest): number => files.reduce((n, f) => n + f.bytes, 0);

const readManifest = async (store: ChunkStore, folder: string): Promise<Manifest | null> => {
  const bytes = await store.read(folder, MANIFEST).catch(() => null);
  return bytes && parseManifest(bytes);
};
const readTime = async (store: ChunkStore, folder: string, name: string): Promise<number> => {
  const bytes = await store.read(folder, name).catch(() => null);
  const time = Number(bytes ? new TextDecoder().decode(bytes) : NaN);
  return Number.isFinite(time) ? time : 0;
};

/** The manifest of a commit, when it is kept. */
export async function recall(
  store: ChunkStore,
  repo: string,
  commit: string,
  file: string | null,
): Promise<Manifest | null> {
  const found = await readManifest(store, await folderOf({ repo, commit, file }));
  return found && found.repo === repo && found.commit === commit && found.file === file ? found : null;
}

/** What a source stood for when the hub was last asked, and when that was. */
export async function lastKnown(
  store: ChunkStore,
  source: HubSource,
): Promise<{ readonly manifest: Manifest; readonly at: number } | null> {
  let best: { manifest: Manifest; at: number } | null = null;
  for (const folder of await store.folders()) {
    const manifest = await readManifest(store, folder);
    if (!manifest || manifest.repo !== source.repo || manifest.file !== source.file) continue;
    const at = await readTime(store, folder, REF + encodeURIComponent(source.revision));
    if (at > (best?.at ?? 0)) best = { manifest, at };
  }
  return best;
}

/** Every folder, with those that cannot be read: they take space and can be deleted. */
export async function listKept(store: ChunkStore): Promise<StoredModel[]> {
  const models = await Promise.all(
    (await store.folders()).map(async (folder): Promise<StoredModel> => {
      const manifest = await readManifest(store, folder);
      const sizes = await store.list(folder).catch(() => new Map<string, number>());
      if (!manifest)
        return {
          key: folder,
          title: `unreadable entry ${folder.slice(0, 8)}`,
          bytes: [...sizes.values()].reduce((a, b) => a + b, 0),
          complete: false,
          usedAt: 0,
        };
      const bytes = sizeOf(manifest, sizes);
      // The key of a whole entry is its source, so that it can be loaded as it is.
      return {
        key: formatSource({ from: 'hub', repo: manifest.repo, revision: manifest.commit, file: manifest.file }),
        title: `${titleOf(manifest)} (${manifest.commit.slice(0, 7)})`,
        bytes,
        complete: bytes === totalOf(manifest),
        usedAt: await readTime(store, folder, USED),
      };
    }),
  );
  return models.sort((a, b) => b.usedAt - a.usedAt || (a.key < b.key ? -1 : 1));
}

/** The folder that a key of the list stands for. */
export function folderOfKey(key: string): Promise<string> {
  const source = parseSource(key, []);
  return typeof source !== 'string' && source.from === 'hub'
    ? folderOf({ repo: source.repo, commit: source.revision, file: source.file })
    : Promise.resolve(key);
}

/** Bytes of a source that are on this machine. */
export async function keptBytes(store: ChunkStore, source: HubSource): Promise<number> {
  const manifest =
    (await recall(store, source.repo, source.revision, source.file)) ?? (await lastKnown(store, source))?.manifest;
  return manifest ? sizeOf(manifest, await store.list(await folderOf(manifest))) : 0;
}
