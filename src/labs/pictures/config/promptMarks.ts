// Marks in a prompt that A1111's web UI, Forge and SD.Next act on, and this page reads as they stand.

/** Marks in a prompt that those programs act on and this page reads as they stand. */
const marks: readonly (readonly [RegExp, because: string])[] = [
  [/<[a-z]{2,12}:[^<>]{0,200}>/gi, 'added networks are not loaded; the mark is read as words'],
  [/\[[^[\]]{0,200}[:|][^[\]]{0,200}\]/g, 'words do not change on the way; all of it is read at every step'],
  [/(?<!\\)\([^()]{0,200}:\s*[\d.]+\s*\)/g, 'words have no weights here; brackets and number are read as words'],
  [
    /(?<!\\)(?:\((?![^()]*:\s*[\d.]+\s*\))[^()]{0,200}\)|\[[^[\]:|]{0,200}\])/g,
    'brackets do not weigh words here; they are read as they stand',
  ],
  [/\bBREAK\b/g, 'a prompt is not split into chunks; it is read as a word'],
  [/\bAND\b/g, 'several prompts are not combined; it is read as a word'],
  [/\\[()[\]]/g, 'brackets need no backslash here; it is read as it stands'],
];

export interface NotApplied {
  readonly value: string;
  readonly because: string;
}

/** What of a prompt is not applied, each kind once with what was found. */
export function marksOf(prompt: string): readonly NotApplied[] {
  return marks.flatMap(([pattern, because]) => {
    const found = [...new Set(prompt.match(pattern) ?? [])];
    if (found.length === 0) return [];
    const shown = found.slice(0, 3).join(' ');
    return [{ value: found.length > 3 ? `${shown} and ${found.length - 3} more` : shown, because }];
  });
}

/** The first mark of a prompt; null where it is plain words. */
export function firstMark(prompt: string): NotApplied | null {
  let first: (NotApplied & { readonly at: number }) | null = null;
  for (const [pattern, because] of marks)
    for (const { 0: value, index: at } of prompt.matchAll(pattern))
      if (!first || at < first.at) first = { value, because, at };
  return first && { value: first.value, because: first.because };
}
