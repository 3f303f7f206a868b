/**
 * Named byte strings in folders, one folder a model. What they mean is keep.ts's business. All methods may reject with
 * the store's own error; a full disk is a `QuotaExceededError`.
 */
export interface ChunkStore {
  folders(): Promise<readonly string[]>;
  /** Sizes by name; empty when there is no such folder. */
  list(folder: string): Promise<ReadonlyMap<string, number>>;
  read(folder: string, name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * Replaces what was there. With `found` the folder must exist: a writer must not bring back what someone else has
   * deleted.
   */
  write(folder: string, name: string, parts: readonly Uint8Array<ArrayBuffer>[], found: boolean): Promise<void>;
  remove(folder: string, name: string): Promise<void>;
  removeFolder(folder: string): Promise<void>;
  /** Bytes that everything of this page takes, and may take; null when the browser does not say. */
  room(): Promise<{ readonly used: number; readonly quota: number | null }>;
}

/** In memory: for tests, with a quota that can be hit. */
export class MemoryStore implements ChunkStore {
  readonly held = new Map<string, Map<string, Uint8Array<ArrayBuffer>>>();
  quota: number | null;
  /** What `room` states, when that is not the truth: browsers round and pad. */
  stated: number | null | undefined;
  constructor(quota: number | null = null) {
    this.quota = quota;
  }
  get used(): number {
    return [...this.held.values()].flatMap((folder) => [...folder.values()]).reduce((n, bytes) => n + bytes.length, 0);
  }
  folders() {
    return Promise.resolve([...this.held.keys()]);
  }
  list(folder: string) {
    return Promise.resolve(new Map([...(this.held.get(folder) ?? [])].map(([name, bytes]) => [name, bytes.length])));
  }
  read(folder: string, name: string) {
    return Promise.resolve(this.held.get(folder)?.get(name)?.slice() ?? null);
  }
  async write(folder: string, name: string, parts: readonly Uint8Array<ArrayBuffer>[], found: boolean) {
    if (found && !this.held.has(folder)) throw new DOMException('no such folder', 'NotFoundError');
    const bytes = new Uint8Array(await new Blob([...parts]).arrayBuffer());
    if (this.quota !== null && this.used - (this.held.get(folder)?.get(name)?.length ?? 0) + bytes.length > this.quota)
      throw new DOMException('the disk is full', 'QuotaExceededError');
    if (!this.held.has(folder)) this.held.set(folder, new Map());
    this.held.get(folder)!.set(name, bytes);
  }
  remove(folder: string, name: string) {
    this.held.get(folder)?.delete(name);
    return Promise.resolve();
  }
  removeFolder(folder: string) {
    this.held.delete(folder);
    return Promise.resolve();
  }
  room() {
    return Promise.resolve({ used: this.used, quota: this.stated === undefined ? this.quota : this.stated });
  }
}
