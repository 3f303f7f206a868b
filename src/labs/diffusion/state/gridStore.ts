// What a grid has come to: rows and pictures by cell, outside of what React compares; the store says when they changed.
import { createStore } from 'zustand/vanilla';
import type { CellRow, GridHead } from '../../../experiments/grid/records.ts';
import type { Phase } from '../../../frame/state/task.ts';
import type { GridCount } from './gridCount.ts';
import type { Pace } from './gridPace.ts';
import type { Frame } from './types.ts';

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
export const gridStore = createStore<GridState>(() => ({
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

const rows = new Map<number, CellRow>();
const pictures = new Map<number, Frame>();
const listeners = new Set<() => void>();

export const gridRows = {
  get: (index: number): CellRow | undefined => rows.get(index),
  has: (index: number): boolean => rows.has(index),
  all: (): readonly CellRow[] => [...rows.values()],
  picture: (index: number): Frame | undefined => pictures.get(index),
  /** Bytes of all pictures. */
  bytes(): number {
    let sum = 0;
    for (const p of pictures.values()) sum += p.kind === 'points' ? p.data.byteLength : p.rgba.byteLength;
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
  for (const row of rows.values()) if (row.failed !== null) failed++;
  gridStore.setState(({ version }) => ({ ...patch, version: version + 1, done: rows.size, failed }));
  for (const listener of listeners) listener();
}

export interface CellKept {
  readonly row: CellRow;
  readonly picture: Frame | null;
}

/** Other rows in place of those that are there. */
export function showCells(head: GridHead | null, cells: readonly CellKept[], note: string | null = null): void {
  rows.clear();
  pictures.clear();
  for (const { row, picture } of cells) {
    rows.set(row.index, row);
    if (picture) pictures.set(row.index, picture);
  }
  told({ head, note, remainingMs: null });
}

export function addCells(cells: readonly CellKept[]): void {
  for (const { row, picture } of cells) {
    rows.set(row.index, row);
    if (picture) pictures.set(row.index, picture);
  }
  told({});
}

/** Forgets the cells that failed, to be tried again. */
export function dropFailed(): void {
  for (const [index, row] of rows) if (row.failed !== null) rows.delete(index);
  told({});
}
