import { applied, planted } from './edit.mjs';
import { typescriptEdits } from './typescript.mjs';
import { wgslEdits } from './wgsl.mjs';

/**
 * Names of constants that wrappers set when a kernel is built: their values in the shaders are defaults that nothing
 * reads. Found as the names in capitals, or of aliases, that occur in the wrappers.
 */
export const namesSet = (wrappers) =>
  new Set(wrappers.flatMap((text) => [...text.matchAll(/\b[A-Z][A-Z0-9_]*\b/g)].map((m) => m[0])));

/** Every mutant of a file. */
export function mutantsOf(file, source, setElsewhere) {
  const edits = file.endsWith('.wgsl') ? wgslEdits(source, setElsewhere) : typescriptEdits(source);
  return edits.map((edit) => ({ file, edit, text: () => applied(source, edit) }));
}

/**
 * Texts of the mutants of a file that are listed as equivalent; `stale` are entries that can no longer be planted.
 * @param entries of equivalent.json: file, find (occurs once), replace, reason
 */
export function equivalents(entries, file, source) {
  const texts = new Set();
  const stale = [];
  for (const entry of entries.filter((e) => e.file === file)) {
    const text = planted(source, entry);
    if (text === undefined || text === source) stale.push(entry);
    else texts.add(text);
  }
  return { texts, stale };
}
