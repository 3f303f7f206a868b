import type { NumberField } from '../../../core/field.ts';
import { Labelled } from './Labelled.tsx';
import { NumberBox, useNumberDraft } from './NumberBox.tsx';

interface Props {
  readonly field: NumberField;
  readonly value: number;
  onChange(seed: number): void;
}

/** The seed as a number with a step to either side: neighbouring seeds are as different as any. */
export function SeedControl({ field, value, onChange }: Props) {
  const draft = useNumberDraft(field, value, onChange);
  const step = (by: number) => onChange(Math.min(field.max, Math.max(field.min, value + by)));
  return (
    <Labelled className="seed" label={field.label} help={field.help} problem={draft.problem}>
      {({ id, describedBy }) => (
        <div className="stepper">
          <button type="button" aria-label="Previous seed" disabled={value <= field.min} onClick={() => step(-1)}>
            −
          </button>
          <NumberBox
            id={id}
            field={field}
            draft={draft}
            label={field.label}
            describedBy={describedBy}
            onChange={onChange}
          />
          <button type="button" aria-label="Next seed" disabled={value >= field.max} onClick={() => step(1)}>
            +
          </button>
        </div>
      )}
    </Labelled>
  );
}
