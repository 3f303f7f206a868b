import type { TextField } from '../../../core/field.ts';
import { Labelled } from './Labelled.tsx';
import { useDraft } from './useDraft.ts';

interface Props {
  readonly field: TextField;
  readonly value: string;
  readonly full: string;
  onChange(value: string): void;
}

/** A line of text with a grammar. What cannot be read is marked, explained and kept until it is put right. */
export function TextControl({ field, value, full, onChange }: Props) {
  const draft = useDraft(value, {
    format: (text) => text,
    read: (text) => field.parse(text) ?? new Error(field.refuse(text) ?? 'This cannot be read.'),
    onChange,
  });
  return (
    <Labelled className="text" label={field.label} help={field.help} problem={draft.problem}>
      {({ id, describedBy }) => (
        <input
          id={id}
          type="text"
          aria-label={full}
          aria-describedby={describedBy}
          aria-invalid={draft.problem !== null}
          value={draft.text}
          onBlur={draft.leave}
          onKeyDown={(e) => draft.onKey(e.key)}
          onChange={(e) => draft.type(e.target.value)}
        />
      )}
    </Labelled>
  );
}
