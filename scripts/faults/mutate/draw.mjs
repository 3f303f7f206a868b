import { createRandom } from './random.mjs';

/**
 * All mutants of an area in the order in which they are taken: a kind, then a file that has it, then one of its edits,
 * each at random, so that neither a long file nor a table of constants crowds out the rest. The order hangs on seed and
 * area alone: more of them are the same ones and others.
 */
export function* drawn(mutants, seed, area) {
  const random = createRandom(seed, area);
  const kinds = new Map();
  for (const mutant of mutants) {
    const files = kinds.get(mutant.edit.kind) ?? new Map();
    kinds.set(mutant.edit.kind, files);
    files.set(mutant.file, [...(files.get(mutant.file) ?? []), mutant]);
  }
  while (kinds.size > 0) {
    const kind = [...kinds.keys()][random(kinds.size)];
    const files = kinds.get(kind);
    const file = [...files.keys()][random(files.size)];
    const left = files.get(file);
    const [mutant] = left.splice(random(left.length), 1);
    if (left.length === 0) files.delete(file);
    if (files.size === 0) kinds.delete(kind);
    yield mutant;
  }
}

/** How many of `count` each of `n` areas has: equal shares, the first ones one more. */
export const shares = (count, n) => Array.from({ length: n }, (_, i) => Math.floor((count + n - 1 - i) / n));

/**
 * Interval of a proportion at 95 %. Wilson: "Probable inference, the law of succession, and statistical inference",
 * JASA 22 (1927).
 */
export function wilson(hits, n, z = 1.959964) {
  if (n === 0) return [0, 1];
  const p = hits / n;
  const centre = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
