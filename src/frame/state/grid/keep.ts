// Grids in this browser (IndexedDB): a reload goes on where the last page stopped, and old results are there at once.
// Grids are found by their heads, so that cells of another experiment or device never mix.
import { differs, type GridHead } from '../../../experiments/grid/records.ts';
import { resultOf, transactAll, type Shelves } from '../../../hub/indexed.ts';
import { pictureBytes, type CellKept } from './store.ts';

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
export const cellBytes = ({ row, picture }: CellKept): number =>
  (picture ? pictureBytes(picture) : 0) + 200 + 40 * row.metrics.length;

const SHELVES = {
  database: 'stepscope-grids',
  stores: { grids: { keyPath: 'id', autoIncrement: true }, cells: { keyPath: ['grid', 'row.index'] } },
} satisfies Shelves<string>;
/** Ten thousand pictures are read in one go. */
const PATIENCE_MS = 20_000;
type Stores = Readonly<Record<keyof typeof SHELVES.stores, IDBObjectStore>>;
const within = <T>(mode: IDBTransactionMode, work: (stores: Stores) => () => T): Promise<T> =>
  transactAll(SHELVES, mode, work, PATIENCE_MS);
const nothing = () => () => undefined;
const ofGrid = (id: number) => IDBKeyRange.bound([id, -1], [id, Infinity]);

/** All grids that are kept, newest first. */
export const keptGrids = async (): Promise<readonly KeptGrid[]> =>
  (await within('readonly', ({ grids }) => resultOf(grids.getAll() as IDBRequest<KeptGrid[]>))).sort(
    (a, b) => b.at - a.at,
  );
/** The lab that a grid is of. */
export const labOf = ({ hash }: Pick<KeptGrid, 'hash'>): string => /(?:^|&)lab=(\w+)/.exec(hash)?.[1] ?? 'diffusion';

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
  const cells = await within('readonly', (stores) =>
    resultOf(stores.cells.getAll(ofGrid(grid.id)) as IDBRequest<(CellKept & { readonly grid: number })[]>),
  );
  const running = grid.running && !stoppedHere(grid.id);
  return {
    grid: { ...grid, running },
    cells: cells.map(({ row, picture, ms }) => ({ row, picture, ...(ms !== undefined && { ms }) })),
  };
}

/** Begins to keep a grid, in place of one with the same head; resolves to its number and to how many made room. */
export async function keepGrid(
  fresh: Omit<KeptGrid, 'id' | 'at' | 'cells' | 'bytes'>,
): Promise<{ readonly id: number; readonly evicted: number }> {
  const grids = await keptGrids();
  const same = grids.find((g) => differs(g.head, fresh.head) === undefined);
  const entry = { ...(same ?? { cells: 0, bytes: 0 }), ...fresh, at: Date.now() };
  const id = (await within('readwrite', ({ grids: store }) => resultOf(store.put(entry)))) as number;
  noteStopped(null);
  const out = toEvict([...grids.filter((g) => g.id !== id), { ...entry, id } as KeptGrid], id);
  if (out.length > 0) await within('readwrite', (stores) => drop(stores, out));
  return { id, evicted: out.length };
}

function drop({ grids, cells }: Stores, ids: readonly number[]) {
  for (const id of ids) {
    grids.delete(id);
    cells.delete(ofGrid(id));
  }
  return nothing();
}

/** Adds cells to a grid and says whether it goes on; a cell that is there already is replaced. */
export const keepCells = (id: number, added: readonly CellKept[], running: boolean): Promise<void> =>
  within('readwrite', ({ grids, cells }) => {
    for (const cell of added) cells.put({ grid: id, ...cell });
    const known = grids.get(id) as IDBRequest<KeptGrid | undefined>;
    known.onsuccess = () => {
      const grid = known.result;
      if (!grid) return;
      const bytes = grid.bytes + added.reduce((sum, cell) => sum + cellBytes(cell), 0);
      grids.put({ ...grid, running, at: Date.now(), cells: grid.cells + added.length, bytes });
    };
    return nothing();
  });

/** Removes cells, to be run again. */
export const dropCells = (id: number, indexes: readonly number[]): Promise<void> =>
  within('readwrite', ({ cells }) => {
    for (const index of indexes) cells.delete([id, index]);
    return nothing();
  });

/**
 * The grid that the reader has stopped in this tab: said at once, because a page that is reloaded at the same moment
 * does not wait for a transaction.
 */
const STOPPED = 'stepscope-grid-stopped';
export function noteStopped(id: number | null): void {
  try {
    if (id === null) sessionStorage.removeItem(STOPPED);
    else sessionStorage.setItem(STOPPED, String(id));
  } catch {
    // A page without storage keeps no grid either.
  }
}
function stoppedHere(id: number): boolean {
  try {
    return sessionStorage.getItem(STOPPED) === String(id);
  } catch {
    return false;
  }
}
