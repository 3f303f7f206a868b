// One transaction on one store of this browser's IndexedDB. A store that is missing, blocked, full or silent is an error
// with a kind, so that whoever asked can go on without it and say why.

/** A store in a database of its own; with a key path its values carry their keys. */
export interface Shelf {
  readonly database: string;
  readonly store: string;
  readonly keyPath?: string;
}

/** `missing`: the browser offers none, or not to this page; `full`: no room left; `silent`: no answer; `broken`: the rest. */
export type StoreTrouble = 'missing' | 'full' | 'silent' | 'broken';
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreTrouble;
  constructor(kind: StoreTrouble, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A store that another tab blocks may never answer; a start must not wait for it. */
export const PATIENCE_MS = 1500;

function troubleOf(error: unknown): StoreTrouble {
  const { name } = (error ?? {}) as { name?: unknown };
  if (name === 'QuotaExceededError') return 'full';
  return name === 'SecurityError' || name === 'InvalidStateError' ? 'missing' : 'broken';
}

/**
 * Everything that `work` asks of the store happens, or nothing does; what it returns is read when all has happened. Its
 * requests may ask for more when they succeed.
 */
export function transact<T>(
  { database, store, keyPath }: Shelf,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => () => T,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const factory = (globalThis as { indexedDB?: IDBFactory }).indexedDB;
  if (!factory) return Promise.reject(new StoreError('missing', 'no store here'));
  return new Promise<T>((resolve, reject) => {
    const late = setTimeout(() => reject(new StoreError('silent', 'the store did not answer')), patienceMs);
    const fail = (error: unknown) => {
      clearTimeout(late);
      reject(new StoreError(troubleOf(error), error instanceof Error ? error.message : String(error)));
    };
    try {
      const opening = factory.open(database, 1);
      opening.onupgradeneeded = () => void opening.result.createObjectStore(store, keyPath ? { keyPath } : {});
      opening.onerror = () => fail(opening.error);
      opening.onsuccess = () => {
        const db = opening.result;
        try {
          const transaction = db.transaction(store, mode);
          const result = work(transaction.objectStore(store));
          transaction.oncomplete = () => {
            clearTimeout(late);
            try {
              resolve(result());
            } catch (error) {
              fail(error);
            }
          };
          transaction.onabort = () => fail(transaction.error);
        } catch (error) {
          fail(error);
        } finally {
          db.close(); // after the transaction has ended
        }
      };
    } catch (error) {
      fail(error);
    }
  });
}

/** The result of a request, once its transaction has ended. */
export const resultOf =
  <T>(request: IDBRequest<T>): (() => T) =>
  () =>
    request.result;
