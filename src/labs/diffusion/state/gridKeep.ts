// Grids in this browser (IndexedDB): a reload goes on where the last page stopped, and old results are there at once.
// Grids are found by their heads, so that cells of another experiment or device never mix.
import { differs, type GridHead } from '../../../experiments/grid/records.ts';
import type { CellKept } from './gridStore.ts';

export interface KeptGrid {
  readonly id: number;
  readonly head: GridHead;
  /** The link that opens it, without its #. */
  readonly hash: string;
  readonly title: string;
  readonly at: number;
  readonly cells: number;
  readonly bytes: number;
  /** It was at work when it was last heard of. */
  readonly running: boolean;
}
export interface KeepLimits {
  readonly grids: number;
  readonly bytes: number;
}
export const LIMITS: KeepLimits = { grids: 24, bytes: 128 * 2 ** 20 };

/** Which grids make room, oldest first; never the one in use. */
export function toEvict(grids: readonly KeptGrid[], inUse: number, limits: KeepLimits = LIMITS): readonly number[] {
  const out: number[] = [];
  let bytes = grids.reduce((sum, g) => sum + g.bytes, 0);
  let count = grids.length;
  for (const g of grids.toSorted((a, b) => a.at - b.at)) {
    if (count <= limits.grids && bytes <= limits.bytes) break;
    if (g.id === inUse) continue;
    out.push(g.id);
    count--;
    bytes -= g.bytes;
  }
  return out;
}

/** What a cell takes, nearly. */
export const cellBytes = ({ row, picture }: CellKept): number => {
  const drawn = picture?.kind === 'points' ? picture.data.byteLength : (picture?.rgba.byteLength ?? 0);
  return drawn + 200 + 40 * row.metrics.length;
};

const GRIDS = 'grids';
const CELLS = 'cells';
let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open('stepscope-grids', 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(GRIDS, { keyPath: 'id', autoIncrement: true });
      opening.result.createObjectStore(CELLS, { keyPath: ['grid', 'row.index'] });
    };
    opening.onerror = () => reject(opening.error ?? new Error('it could not be opened'));
    opening.onsuccess = () => resolve(opening.result);
  });
  opened.catch(() => (opened = null));
  return opened;
}

/** One transaction; resolves to the request's answer once everything is written. */
async function within<T>(
  mode: IDBTransactionMode,
  work: (grids: IDBObjectStore, cells: IDBObjectStore) => IDBRequest<T> | void,
): Promise<T | undefined> {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction([GRIDS, CELLS], mode);
    const request = work(transaction.objectStore(GRIDS), transaction.objectStore(CELLS));
    transaction.oncomplete = () => resolve(request?.result);
    const fail = () => reject(transaction.error ?? new Error('it was not written'));
    transaction.onerror = fail;
    transaction.onabort = fail;
  });
}
const ofGrid = (id: number) => IDBKeyRange.bound([id, -1], [id, Infinity]);

/** All grids that are kept, newest first. */
export const keptGrids = async (): Promise<readonly KeptGrid[]> =>
  ((await within<KeptGrid[]>('readonly', (grids) => grids.getAll())) ?? []).sort((a, b) => b.at - a.at);

export const onDevice = (head: GridHead, device: string): GridHead => ({ ...head, device });

/** The kept grid of a head with its cells, else that of another device; null where there is none. */
export async function findGrid(
  head: GridHead,
): Promise<{ readonly grid: KeptGrid; readonly cells: readonly CellKept[] } | null> {
  const grids = await keptGrids();
  const grid =
    grids.find((g) => differs(g.head, head) === undefined) ??
    grids.find((g) => differs(onDevice(g.head, head.device), head) === undefined);
  if (!grid) return null;
  const cells = await within<(CellKept & { readonly grid: number })[]>('readonly', (_, store) =>
    store.getAll(ofGrid(grid.id)),
  );
  return { grid, cells: (cells ?? []).map(({ row, picture }) => ({ row, picture })) };
}

/** Begins to keep a grid, in place of one with the same head; resolves to its number and to how many made room. */
export async function keepGrid(
  fresh: Omit<KeptGrid, 'id' | 'at' | 'cells' | 'bytes'>,
): Promise<{ readonly id: number; readonly evicted: number }> {
  const grids = await keptGrids();
  const same = grids.find((g) => differs(g.head, fresh.head) === undefined);
  const entry = { ...(same ?? { cells: 0, bytes: 0 }), ...fresh, at: Date.now() };
  const id = (await within<IDBValidKey>('readwrite', (store) => store.put(entry))) as number;
  const out = toEvict([...grids.filter((g) => g.id !== id), { ...entry, id } as KeptGrid], id);
  if (out.length > 0) await within('readwrite', (store, cells) => drop(store, cells, out));
  return { id, evicted: out.length };
}

function drop(grids: IDBObjectStore, cells: IDBObjectStore, ids: readonly number[]): void {
  for (const id of ids) {
    grids.delete(id);
    cells.delete(ofGrid(id));
  }
}
export const forgetGrid = (id: number): Promise<unknown> =>
  within('readwrite', (grids, cells) => drop(grids, cells, [id]));

/** Adds cells to a grid and says whether it goes on; a cell that is there already is replaced. */
export async function keepCells(id: number, added: readonly CellKept[], running: boolean): Promise<void> {
  await within('readwrite', (grids, cells) => {
    for (const { row, picture } of added) cells.put({ grid: id, row, picture });
    const known = grids.get(id) as IDBRequest<KeptGrid | undefined>;
    known.onsuccess = () => {
      const grid = known.result;
      if (!grid) return;
      const bytes = grid.bytes + added.reduce((sum, cell) => sum + cellBytes(cell), 0);
      grids.put({ ...grid, running, at: Date.now(), cells: grid.cells + added.length, bytes });
    };
  });
}

/** Removes cells, to be run again. */
export const dropCells = (id: number, indexes: readonly number[]): Promise<unknown> =>
  within('readwrite', (_, cells) => {
    for (const index of indexes) cells.delete([id, index]);
  });
