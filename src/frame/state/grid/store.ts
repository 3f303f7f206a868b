// What a grid has come to: rows and pictures by cell, outside of what React compares; the store says when they changed.
import { createStore } from 'zustand/vanilla';
import type { Picture } from '../../../engine/diffusion/tiles.ts';
import type { CellRow, GridHead } from '../../../experiments/grid/records.ts';
import type { Phase } from '../task.ts';
import type { GridCount } from './count.ts';
import type { Pace } from './pace.ts';

export interface GridState {
  readonly phase: Phase;
  /** Weights are being fetched. */
  readonly loading: boolean;
  /** Counts changes of the rows. */
  readonly version: number;
  /** Of the rows that are there; null where there are none. */
  readonly head: GridHead | null;
  readonly done: number;
  readonly failed: number;
  readonly remainingMs: number | null;
  /** What the grid under edit comes to; null while it is counted or cannot be read. */
  readonly count: GridCount | null;
  /** How long cells of a model took when the last grid ran; null before one did. */
  readonly speed: { readonly model: string; readonly pace: Pace } | null;
  /** The reader stopped it: nothing begins by itself until it is run again. */
  readonly stopped: boolean;
  /** Where the rows come from, or what became of older ones, as a sentence. */
  readonly note: string | null;
}

export interface CellKept {
  readonly row: CellRow;
  readonly picture: Picture | null;
  /** Milliseconds of its steps here; missing where nobody measured. */
  readonly ms?: number;
}

export function createRows() {
  const store = createStore<GridState>(() => ({
    phase: 'idle',
    loading: false,
    version: 0,
    head: null,
    done: 0,
    failed: 0,
    remainingMs: null,
    count: null,
    speed: null,
    stopped: false,
    note: null,
  }));
  const cells = new Map<number, CellKept>();
  let preview: { readonly index: number; readonly picture: Picture } | null = null;
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };

  const rows = {
    get: (index: number): CellRow | undefined => cells.get(index)?.row,
    has: (index: number): boolean => cells.has(index),
    all: (): readonly CellRow[] => Array.from(cells.values(), ({ row }) => row),
    picture: (index: number): Picture | undefined => cells.get(index)?.picture ?? undefined,
    /** The cell at work, as far as it is. */
    preview: (index: number): Picture | undefined => (preview?.index === index ? preview.picture : undefined),
    ms: (index: number): number | undefined => cells.get(index)?.ms,
    kept: (index: number): CellKept | undefined => cells.get(index),
    /** Bytes of all pictures. */
    bytes(): number {
      let sum = 0;
      for (const { picture } of cells.values()) sum += picture ? pictureBytes(picture) : 0;
      return sum;
    },
    /** Hears of changes without React: canvases draw on it. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  function told(patch: Partial<GridState>): void {
    let failed = 0;
    for (const { row } of cells.values()) if (row.failed !== null) failed++;
    store.setState(({ version }) => ({ ...patch, version: version + 1, done: cells.size, failed }));
    notify();
  }
  return {
    store,
    rows,
    /** Other rows in place of those that are there. */
    show(head: GridHead | null, shown: readonly CellKept[], note: string | null = null): void {
      cells.clear();
      for (const cell of shown) cells.set(cell.row.index, cell);
      told({ head, note, remainingMs: null });
    },
    add(added: readonly CellKept[]): void {
      for (const cell of added) {
        cells.set(cell.row.index, cell);
        if (preview?.index === cell.row.index) preview = null;
      }
      told({});
    },
    setPreview(index: number, picture: Picture): void {
      preview = { index, picture };
      notify();
    },
    dropPreview(): void {
      preview = null;
      notify();
    },
    /** Forgets the cells that failed, to be tried again. */
    dropFailed(): void {
      for (const [index, { row }] of cells) if (row.failed !== null) cells.delete(index);
      told({});
    },
  };
}
export type Rows = ReturnType<typeof createRows>;

export const pictureBytes = (picture: Picture): number =>
  picture.kind === 'points' ? picture.data.byteLength : picture.rgba.byteLength;
