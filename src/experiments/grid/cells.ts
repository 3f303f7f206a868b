// The cells of a grid: numbered, told apart by a text, and dealt to shards by a hash of it.
import { leavesOut } from './rules.ts';
import type { Cell, GridSpec } from './types.ts';

/** More are not begun: that many records and pictures are what a page and a reader can hold. */
export const MAX_CELLS = 10_000;
export const MAX_AXES = 6;

/** Combinations of all axes, skipped ones counted. */
export const combinations = ({ axes }: GridSpec): number => axes.reduce((n, a) => n * a.values.length, 1);

/** Why a grid cannot be run, as a sentence, or undefined. */
export function refuseGrid(spec: GridSpec): string | undefined {
  if (spec.axes.length === 0) return 'The grid has no axis.';
  if (spec.axes.length > MAX_AXES) return `The grid has ${spec.axes.length} axes; at most ${MAX_AXES} are crossed.`;
  const fields = spec.axes.map((a) => a.field);
  const twice = fields.find((f, i) => fields.indexOf(f) < i);
  if (twice !== undefined) return `Two axes set '${twice}'; a cell can have one value of it.`;
  const empty = spec.axes.find((a) => a.values.length === 0);
  if (empty) return `The axis '${empty.field}' has no values.`;
  const count = combinations(spec);
  if (count > MAX_CELLS)
    return `This grid has ${count.toLocaleString('en')} cells; at most ${MAX_CELLS.toLocaleString('en')} are run. Shorten an axis, or run parts of it as grids of their own.`;
  return undefined;
}

/** Cell number `index` of all combinations, the last axis fastest. */
export function cellAt({ axes }: GridSpec, index: number): Cell {
  let rest = index;
  const values: [string, string][] = [];
  for (const axis of axes.toReversed()) {
    values.push([axis.field, axis.values[rest % axis.values.length]!]);
    rest = Math.floor(rest / axis.values.length);
  }
  return { index, values: Object.fromEntries(values.reverse()) };
}

/** Which cells are run, in order. `derived` gives values that are no axis (`nfe`), for rules. */
export function* cellsOf(spec: GridSpec, derived?: (cell: Cell, field: string) => string | undefined): Generator<Cell> {
  const count = combinations(spec);
  for (let index = 0; index < count; index++) {
    const cell = cellAt(spec, index);
    if (!leavesOut(spec.skip, (field) => cell.values[field] ?? derived?.(cell, field))) yield cell;
  }
}

/** A cell as text, the same whatever the order of the axes. */
export const cellKey = (cell: Cell): string =>
  Object.keys(cell.values)
    .sort()
    .map((field) => `${encodeURIComponent(field)}=${encodeURIComponent(cell.values[field]!)}`)
    .join('&');

/**
 * 32 bits of a text: FNV-1a over UTF-8 (Fowler, Noll and Vo; RFC 9923), then the finaliser of MurmurHash3, which spreads
 * the last letters over all bits.
 */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A part of a grid: number `part`, from 1, of `of`. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}
export const WHOLE: Shard = { part: 1, of: 1 };

/** `2/3`; undefined when it is no such text. */
export function readShard(text: string): Shard | undefined {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const [part, of] = [Number(match[1]), Number(match[2])];
  return part >= 1 && part <= of ? { part, of } : undefined;
}

/** The shard that a cell belongs to: the same on every machine, whatever else is in the grid. */
export const inShard = (cell: Cell, { part, of }: Shard): boolean => hash32(cellKey(cell)) % of === part - 1;
