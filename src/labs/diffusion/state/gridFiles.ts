// A grid's results as files, written as the command line writes them; and back.
import { gridCsv, gridJson, readJournal, type GridHead, type Journal } from '../../../experiments/grid/records.ts';
import { writeGrid } from '../config/gridLink.ts';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { keepCells, keepGrid } from './gridKeep.ts';
import { gridRows, gridStore, showCells } from './gridStore.ts';
import { notify } from './notices.ts';

/** The link that opens a grid's results, without its #. */
export const hashOf = (head: GridHead): string =>
  formatExperiment(parseExperiment(head.link).experiment, null, undefined, writeGrid(head));

export function saveGrid(format: 'csv' | 'json'): void {
  const { head } = gridStore.getState();
  if (!head) return nothingYet();
  const text = format === 'csv' ? gridCsv(head, gridRows.all()) : gridJson(head, gridRows.all());
  saveBlob(new Blob([text], { type: format === 'csv' ? 'text/csv' : 'application/json' }), `results.${format}`);
}
export const nothingYet = (): void =>
  notify({
    kind: 'export',
    tone: 'warning',
    title: 'The grid has no results yet.',
    hint: 'Run it, or part of it, and export what is there.',
  });

/** Reads results.json by the rules of a journal; undefined for a file that is none, which throws nothing. */
export function readResults(text: string, name: string): Journal | undefined {
  let held: { readonly head?: { readonly format?: unknown }; readonly cells?: unknown };
  try {
    held = JSON.parse(text) as typeof held;
  } catch {
    return undefined;
  }
  if (held?.head?.format !== 'stepscope-grid' || !Array.isArray(held.cells)) return undefined;
  const first = JSON.stringify({ head: held.head, shard: { part: 1, of: 1 } });
  return readJournal([first, ...held.cells.map((cell) => JSON.stringify(cell)), ''].join('\n'), name);
}

/** Opens the results that a dropped file holds; false for another file. */
export async function openResults(name: string, bytes: Uint8Array): Promise<boolean> {
  const text = new TextDecoder().decode(bytes);
  const results = readResults(text, `“${name}”`);
  if (!results) return false;
  const { head, rows } = results;
  const hash = hashOf(head);
  const fields = head.axes.map((a) => a.field).join(' × ');
  const cells = rows.map((row) => ({ row, picture: null }));
  const { id } = await keepGrid({ head, hash, title: `${fields} from ${name}`, running: false });
  await keepCells(id, cells, false);
  showCells(
    head,
    cells,
    `These results are from “${name}”, computed on ${head.device}; a file of numbers holds no pictures.`,
  );
  location.hash = hash;
  notify({
    kind: 'restored',
    title: `“${name}” holds this grid: ${rows.length} cells.`,
    hint: 'What was here before is one undo away.',
  });
  return true;
}
