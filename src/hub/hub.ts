// Models of the Hugging Face hub, through what this machine keeps of them.
import type { ChunkStore } from './chunkStore.ts';
import { Download } from './download.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { HubClient, type HubFile, type Sleep } from './hubClient.ts';
import { Unreachable } from './hubRefusal.ts';
import { pickFiles, type Pick } from './hubPick.ts';
import {
  folderOf,
  folderOfKey,
  Kept,
  keptBytes,
  lastKnown,
  listKept,
  recall,
  titleOf,
  totalOf,
  type HubSource,
  type Manifest,
} from './keep.ts';
import type { StoredModel } from './types.ts';

export const CHUNK_BYTES = 8 * 2 ** 20;
export interface HubOptions {
  readonly hub: string;
  readonly openStore: () => Promise<ChunkStore | null>;
  /** Language models, unless something else is asked for; each kind needs a store of its own. */
  readonly pick?: Pick;
  readonly chunkBytes?: number;
  readonly sleep?: Sleep;
}

const COMMIT = /^[0-9a-f]{40}$/;
const size = (bytes: number) =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
interface Open {
  readonly download: Download;
  readonly notices: string[];
  readers: number;
}

/** One per worker: readers of the same model share its chunks and its downloads. */
export class HubModels {
  readonly #client: HubClient;
  readonly #openStore: () => Promise<ChunkStore | null>;
  readonly #chunkBytes: number;
  readonly #pick: Pick;
  #store: Promise<ChunkStore | null> | null = null;
  readonly #open = new Map<string, Open>();

  constructor({ hub, openStore, pick = pickFiles, chunkBytes = CHUNK_BYTES, sleep }: HubOptions) {
    this.#client = new HubClient(hub, sleep);
    this.#openStore = openStore;
    this.#pick = pick;
    this.#chunkBytes = chunkBytes;
  }

