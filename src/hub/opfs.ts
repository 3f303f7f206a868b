// The origin-private file system: the browser's own disk space for this page, out of sight of the reader's folders.
import type { ChunkStore } from './chunkStore.ts';

const missing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

// TypeScript's DOM library leaves out that a directory can be walked.
const entries = (directory: FileSystemDirectoryHandle) =>
  directory as unknown as AsyncIterable<[string, FileSystemHandle]>;

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (missing(error)) return null;
    throw error;
  }
}

/** `root`: one folder for each kind of model. Null where the browser has none, or gives none to this window. */
export async function openOpfs(root: string): Promise<ChunkStore | null> {
  try {
    const top = await navigator.storage.getDirectory();
    return new OpfsStore(await top.getDirectoryHandle(root, { create: true }));
  } catch {
    return null; // Private windows and opaque origins refuse with errors of several names.
  }
}

class OpfsStore implements ChunkStore {
  readonly #root: FileSystemDirectoryHandle;
  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }
  async folders(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const [name, handle] of entries(this.#root)) if (handle.kind === 'directory') names.push(name);
    return names;
  }
  async list(folder: string): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    const directory = await orNull(this.#root.getDirectoryHandle(folder));
    if (!directory) return sizes;
    for await (const [name, handle] of entries(directory)) {
      if (handle.kind !== 'file') continue;
      const file = await orNull((handle as FileSystemFileHandle).getFile());
      if (file) sizes.set(name, file.size);
    }
    return sizes;
  }
  async read(folder: string, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const directory = await orNull(this.#root.getDirectoryHandle(folder));
    const handle = directory && (await orNull(directory.getFileHandle(name)));
    const file = handle && (await orNull(handle.getFile()));
    return file && new Uint8Array(await file.arrayBuffer());
  }
  async write(folder: string, name: string, parts: readonly Uint8Array<ArrayBuffer>[], found: boolean): Promise<void> {
    const directory = await this.#root.getDirectoryHandle(folder, { create: !found });
    const handle = await directory.getFileHandle(name, { create: true });
    try {
      await ('createSyncAccessHandle' in handle ? writeNow(handle, parts) : writeStream(handle, parts));
    } catch (error) {
      // Another tab is writing the same bytes to it: theirs stay.
      if (error instanceof DOMException && error.name === 'NoModificationAllowedError') return;
      // Half of a name's bytes are worse than none.
      await directory.removeEntry(name).catch(() => {});
      throw error;
    }
  }
  async remove(folder: string, name: string): Promise<void> {
    const directory = await orNull(this.#root.getDirectoryHandle(folder));
    if (directory) await orNull(directory.removeEntry(name));
  }
  async removeFolder(folder: string): Promise<void> {
    await orNull(this.#root.removeEntry(folder, { recursive: true }));
  }
  async room(): Promise<{ readonly used: number; readonly quota: number | null }> {
    const { usage = 0, quota = null } = await navigator.storage.estimate().catch((): StorageEstimate => ({}));
    return { used: usage, quota };
  }
}

async function writeNow(handle: FileSystemFileHandle, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    let at = 0;
    for (const part of parts) {
      // A full disk may also show as fewer bytes written than given.
      if (access.write(part, { at }) !== part.length) throw new DOMException('The disk is full.', 'QuotaExceededError');
      at += part.length;
    }
    access.flush();
  } finally {
    access.close();
  }
}

async function writeStream(handle: FileSystemFileHandle, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const stream = await handle.createWritable();
  try {
    for (const part of parts) await stream.write(part);
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => {});
    throw error;
  }
}
