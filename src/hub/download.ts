// A model's bytes in chunks: from memory, from this machine's store, or from the hub, a few ahead of the reader.
import { Cancelled } from '../core/cancel.ts';
import { ModelError } from './files.ts';
import type { HubClient } from './hubClient.ts';
import { chunksOf, type Kept, type Manifest } from './keep.ts';
import { Sha256 } from './sha256.ts';

/** Requests at once, chunks fetched before they are asked for, and chunks held in memory after that. */
const PARALLEL = 3;
const AHEAD = 2;
const HELD = 6;
type Bytes = Uint8Array<ArrayBuffer>;

export class Download {
  readonly manifest: Manifest;
  /** Bytes from the network and from the store. */
  network = 0;
  store = 0;
  token: string | null;
  readonly kept: Kept | null;
  readonly #client: HubClient;
  readonly #over = new AbortController();
  readonly #held = new Map<string, { readonly bytes: Promise<Bytes>; settled: boolean }>();
  /** Files that were downloaded whole because their host does not support ranges. */
  readonly #whole = new Map<number, Bytes>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** For each file with a hash: the hash so far, in order, and the next chunk; `done` once it was right. */
  readonly #sums: ReturnType<typeof fresh>[];
  readonly #known: Promise<void>;

  constructor(client: HubClient, manifest: Manifest, kept: Kept | null, token: string | null) {
    this.#client = client;
    this.manifest = manifest;
    this.kept = kept;
    this.token = token;
    this.#sums = manifest.files.map(({ sha256 }) => fresh(sha256 === null));
    this.#known = Promise.all(
      manifest.files.map(async (_, f) => {
        if (await kept?.verified(f)) this.#sums[f]!.done = true;
      }),
    ).then(() => {});
  }

  async read(file: number, begin: number, end: number, signal: AbortSignal): Promise<Bytes> {
    const { chunkBytes } = this.manifest;
    if (end <= begin) return new Uint8Array(0);
    const first = Math.floor(begin / chunkBytes);
    const last = Math.floor((end - 1) / chunkBytes);
    if (first === last)
      return (await this.#next(file, first, signal)).subarray(begin - first * chunkBytes, end - first * chunkBytes);
    const out = new Uint8Array(end - begin);
    for (let i = first; i <= last; i++) {
      const bytes = await this.#next(file, i, signal);
      const at = i * chunkBytes;
      out.set(bytes.subarray(Math.max(0, begin - at), Math.min(bytes.length, end - at)), Math.max(0, at - begin));
    }
    return out;
  }

  /**
   * To be called after the last read: where the model is kept, fetches what was skipped; checks every file's hash
   * against the hub's.
   */
  async verify(signal: AbortSignal): Promise<void> {
    await this.#known;
    for (const [f, { name, bytes, sha256 }] of this.manifest.files.entries()) {
      const sum = this.#sums[f]!;
      const chunks = chunksOf(bytes, this.manifest.chunkBytes);
      // A file whose hash was right once is complete in the store, unless chunks of it were damaged since: reading them
      // shows it.
      if (this.kept?.writing && (sha256 === null || !sum.done))
        for (let i = sum.next; i < chunks; i++) await this.#next(f, i, signal);
      if (sum.done || sum.next < chunks) continue;
      if (sum.hash.digest() !== sha256) {
        this.#held.clear();
        this.#sums[f] = fresh(false);
        await this.kept?.drop(f);
        throw new ModelError(
          `${name} of ${this.manifest.repo} is damaged: its sha256 is not the one that the hub states.`,
          'What was kept of it is deleted. Load the model again; if that does not help, its copy on the hub is damaged.',
        );
      }
      sum.done = true;
      await this.kept?.markVerified(f);
    }
  }

  /** Cancels running downloads; complete chunks stay stored. */
  stop(): void {
    this.#over.abort();
    this.#held.clear();
    this.#whole.clear();
  }

  /** A chunk for a sequential reader: starts fetching the next ones, and updates the file's hash. */
  async #next(file: number, chunk: number, signal: AbortSignal): Promise<Bytes> {
    await this.#known;
    const mine = this.#get(file, chunk);
    const chunks = chunksOf(this.manifest.files[file]!.bytes, this.manifest.chunkBytes);
    // A reader of the file's header only, to see whether the model fits, does not need what follows.
    if (chunk > 0) for (let i = chunk + 1; i <= Math.min(chunk + AHEAD, chunks - 1); i++) void this.#get(file, i);
    const bytes = await unlessAborted(mine, signal);
    const sum = this.#sums[file]!;
    if (sum.next === chunk) {
      if (!sum.done) sum.hash.update(bytes);
      sum.next++;
    }
    return bytes;
  }

  #get(file: number, chunk: number): Promise<Bytes> {
    const key = `${file}.${chunk}`;
    const found = this.#held.get(key);
    if (found) {
      // Most recently used last.
      this.#held.delete(key);
      this.#held.set(key, found);
      return found.bytes;
    }
    const made = { bytes: this.#inTurn(() => this.#fetch(file, chunk)), settled: false };
    // A failure is not remembered: the next reader tries again.
    made.bytes.then(
      () => (made.settled = true),
      () => this.#held.get(key) === made && this.#held.delete(key),
    );
    this.#held.set(key, made);
    for (const [old, { settled }] of this.#held) {
      if (this.#held.size <= HELD) break;
      if (settled) this.#held.delete(old);
    }
    return made.bytes;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running === PARALLEL) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async #fetch(f: number, chunk: number): Promise<Bytes> {
    const { files, chunkBytes, repo, commit } = this.manifest;
    const file = files[f]!;
    const begin = chunk * chunkBytes;
    const end = Math.min(file.bytes, begin + chunkBytes);
    if (this.#over.signal.aborted) throw new Cancelled();
    const whole = this.#whole.get(f);
    if (whole) return whole.subarray(begin, end);
    const kept = await this.kept?.chunk(f, chunk);
    if (kept) {
      this.store += kept.length;
      return kept;
    }
    // A file that was found right before has to be checked again together with its new chunk.
    if (file.sha256 !== null && this.#sums[f]!.done) this.#sums[f] = fresh(false);
    const bytes = await this.#client.range(
      { repo, revision: commit },
      { file, begin, end },
      this.token,
      this.#over.signal,
      (n) => (this.network += n),
    );
    if (bytes.length === end - begin) {
      await this.kept?.keep(f, chunk, bytes);
      return bytes;
    }
    this.#whole.set(f, bytes);
    for (let i = 0; i * chunkBytes < bytes.length; i++)
      await this.kept?.keep(f, i, bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes));
    return bytes.subarray(begin, end);
  }
}

const fresh = (done: boolean) => ({ hash: new Sha256(), next: 0, done });

/** A chunk may have several readers: its fetch continues when one of them is cancelled. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Cancelled());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
