import { numberDemand, type NumberField } from '../../../core/field.ts';
import { withPoint } from './draft.ts';
import { useDraft, type Draft } from './useDraft.ts';

/** A number as it is typed; what is out of range says so. */
export const useNumberDraft = (field: NumberField, value: number, onChange: (value: number) => void): Draft<number> =>
  useDraft(value, {
    format: field.format,
    read: (text) =>
      field.parse(field.integer ? text : withPoint(text)) ??
      new Error(`Takes ${numberDemand(field)}; ${field.format(value)} stays in force.`),
    onChange,
  });

interface Props {
  readonly field: NumberField;
  readonly draft: Draft<number>;
  readonly label: string;
  readonly describedBy?: string;
  readonly id?: string;
  onChange(value: number): void;
}

/** By how many steps a key moves the value. */
const STEPS_OF_KEY: Readonly<Record<string, 1 | -1>> = { ArrowUp: 1, ArrowDown: -1 };

/** A number as text. What cannot be taken is marked and kept until it is put right; Escape gives the value in force. */
export function NumberBox({ field, draft, label, describedBy, id, onChange }: Props) {
  return (
    <input
      className="number-box"
      type="text"
      inputMode={field.integer ? 'numeric' : 'decimal'}
      id={id}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={draft.problem !== null}
      data-undo={draft.settled ? 'experiment' : undefined}
      size={Math.min(10, Math.max(4, draft.text.length + 1))}
      value={draft.text}
      onFocus={(e) => e.target.select()}
      onBlur={draft.leave}
      onKeyDown={(e) => {
        draft.onKey(e.key);
        const steps = STEPS_OF_KEY[e.key];
        if (steps === undefined) return;
        const by = steps * field.step;
        e.preventDefault();
        draft.drop();
        onChange(Math.min(field.max, Math.max(field.min, Number((draft.wanted + by).toPrecision(10)))));
      }}
      onChange={(e) => draft.type(e.target.value)}
    />
  );
}
