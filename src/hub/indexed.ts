// One transaction on a store of this browser's IndexedDB, or on several. A store that is missing, blocked, full or silent is an error
// with a kind, so that whoever asked can go on without it and say why.

/** A store in a database of its own; with a key path its values carry their keys. */
export interface Shelf {
  readonly database: string;
  readonly store: string;
  readonly keyPath?: string;
}
/** Several stores of one database, by name. */
export interface Shelves<N extends string> {
  readonly database: string;
  readonly stores: Readonly<Record<N, IDBObjectStoreParameters>>;
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
export const transact = <T>(
  { database, store, keyPath }: Shelf,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => () => T,
  patienceMs = PATIENCE_MS,
): Promise<T> =>
  transactAll(
    { database, stores: { [store]: keyPath ? { keyPath } : {} } },
    mode,
    (stores) => work(stores[store]!),
    patienceMs,
  );

/** The same on all stores of a database together. */
export function transactAll<N extends string, T>(
  { database, stores }: Shelves<N>,
  mode: IDBTransactionMode,
  work: (stores: Readonly<Record<N, IDBObjectStore>>) => () => T,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const names = Object.keys(stores) as N[];
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
      opening.onupgradeneeded = () => {
        for (const name of names) opening.result.createObjectStore(name, stores[name]);
      };
      opening.onerror = () => fail(opening.error);
      opening.onsuccess = () => {
        const db = opening.result;
        try {
          const transaction = db.transaction(names, mode);
          const own = names.map((name) => [name, transaction.objectStore(name)] as const);
          const result = work(Object.fromEntries(own) as Record<N, IDBObjectStore>);
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
