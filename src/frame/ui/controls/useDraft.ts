import { useState } from 'react';

/** What is typed into a box until it can be taken. */
export interface Draft {
  /** What the box shows. */
  readonly text: string;
  /** What is wrong with it, as a sentence; null when it is in force. */
  readonly problem: string | null;
  type(text: string): void;
  /** The value in force again. */
  drop(): void;
  /** The box is left: what can be taken is written as the value is; what cannot stays, to be put right. */
  leave(): void;
}

/**
 * A text under edit. `read` gives the value or why there is none; `format` writes the one in force. What can be taken
 * acts at once; what cannot brings back the value from before the typing, not the one of its own first digits. When the
 * value changes by other means (a slider, undo), what was typed is gone.
 */
export function useDraft<T>(
  value: T,
  { format, read, onChange }: { format(value: T): string; read(text: string): T | Error; onChange(value: T): void },
): Draft {
  const [draft, setDraft] = useState<{ readonly text: string; readonly inForce: string; readonly before: T } | null>(
    null,
  );
  const written = format(value);
  const typed = draft?.inForce === written ? draft.text : null;
  if (draft !== null && typed === null) setDraft(null);
  const taken = typed === null ? value : read(typed);
  const problem = taken instanceof Error ? taken.message : null;
  return {
    text: typed ?? written,
    problem,
    type(text) {
      const next = read(text);
      const before = typed === null ? value : draft!.before;
      const wanted = next instanceof Error ? before : next;
      setDraft({ text, inForce: format(wanted), before });
      if (format(wanted) !== written) onChange(wanted);
    },
    drop: () => setDraft(null),
    leave: () => problem === null && setDraft(null),
  };
}
