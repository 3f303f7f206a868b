// Where a reply thinks aloud before it answers: <think> … </think> and its kin.

export interface Thought {
  /** '' for a reply that thinks nothing aloud. */
  readonly thinking: string;
  readonly answer: string;
  /** It is still thinking, or was stopped while it did. */
  readonly open: boolean;
}
const TAGS = ['think', 'thinking', 'thought', 'reasoning'] as const;

/**
 * Thinking is what stands before the first closing tag, whether the reply opened it itself or the template had; one that was
 * opened and not closed is all of it.
 */
export function thoughtOf(text: string): Thought {
  for (const tag of TAGS) {
    for (const [from, to] of [
      [`<${tag}>`, `</${tag}>`],
      [`[${tag.toUpperCase()}]`, `[/${tag.toUpperCase()}]`],
    ] as const) {
      const begun = text.trimStart().startsWith(from);
      const inside = begun ? text.trimStart().slice(from.length) : text;
      const end = inside.indexOf(to);
      if (end >= 0)
        return {
          thinking: inside.slice(0, end).trim(),
          answer: inside.slice(end + to.length).trimStart(),
          open: false,
        };
      if (begun) return { thinking: inside.trim(), answer: '', open: true };
    }
  }
  return { thinking: '', answer: text, open: false };
}
