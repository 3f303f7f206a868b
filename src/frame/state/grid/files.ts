// A grid's results as a file, written as the command line writes them; and back.
import { readJournal, type Journal } from '../../../experiments/grid/records.ts';

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
