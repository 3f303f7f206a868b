import { useState } from 'react';
import type { NumberField } from '../../../core/field.ts';

interface Props {
  readonly field: NumberField;
  readonly value: number;
  readonly label: string;
  readonly describedBy?: string;
  readonly id?: string;
  onChange(value: number): void;
}

/** By how many steps a key moves the value. */
const STEPS_OF_KEY: Readonly<Record<string, 1 | -1>> = { ArrowUp: 1, ArrowDown: -1 };

/** A number as text. What cannot be accepted is marked and not used; leaving the box restores the value in force. */
export function NumberBox({ field, value, label, describedBy, id, onChange }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const refused = draft !== null && field.parse(draft) === undefined;
  return (
    <input
      className="number-box"
      type="text"
      inputMode={field.integer ? 'numeric' : 'decimal'}
      id={id}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={refused}
      title={refused ? `From ${field.min} to ${field.max}` : undefined}
      size={Math.min(10, Math.max(4, field.format(value).length + 1))}
      value={draft ?? field.format(value)}
      onFocus={(e) => e.target.select()}
      onBlur={() => setDraft(null)}
      onKeyDown={(e) => {
        if (e.key === 'Enter' || e.key === 'Escape') setDraft(null);
        const steps = STEPS_OF_KEY[e.key];
        if (steps === undefined) return;
        const by = steps * field.step;
        e.preventDefault();
        setDraft(null);
        onChange(Math.min(field.max, Math.max(field.min, Number((value + by).toPrecision(10)))));
      }}
      onChange={(e) => {
        setDraft(e.target.value);
        const parsed = field.parse(e.target.value);
        if (parsed !== undefined) onChange(parsed);
      }}
    />
  );
}
