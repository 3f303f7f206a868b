// The longest piece first, word by word (Wu et al., "Google's Neural Machine Translation System", https://arxiv.org/abs/1609.08144,
// section 4.1; BERT's greedy cut, https://arxiv.org/abs/1810.04805).

export interface WordPieces {
  readonly ids: ReadonlyMap<string, number>;
  readonly unknown: number;
  /** What pieces within a word begin with: "##". */
  readonly prefix: string;
  /** Words of more characters are unknown. */
  readonly longest: number;
}

/** Ids of one word; a word with a part that no piece covers is unknown as a whole. */
export function wordPiece({ ids, unknown, prefix, longest }: WordPieces): (word: string) => number[] {
  return (word) => {
    const characters = Array.from(word);
    if (characters.length > longest) return [unknown];
    const found: number[] = [];
    for (let start = 0; start < characters.length;) {
      let end = characters.length;
      let id: number | undefined;
      for (; end > start; end--) {
        id = ids.get((start > 0 ? prefix : '') + characters.slice(start, end).join(''));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      found.push(id);
      start = end;
    }
    return found;
  };
}