  /** Rejects with ModelError when there is no such model or it cannot be reached, Cancelled when aborted. */
  async open(source: HubSource, token: string | null, signal: AbortSignal): Promise<ModelFiles> {
    const store = await this.store();
    const { manifest, notice, resolved } = await this.#resolve(store, source, token, signal);
    const folder = await folderOf(manifest);
    let shared = this.#open.get(folder);
    if (!shared) {
      const notices: string[] = store
        ? []
        : [
            'This browser gives the page no disk space here (a private window?): the model is downloaded again each time.',
          ];
      const kept = store && new Kept(store, folder, manifest, (why) => notices.push(why));
      // Before anything is awaited: whoever opens the model in the same moment shares it.
      this.#open.set(
        folder,
        (shared = { download: new Download(this.#client, manifest, kept, token), notices, readers: 0 }),
      );
    }
    const mine = shared;
    mine.readers++;
    try {
      if (store && mine.download.kept) {
        await this.#checkRoom(store, mine.download.kept);
        await mine.download.kept.begin(source.revision, resolved);
      }
    } catch (error) {
      this.#leave(folder, mine);
      throw error;
    }
    if (token) mine.download.token = token;
    return this.#files(source, folder, mine, notice);
  }

  #files(source: HubSource, folder: string, open: Open, notice: string | null): ModelFiles {
    const { download, notices } = open;
    const at = new Map(download.manifest.files.map((f, i) => [f.name, i]));
    const before = { network: download.network, store: download.store };
    let closed = false;
    return {
      source,
      title: titleOf(source),
      list: download.manifest.files.map(({ name, bytes }) => ({ name, bytes })),
      licence: download.manifest.licence ?? null,
      got: {
        get network() {
          return download.network - before.network;
        },
        get store() {
          return download.store - before.store;
        },
      },
      get notices() {
        return notice ? [notice, ...notices] : [...notices];
      },
      async read(name, begin, end, signal) {
        const file = at.get(name);
        const bytes = file === undefined ? 0 : download.manifest.files[file]!.bytes;
        if (file === undefined || end > bytes)
          throw new ModelError(
            `${name} of ${source.repo} ends after ${bytes} bytes; ${end} are needed.`,
            'The file on the hub is cut short, or is not what its name says. Choose another repository or revision.',
          );
        return download.read(file, begin, end, signal);
      },
      verify: (signal) => download.verify(signal),
      close: () => {
        if (!closed) this.#leave(folder, open);
        closed = true;
        return Promise.resolve();
      },
    };
  }

  #leave(folder: string, open: Open): void {
    if (--open.readers > 0) return;
    open.download.stop();
    if (this.#open.get(folder) === open) this.#open.delete(folder);
  }

  async stored(): Promise<{
    readonly models: readonly StoredModel[];
    readonly used: number;
    readonly quota: number | null;
  }> {
    const store = await this.store();
    return store ? { models: await listKept(store), ...(await store.room()) } : { models: [], used: 0, quota: null };
  }
  async storedBytes(source: HubSource): Promise<number> {
    const store = await this.store();
    return store ? keptBytes(store, source) : 0;
  }
  /** Whoever is reading the model reads on, from the network. */
  async forget(key: string): Promise<void> {
    const folder = await folderOfKey(key);
    const kept = this.#open.get(folder)?.download.kept;
    const store = await this.store();
    // Who opens it from now on begins anew.
    this.#open.delete(folder);
    kept?.stop('');
    await kept?.written();
    await store?.removeFolder(folder).catch((cause: unknown) => {
      throw new ModelError(
        `The model could not be deleted (${cause instanceof Error ? cause.message : String(cause)}).`,
        'Another tab may be reading it: close that one, then delete the model again.',
      );
    });
  }
  store(): Promise<ChunkStore | null> {
    return (this.#store ??= this.#openStore());
  }

  /**
   * All or nothing: a model of which half is kept takes space and still needs the network. It loads either way, because
   * weights pass through memory a chunk at a time.
   */
  async #checkRoom(store: ChunkStore, kept: Kept): Promise<void> {
    const { used, quota } = await store.room();
    const missing = totalOf(kept.manifest) - (await kept.bytes());
    if (quota !== null && missing > quota - used)
      kept.stop(
        `The model is not kept on this machine: ${size(missing)} are needed and the page may use ${size(Math.max(0, quota - used))} more. It is downloaded again each time. Delete a kept model to make room.`,
      );
  }

  async #resolve(
    store: ChunkStore | null,
    source: HubSource,
    token: string | null,
    signal: AbortSignal,
  ): Promise<{ manifest: Manifest; notice: string | null; resolved: boolean }> {
    const { repo, revision, file } = source;
    const exact = COMMIT.test(revision);
    const kept = store && exact ? await recall(store, repo, revision, file) : null;
    if (kept && kept.chunkBytes === this.#chunkBytes) return { manifest: kept, notice: null, resolved: false };
    try {
      const { commit, licence } = await this.#client.about({ repo, revision }, token, signal);
      const known = store && (await recall(store, repo, commit, file));
      if (known && known.chunkBytes === this.#chunkBytes) return { manifest: known, notice: null, resolved: true };
      const place = { repo, revision: commit };
      const read = (of: HubFile) =>
        of.bytes === 0
          ? Promise.resolve(new Uint8Array(0))
          : this.#client.range(place, { file: of, begin: 0, end: of.bytes }, token, signal, () => {});
      const files = await this.#pick(await this.#client.files(place, token, signal), repo, file, read);
      const manifest = { repo, commit, file, chunkBytes: this.#chunkBytes, files, licence };
      return { manifest, notice: null, resolved: true };
    } catch (error) {
      if (!(error instanceof Unreachable) || !store) throw error;
      const last = await lastKnown(store, source);
      if (!last || last.manifest.chunkBytes !== this.#chunkBytes) throw error;
      return {
        manifest: last.manifest,
        resolved: false,
        notice: `The hub was not reached: this is ${repo}@${revision} as it was on ${new Date(last.at).toISOString().slice(0, 10)} (commit ${last.manifest.commit.slice(0, 7)}).`,
      };
    }
  }
}
