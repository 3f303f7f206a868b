import { newRow, shownFields, type RowedRow } from '../../config/rowed.ts';
import type { RowedSession } from '../../state/rowedSession.ts';
import { useReading } from './Setup.tsx';
import { MethodRow } from '../MethodRow.tsx';

interface Props {
  readonly session: RowedSession<never>;
  /** What all rows have in common. */
  readonly same: string;
}

/** The methods that are compared, each with its parameters. */
export function RowedMethods({ session, same }: Props) {
  const { kind } = session;
  const { setup: s } = useReading(session);
  const { methods } = kind;
  const add = () => {
    const now = session.reading().setup;
    const next = methods.find((id) => !now.rows.some((r) => r.method === id)) ?? methods[0]!;
    session.set({ ...now, rows: [...now.rows, newRow(kind, now.model, next)] });
  };
  return (
    <section className="contenders" aria-label="Methods">
      <div className="section-head">
        <h2>Methods</h2>
        <p className="fine">{same}</p>
        <button type="button" disabled={s.rows.length >= kind.mostRows} onClick={add}>
          Add
        </button>
      </div>
      {s.rows.map((row, i) => (
        <Row key={i} session={session} row={row} index={i} alone={s.rows.length === 1} />
      ))}
    </section>
  );
}

interface RowProps {
  readonly session: RowedSession<never>;
  readonly row: RowedRow;
  readonly index: number;
  readonly alone: boolean;
}
function Row({ session, row, index, alone }: RowProps) {
  const { kind } = session;
  const name = `Method ${index + 1}`;
  const { model } = session.reading().setup;
  const { summary, paper } = kind.method(row.method);
  const put = (next: RowedRow, what: string) => {
    const s = session.reading().setup;
    session.set({ ...s, rows: s.rows.map((r, i) => (i === index ? next : r)) }, what && `row ${index} ${what}`);
  };
  const remove = () => {
    const s = session.reading().setup;
    session.set({ ...s, rows: s.rows.toSpliced(index, 1) });
  };
  return (
    <MethodRow
      name={name}
      className="rowed-row"
      testId={`method-${index}`}
      slot={index}
      method={row.method}
      choices={kind.methods}
      title={(id) => kind.method(id).title}
      fields={shownFields(kind, model, row)}
      params={row.params}
      summary={summary}
      paper={paper.url}
      alone={alone}
      onMethod={(id) => put(newRow(kind, model, id), '')}
      onParam={(key, value) => put({ ...row, params: { ...row.params, [key]: value } }, key)}
      onRemove={remove}
    />
  );
}
