import { useState } from 'react';
import type { TextField } from '../../../core/field.ts';
import { Labelled } from './Labelled.tsx';

interface Props {
  readonly field: TextField;
  readonly value: string;
  readonly full: string;
  onChange(value: string): void;
}

/**
 * A line of text with a grammar. What cannot be read is marked, explained and not used; leaving the box restores the
 * text in force.
 */
export function TextControl({ field, value, full, onChange }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const refusal = draft === null ? null : field.refuse(draft);
  return (
    <Labelled
      className="text"
      label={field.label}
      help={field.help}
      value={
        refusal && (
          <span role="alert" className="refusal">
            {refusal}
          </span>
        )
      }
    >
      {({ id, describedBy }) => (
        <input
          id={id}
          type="text"
          aria-label={full}
          aria-describedby={describedBy}
          aria-invalid={refusal !== null}
          maxLength={field.maxLength}
          value={draft ?? value}
          onBlur={() => setDraft(null)}
          onChange={(e) => {
            setDraft(e.target.value);
            const parsed = field.parse(e.target.value);
            if (parsed !== undefined) onChange(parsed);
          }}
        />
      )}
    </Labelled>
  );
}
