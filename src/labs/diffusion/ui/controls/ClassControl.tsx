import { editShared } from '../../state/experimentStore.ts';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';

/** Which class the samples are drawn from. */
export function ClassControl({
  classes,
  none,
  help,
  value,
}: {
  classes: readonly string[];
  /** What none of them means. */
  none: string;
  help: string;
  value: number;
}) {
  return (
    <Labelled className="choice" label="Class" help={help}>
      {({ id, describedBy }) => (
        <select
          id={id}
          value={value}
          aria-describedby={describedBy}
          onChange={(e) => editShared({ label: Number(e.target.value) })}
        >
          <option value={-1}>{none}</option>
          {classes.map((name, i) => (
            <option key={name} value={i}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
