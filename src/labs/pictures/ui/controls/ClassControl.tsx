import type { NumberField } from '../../../../core/field.ts';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { editShared } from '../../state/experimentStore.ts';

interface Props {
  readonly field: NumberField;
  readonly labels: readonly string[];
  readonly value: number;
}

/** The class that is drawn, for models that are told one instead of a text. */
export function ClassControl({ field, labels, value }: Props) {
  if (labels.length === 0)
    return <NumberControl field={field} value={value} onChange={(label) => editShared({ label })} />;
  return (
    <Labelled className="choice wide" label={field.label} help={field.help}>
      {({ id, describedBy }) => (
        <select
          id={id}
          value={value}
          aria-describedby={describedBy}
          onChange={(e) => editShared({ label: Number(e.target.value) })}
        >
          <option value={-1}>Every class in turn</option>
          {labels.map((name, i) => (
            <option key={i} value={i}>
              {name === String(i) ? name : `${i}: ${name}`}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
