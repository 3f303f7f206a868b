// What a grid's cells came to, as text that is the same wherever it was computed on one kind of device: no clock is in it.
import { countTells, FURTHER_COUNTS, type CountId, type Counts, type FurtherCounts } from '../../core/counts.ts';
import { csv } from '../../core/csv.ts';
import { combinations, refuseGrid, WHOLE, type Shard } from './cells.ts';
import type { Axis, Cell, GridSpec, Rule } from './types.ts';
import { writeRules } from './rules.ts';

/** What all cells share. Two runs whose heads differ are not of one grid. */
export interface GridHead {
  readonly format: 'stepscope-grid';
  readonly version: 1;
  /** The experiment on which cells set their values, as a link without its address. */
  readonly link: string;
  readonly axes: readonly Axis[];
  readonly skip: readonly Rule[];
  /** Of every row, in this order. */
  readonly metrics: readonly string[];
  /** What computed it: numbers of two devices agree in most digits, not in all. */
  readonly device: string;
}

export interface CellRow {
  readonly index: number;
  readonly values: Readonly<Record<string, string>>;
  /** Evaluations and network passes; null where the cell failed before they were known. */
  readonly nfe: number | null;
  readonly passes: number | null;
  /** Further counts; missing where the cell failed, the lab counts none, or an older version wrote the row. */
  readonly costs?: FurtherCounts;
  /** In the head's order; null where a metric is not defined. */
  readonly metrics: readonly (number | null)[];
  /** Why there are no numbers; null for a cell that ended well. */
  readonly failed: string | null;
}

export const headOf = (spec: GridSpec, link: string, metrics: readonly string[], device: string): GridHead => ({
  format: 'stepscope-grid',
  version: 1,
  link,
  axes: spec.axes.map(({ field, values }) => ({ field, values })),
  skip: spec.skip,
  metrics,
  device,
});

/** A row as it is kept: fixed order of keys, values in the order of the axes. */
export function rowOf(
  cell: Cell,
  ended:
    | {
        readonly nfe: number;
        readonly passes: number;
        readonly costs?: FurtherCounts | undefined;
        readonly metrics: readonly (number | null)[];
      }
    | { readonly failed: string },
  head: GridHead,
): CellRow {
  const values = Object.fromEntries(head.axes.map(({ field }) => [field, cell.values[field]!]));
  return 'failed' in ended
    ? {
        index: cell.index,
        values,
        nfe: null,
        passes: null,
        metrics: head.metrics.map(() => null),
        failed: ended.failed,
      }
    : {
        index: cell.index,
        values,
        nfe: ended.nfe,
        passes: ended.passes,
        ...(ended.costs && { costs: ended.costs }),
        metrics: ended.metrics.map((v) => (v !== null && Number.isFinite(v) ? v : null)),
        failed: null,
      };
}

const isCountId = (id: string): id is CountId => Object.hasOwn(countTells, id);
const isFurther = (id: CountId): id is keyof FurtherCounts => FURTHER_COUNTS.some((further) => further === id);
const countIn = (row: CellRow, id: CountId): number | null => (isFurther(id) ? row.costs?.[id] : row[id]) ?? null;

/** A row's value of a metric of its head, or of a cost; null where it has none. */
export function valueIn(head: Pick<GridHead, 'metrics'>, row: CellRow, id: string): number | null {
  const which = head.metrics.indexOf(id);
  if (which >= 0) return row.metrics[which] ?? null;
  return isCountId(id) ? countIn(row, id) : null;
}

/** The costs that say something in any row. */
export const costsTold = (rows: readonly CellRow[]): readonly CountId[] =>
  (['nfe', 'passes', ...FURTHER_COUNTS] as const).filter((id) =>
    rows.some((row) => {
      const { nfe, passes, costs } = row;
      if (nfe === null || passes === null || countIn(row, id) === null) return false;
      return countTells[id]({ work: passes, depth: nfe, bytes: 0, reads: 0, ...costs, nfe, passes } satisfies Counts);
    }),
  );

const byIndex = (rows: readonly CellRow[]) => rows.toSorted((a, b) => a.index - b.index);

/** All of a grid as JSON, a cell a line. */
export const gridJson = (head: GridHead, rows: readonly CellRow[]): string =>
  `{"head":${JSON.stringify(head)},\n"cells":[\n${byIndex(rows)
    .map((row) => JSON.stringify(row))
    .join(',\n')}\n]}\n`;

/** All of a grid as a table, a cell a row. */
export function gridCsv(head: GridHead, rows: readonly CellRow[]): string {
  const fields = head.axes.map((a) => a.field);
  const further = costsTold(rows).filter(isFurther);
  return csv([
    ['cell', ...fields, 'nfe', 'passes', ...further, ...head.metrics, 'failed'],
    ...byIndex(rows).map((row) => [
      row.index,
      ...fields.map((f) => row.values[f]!),
      row.nfe,
      row.passes,
      ...further.map((id) => row.costs?.[id] ?? null),
      ...row.metrics,
      row.failed ?? '',
    ]),
  ]);
}

/** A file that grows by a line a cell, and can be gone on with wherever it stops. */
export interface Journal {
  readonly head: GridHead;
  readonly shard: Shard;
  readonly rows: readonly CellRow[];
}

export const journalHead = (head: GridHead, shard: Shard): string => `${JSON.stringify({ head, shard })}\n`;
export const journalRow = (row: CellRow): string => `${JSON.stringify(row)}\n`;

