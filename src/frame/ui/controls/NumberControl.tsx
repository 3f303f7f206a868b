import { useMemo } from 'react';
import type { NumberField } from '../../../core/field.ts';
import { Labelled } from './Labelled.tsx';
import { NumberBox, useNumberDraft } from './NumberBox.tsx';
import { nearestIndex, sliderValues } from './scale.ts';

interface Props {
  readonly field: NumberField;
  readonly value: number;
  readonly name?: string;
  onChange(value: number): void;
}

/** A slider with its exact value beside it. */
export function NumberControl({ field, value, name, onChange }: Props) {
  const values = useMemo(() => sliderValues(field), [field]);
  const draft = useNumberDraft(field, value, onChange);
  const full = name ? `${name}: ${field.label}` : field.label;
  return (
    <Labelled
      className="number"
      label={field.label}
      help={field.help}
      problem={draft.problem}
      value={<NumberBox field={field} draft={draft} label={`${full}, exact value`} onChange={onChange} />}
    >
      {({ id, describedBy }) => (
        <input
          id={id}
          type="range"
          min={0}
          max={values.length - 1}
          step={1}
          value={nearestIndex(values, value)}
          aria-label={full}
          aria-describedby={describedBy}
          aria-valuetext={`${field.format(value)}${field.unit ? ` ${field.unit}` : ''}`}
          onChange={(e) => onChange(values[Number(e.target.value)]!)}
        />
      )}
    </Labelled>
  );
}
