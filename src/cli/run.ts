// `stepscope run`: the cells of a grid that are not there yet, each kept as soon as it ends.
import { headOf, rowOf, type CellRow, type GridHead } from '../experiments/grid/records.ts';
import { isRefused } from '../experiments/grid/types.ts';
import { gridCells, type CellResult } from '../engine/grid.ts';
import type { RunCommand } from './args.ts';
import { diskSentence } from './disk.ts';
import { finish } from './finish.ts';
import type { Place } from './lab.ts';
import { pngOf } from './png.ts';
import { progressOn } from './progress.ts';
import { Refused, Stopped } from './refused.ts';
import { readSource, type Asked } from './source.ts';
import { openStore } from './store.ts';

/** Exit statuses of a command that ran to its end. */
export const DONE = 0;
export const SOME_FAILED = 1;

/** Columns of the results: what was asked for, else every metric that its cells can have. */
export const metricsOf = ({ lab, base, spec }: Asked, wanted: readonly string[] | null): readonly string[] =>
  wanted === null ? lab.kind.metrics(base, spec) : lab.chosen(base, spec, wanted);

/** What a cell's picture carries: enough to open it in the page, and its numbers. */
export function heldBy(asked: Asked, row: CellRow, head: GridHead, version: string): object {
  const { kind } = asked.lab;
  const made = kind.cellRun(asked.base, row.values);
  return {
    format: 'stepscope-cell',
    formatVersion: 1,
    version,
    device: head.device,
    hash: isRefused(made) ? head.link : kind.link(made),
    cell: row.index,
    values: row.values,
    nfe: row.nfe,
    passes: row.passes,
    ...(row.costs && { costs: row.costs }),
    metrics: Object.fromEntries(head.metrics.map((id, i) => [id, row.metrics[i]])),
  };
}

/** What ended a run that is nobody's cell's fault, as a sentence; undefined for what is. */
function endOf(error: unknown): string | undefined {
  const disk = diskSentence(error);
  if (disk !== undefined) return disk;
  const { name, message, hint } = error as Error & { readonly hint?: string };
  return name === 'DeviceLostError' || name === 'OutOfMemoryError' ? `${message} ${hint ?? ''}`.trim() : undefined;
}

export async function run(command: RunCommand, place: Place): Promise<number> {
  const asked = readSource(command.source);
  const { lab, base, spec } = asked;
  const { shard } = command;
  const metrics = metricsOf(asked, command.metrics);
  const cells = gridCells(lab.maker, { base, spec, shard });
  if (cells.length === 0 && shard.of === 1)
    throw new Refused('The rules leave out every cell: nothing is left to run.');
  const opened = await lab.open(asked, command, place);
  const head = headOf(spec, asked.link, metrics, opened.device);
  let store;
  try {
    store = openStore(command.out, head, shard, new Set(cells.map((c) => c.index)));
  } catch (error) {
    throw disk(error, (sentence) => new Refused(sentence));
  }
  const rows = new Map(store.rows.map((row) => [row.index, row]));
  const progress = progressOn(place.err, cells.length, rows.size);
  const keep = (row: CellRow) => {
    store.add(row);
    rows.set(row.index, row);
    progress.ended();
  };
  const keepResult = ({ cell, nfe, passes, costs, quality, picture, gpuMs, wallMs }: CellResult) => {
    const metrics = head.metrics.map((id) => quality[id] ?? null);
    const row = rowOf(cell, { nfe, passes, costs, metrics }, head);
    const made = lab.kind.cellRun(base, cell.values);
    if (command.pictures && !isRefused(made))
      store.picture(cell.index, pngOf(lab.drawn(picture, made), heldBy(asked, row, head, place.version)));
    // The journal last: a cell that is in it is there with its picture.
    store.time(cell.index, gpuMs, wallMs);
    keep(row);
  };
  try {
    await opened.run(
      { base, spec, shard, skip: new Set(rows.keys()), shown: lab.shown(base, spec), metrics },
      (event) => {
        if (event.kind === 'status') progress.left(event.remainingMs);
        else if (event.kind === 'cell') keepResult(event.result);
        else if (event.kind === 'failed') keep(rowOf(event.cell, { failed: event.because }, head));
      },
      place.signal,
    );
    progress.close();
    if (shard.of === 1) finish(command.out, head, [...rows.values()], place.version, [command.out]);
  } catch (error) {
    progress.close();
    const sentence = place.signal.aborted ? 'Stopped.' : endOf(error);
    if (sentence === undefined) throw error;
    throw new Stopped(`${sentence} ${kept(rows.size, cells.length, command.out)}`);
  }
  const failed = [...rows.values()].filter((row) => row.failed !== null);
  const part = shard.of > 1 ? ` of shard ${shard.part}/${shard.of}` : '';
  place.out.write(`${command.out}: ${cellsInWords(cells.length)}${part}, ${failed.length} failed\n`);
  for (const row of failed.slice(0, 5)) place.out.write(`  cell ${row.index}: ${row.failed}\n`);
  return failed.length > 0 ? SOME_FAILED : DONE;
}

export const cellsInWords = (n: number): string => `${n} ${n === 1 ? 'cell' : 'cells'}`;

/** What is there after an early end. */
export const kept = (done: number, of: number, out: string): string =>
  `${done} of ${of} cells are kept in '${out}'; the same command goes on with the rest.`;

/** A disk's error as another one; any other error as it is. */
export function disk(error: unknown, as: (sentence: string) => Error): unknown {
  const sentence = diskSentence(error);
  return sentence === undefined ? error : as(sentence);
}