/** What is wrong with a file, as a sentence with its name. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isTexts = (v: unknown): v is string[] => Array.isArray(v) && v.every((t) => typeof t === 'string');
const isCount = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;

function readHead(value: unknown): { head: GridHead; shard: Shard } | undefined {
  if (!isObject(value) || !isObject(value['head']) || !isObject(value['shard'])) return undefined;
  const head = value['head'];
  const shard = value['shard'];
  const axes = Array.isArray(head['axes']) ? head['axes'] : [];
  const sound =
    head['format'] === 'stepscope-grid' &&
    head['version'] === 1 &&
    typeof head['link'] === 'string' &&
    typeof head['device'] === 'string' &&
    isTexts(head['metrics']) &&
    Array.isArray(head['skip']) &&
    axes.length > 0 &&
    axes.every((a) => isObject(a) && typeof a['field'] === 'string' && isTexts(a['values'])) &&
    isCount(shard['part']) &&
    isCount(shard['of']);
  return sound ? (value as unknown as { head: GridHead; shard: Shard }) : undefined;
}

/** Parts of passes make work a fraction; the others are whole. */
const isCosts = (v: unknown): v is FurtherCounts =>
  isObject(v) &&
  FURTHER_COUNTS.every((id) => (id === 'work' ? Number.isFinite(v[id]) && Number(v[id]) >= 0 : isCount(v[id])));

function isRow(value: unknown, head: GridHead): value is CellRow {
  return (
    isObject(value) &&
    isCount(value['index']) &&
    value['index'] < combinations(head) &&
    isObject(value['values']) &&
    head.axes.every(({ field, values }) => values.includes((value['values'] as Record<string, string>)[field]!)) &&
    Array.isArray(value['metrics']) &&
    value['metrics'].length === head.metrics.length &&
    value['metrics'].every((v) => v === null || Number.isFinite(v)) &&
    (value['failed'] === null || typeof value['failed'] === 'string') &&
    [value['nfe'], value['passes']].every((v) => v === null || isCount(v)) &&
    (value['costs'] === undefined || isCosts(value['costs']))
  );
}

/**
 * Reads a journal. Its last line may be cut short, as by a process that was killed: that cell is computed again. Throws
 * JournalError where anything else is wrong.
 */
export function readJournal(text: string, name: string): Journal {
  const lines = text.split('\n');
  const whole = lines.slice(0, -1); // what stands after the last line's end was cut short, or is empty
  const first = whole[0];
  const parsed = (line: string): unknown => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      return undefined;
    }
  };
  const opened = first === undefined ? undefined : readHead(parsed(first));
  if (!opened) throw new JournalError(`${name} does not begin as a grid's results do.`);
  const bad = refuseGrid(opened.head);
  if (bad) throw new JournalError(`${name}: ${bad}`);
  const rows = new Map<number, CellRow>();
  whole.slice(1).forEach((line, i) => {
    const row = parsed(line);
    if (!isRow(row, opened.head)) throw new JournalError(`${name}, line ${i + 2} is not a cell of this grid.`);
    const known = rows.get(row.index);
    if (known && JSON.stringify(known) !== JSON.stringify(row))
      throw new JournalError(`${name} has two different results for cell ${row.index}.`);
    rows.set(row.index, row);
  });
  return { ...opened, rows: byIndex([...rows.values()]) };
}

/** Whether two heads are of the same grid on the same device; else what differs, as a phrase. */
export function differs(a: GridHead, b: GridHead): string | undefined {
  if (a.link !== b.link) return 'another experiment';
  if (JSON.stringify(a.axes) !== JSON.stringify(b.axes)) return 'other axes';
  if (JSON.stringify(a.skip) !== JSON.stringify(b.skip))
    return `other cells left out (${writeRules(b.skip) || 'none'})`;
  if (a.metrics.join() !== b.metrics.join()) return 'other metrics';
  return a.device === b.device ? undefined : `another device (${b.device})`;
}

/**
 * Joins the journals of all shards. `cells` are the indexes that the grid runs. Throws JournalError that names what does
 * not fit, is twice or is missing.
 */
export function mergeJournals(
  named: readonly { readonly name: string; readonly journal: Journal }[],
  indexesOf: (head: GridHead, shard: Shard) => readonly number[],
): Journal {
  const first = named[0];
  if (!first) throw new JournalError('There is nothing to merge.');
  const { head, shard } = first.journal;
  const byPart = new Map<number, string>();
  const rows: CellRow[] = [];
  for (const { name, journal } of named) {
    const other = differs(head, journal.head);
    if (other) throw new JournalError(`${name} is of ${other} than ${first.name}.`);
    if (journal.shard.of !== shard.of)
      throw new JournalError(`${name} is one of ${journal.shard.of} shards, ${first.name} one of ${shard.of}.`);
    const twin = byPart.get(journal.shard.part);
    if (twin !== undefined)
      throw new JournalError(`${name} and ${twin} are both shard ${journal.shard.part}/${shard.of}.`);
    byPart.set(journal.shard.part, name);
    const wanted = indexesOf(head, journal.shard);
    const has = new Set(journal.rows.map((r) => r.index));
    const stray = journal.rows.find((r) => !wanted.includes(r.index));
    if (stray)
      throw new JournalError(
        `${name} has cell ${stray.index}, which is not of shard ${journal.shard.part}/${shard.of}.`,
      );
    const missing = wanted.filter((i) => !has.has(i));
    if (missing.length > 0)
      throw new JournalError(
        `${name} is not finished: ${missing.length} of its ${wanted.length} cells are missing. Run shard ${journal.shard.part}/${shard.of} again; it goes on where it stopped.`,
      );
    rows.push(...journal.rows);
  }
  const absent = Array.from({ length: shard.of }, (_, i) => i + 1).filter((part) => !byPart.has(part));
  if (absent.length > 0)
    throw new JournalError(`Missing: shard ${absent.map((part) => `${part}/${shard.of}`).join(', ')}.`);
  return { head, shard: WHOLE, rows: byIndex(rows) };
}
