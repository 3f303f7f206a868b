import { numberField } from '../../../../core/field.ts';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { MAX_ROWS, MAX_STEPS, newRow, type TaskMethodId, type TaskRow } from '../../config/taskSetup.ts';
import { fieldsShown, methodPaper, methodsOf, methodSummary, methodTitle } from '../../config/taskWords.ts';
import { setSetup, setupNow } from '../../state/editSession.ts';
import { useSetup } from './hooks.ts';
import { MethodRow } from '../MethodRow.tsx';

const stepsField = numberField({
  label: 'Steps',
  help: 'Steps from the top of the levels to the bottom; an inversion walks them twice.',
  default: 25,
  min: 1,
  max: MAX_STEPS,
  integer: true,
  log: true,
});
function put(index: number, row: TaskRow, what: string): void {
  const s = setupNow();
  setSetup({ ...s, rows: s.rows.map((r, i) => (i === index ? row : r)) }, what && `row ${index} ${what}`);
}

/** The methods that are compared, each with its steps and parameters. */
export function Methods() {
  const { setup: s } = useSetup();
  const choices = methodsOf(s.task);
  const add = () =>
    setSetup({
      ...s,
      rows: [...s.rows, newRow(choices.find((id) => !s.rows.some((r) => r.method === id)) ?? choices[0]!)],
    });
  return (
    <section className="contenders" aria-label="Methods">
      <div className="section-head">
        <h2>Methods</h2>
        <p className="fine">same samples, same noise</p>
        <button type="button" disabled={s.rows.length >= MAX_ROWS} onClick={add}>
          Add
        </button>
      </div>
      {s.rows.map((row, i) => (
        <Row key={i} row={row} index={i} choices={choices} alone={s.rows.length === 1} />
      ))}
    </section>
  );
}

interface RowProps {
  readonly row: TaskRow;
  readonly index: number;
  readonly choices: readonly TaskMethodId[];
  readonly alone: boolean;
}
function Row({ row, index, choices, alone }: RowProps) {
  const name = `Method ${index + 1}`;
  const paper = methodPaper(row.method);
  const remove = () => {
    const s = setupNow();
    setSetup({ ...s, rows: s.rows.toSpliced(index, 1) });
  };
  return (
    <MethodRow
      name={name}
      className="edit-row"
      testId={`method-${index}`}
      slot={index}
      method={row.method}
      choices={choices}
      title={methodTitle}
      fields={fieldsShown(row)}
      params={row.params}
      summary={methodSummary(row.method)}
      paper={paper.url}
      alone={alone}
      onMethod={(id) => put(index, newRow(id), '')}
      onParam={(key, value) => put(index, { ...row, params: { ...row.params, [key]: value } }, key)}
      onRemove={remove}
    >
      <NumberControl
        field={stepsField}
        name={name}
        value={row.steps}
        onChange={(steps) => put(index, { ...row, steps }, 'steps')}
      />
    </MethodRow>
  );
}
