import { useState } from 'react';
import { joinLines, linesOf } from './texts.ts';

interface Props {
  readonly label: string;
  readonly describedBy: string;
  readonly invalid: boolean;
  /** As a link writes them. */
  readonly values: string;
  onChange(values: string): void;
}

/** Values of an axis that are whole sentences: one a line. */
export function LinesInput({ label, describedBy, invalid, values, onChange }: Props) {
  // What is typed, for as long as it says the same: a line that has just been begun is no value yet.
  const [typed, setTyped] = useState('');
  const text = joinLines(typed) === values ? typed : linesOf(values);
  return (
    <textarea
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      spellCheck={false}
      data-undo="experiment"
      rows={Math.min(8, Math.max(2, text.split('\n').length))}
      value={text}
      onChange={(e) => {
        setTyped(e.target.value);
        onChange(joinLines(e.target.value));
      }}
    />
  );
}
