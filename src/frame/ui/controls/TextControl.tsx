import type { TextField } from '../../../core/field.ts';
import { Labelled } from './Labelled.tsx';
import { useDraft } from './useDraft.ts';

interface Props {
  readonly field: TextField;
  readonly value: string;
  readonly full: string;
  onChange(value: string): void;
}

const LEAST_ROWS = 4;
const MOST_ROWS = 14;

/** A line of text with a grammar, or several lines. What cannot be read is marked, explained and kept until it is put right. */
export function TextControl({ field, value, full, onChange }: Props) {
  const draft = useDraft(value, {
    format: (text) => text,
    read: (text) => field.parse(text) ?? new Error(field.refuse(text) ?? 'This cannot be read.'),
    onChange,
  });
  return (
    <Labelled className="text" label={field.label} help={field.help} problem={draft.problem}>
      {({ id, describedBy }) => {
        const box = {
          id,
          'aria-label': full,
          'aria-describedby': describedBy,
          'aria-invalid': draft.problem !== null,
          value: draft.text,
          onBlur: draft.leave,
        };
        return field.lines ? (
          <textarea
            {...box}
            rows={Math.min(MOST_ROWS, Math.max(LEAST_ROWS, draft.text.split('\n').length))}
            spellCheck={false}
            wrap="off"
            // Enter begins a line here.
            onKeyDown={(e) => e.key !== 'Enter' && draft.onKey(e.key)}
            onChange={(e) => draft.type(e.target.value)}
          />
        ) : (
          <input
            {...box}
            type="text"
            onKeyDown={(e) => draft.onKey(e.key)}
            onChange={(e) => draft.type(e.target.value)}
          />
        );
      }}
    </Labelled>
  );
}
