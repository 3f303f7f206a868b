import type { AnyField, ChoiceField, ParamValue } from '../../../core/field.ts';
import { Labelled } from './Labelled.tsx';
import { NumberControl } from './NumberControl.tsx';
import { TextControl } from './TextControl.tsx';

interface Props {
  readonly field: AnyField;
  readonly value: ParamValue;
  readonly name?: string;
  onChange(value: ParamValue): void;
}

/** A choice whose words need more than half of the column: it gets all of it. */
const LONG = 16;
const isLong = ({ options }: ChoiceField): boolean => options.some((o) => o.label.length > LONG);

/** The control of any field: a slider, a menu, a switch or a line of text. */
export function FieldControl({ field, value, name, onChange }: Props) {
  const full = name ? `${name}: ${field.label}` : field.label;
  switch (field.kind) {
    case 'number':
      return <NumberControl field={field} value={Number(value)} {...(name && { name })} onChange={onChange} />;
    case 'choice':
      return (
        <Labelled className={`choice${isLong(field) ? ' wide' : ''}`} label={field.label} help={field.help}>
          {({ id, describedBy }) => (
            <select
              id={id}
              value={String(value)}
              aria-label={full}
              aria-describedby={describedBy}
              onChange={(e) => onChange(e.target.value)}
            >
              {field.options.map((o) => (
                <option key={o.value} value={o.value}>
                  {o.label}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      );
    case 'boolean':
      return (
        <Labelled className="switch" label={field.label} help={field.help}>
          {({ id, describedBy }) => (
            <input
              id={id}
              type="checkbox"
              checked={value === true}
              aria-label={full}
              aria-describedby={describedBy}
              onChange={(e) => onChange(e.target.checked)}
            />
          )}
        </Labelled>
      );
    case 'text':
      return <TextControl field={field} value={String(value)} full={full} onChange={onChange} />;
    default:
      return field satisfies never;
  }
}
