import { useState } from 'react';
import { actOn, typeOn, type Grammar, type Typed } from './draft.ts';
import { useRest } from './useRest.ts';

/** What is typed into a box until it can be taken. */
export interface Draft<T> {
  /** What the box shows. */
  readonly text: string;
  /** What is wrong with it, as a sentence; null when it can be taken. */
  readonly problem: string | null;
  /** What was typed where it can be taken, else the value in force. */
  readonly wanted: T;
  /** Whether the box shows what is in force. */
  readonly settled: boolean;
  type(text: string): void;
  /** The value in force again. */
  drop(): void;
  /** The box is left: what can be taken is written as the value is; what cannot stays, to be put right. */
  leave(): void;
  /** Enter takes what was typed at once, Escape drops it. */
  onKey(key: string): void;
}

/**
 * A text under edit. It acts when the typing pauses, at Enter, and when the box is left. When the value changes by other
 * means (a slider, undo), what was typed is gone.
 */
export function useDraft<T>(value: T, { onChange, ...grammar }: Grammar<T> & { onChange(value: T): void }): Draft<T> {
  const [draft, setDraft] = useState<Typed<T> | null>(null);
  const written = grammar.format(value);
  const typed = draft?.inForce === written ? draft : null;
  if (draft !== null && typed === null) setDraft(null);
  const taken = typed === null ? value : grammar.read(typed.text);
  const problem = taken instanceof Error ? taken.message : null;
  const act = () => {
    if (typed === null || typed.acted) return;
    const out = actOn(typed, grammar);
    setDraft(out.typed);
    if (out.typed.inForce !== written) onChange(out.value);
  };
  useRest(draft?.acted === false ? draft : null, act);
  const drop = () => setDraft(null);
  const leave = () => {
    act();
    if (problem === null) drop();
  };
  return {
    text: typed?.text ?? written,
    problem,
    wanted: taken instanceof Error ? value : taken,
    settled: typed === null || (typed.acted && problem === null),
    type: (text) => setDraft(typeOn(typed, text, value, grammar)),
    drop,
    leave,
    onKey(key) {
      if (key === 'Enter') leave();
      if (key === 'Escape') drop();
    },
  };
}
