import type { NumberField } from '../../../../core/field.ts';
import { editShared } from '../../state/experimentStore.ts';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { NumberBox } from '../../../../frame/ui/controls/NumberBox.tsx';

/** The seed as a number with a step to either side: neighbouring seeds are as different as any. */
export function SeedControl({ field, value }: { field: NumberField; value: number }) {
  const step = (by: number) => editShared({ seed: Math.min(field.max, Math.max(field.min, value + by)) });
  return (
    <Labelled className="seed" label={field.label} help={field.help}>
      {({ id, describedBy }) => (
        <div className="stepper">
          <button type="button" aria-label="Previous seed" disabled={value <= field.min} onClick={() => step(-1)}>
            −
          </button>
          <NumberBox
            id={id}
            field={field}
            value={value}
            label={field.label}
            describedBy={describedBy}
            onChange={(seed) => editShared({ seed })}
          />
          <button type="button" aria-label="Next seed" disabled={value >= field.max} onClick={() => step(1)}>
            +
          </button>
        </div>
      )}
    </Labelled>
  );
}
