import { useState } from 'react';
import { differing, settingGroups, type Group } from '../../config/library/difference.ts';
import { outcomes, type Outcome } from '../../config/library/outcome.ts';
import type { Snapshot } from '../../config/library/types.ts';
import { differenceText, figureText, judgementText } from './figures.ts';

export interface Side extends Snapshot {
  readonly name: string;
  readonly lab: string;
  readonly device: string;
}
interface Props {
  readonly a: Side;
  readonly b: Side;
  onBack(): void;
}

/** Two experiments side by side: what differs in their settings, and in what came of them. */
export function Compare({ a, b, onBack }: Props) {
  const [all, setAll] = useState(false);
  const groups = settingGroups(a, b);
  const shown = all ? groups.filter((g) => g.rows.length > 0) : differing(groups);
  return (
    <div className="library-compare" data-testid="library-compare">
      <p className="library-buttons">
        <button type="button" autoFocus onClick={onBack}>
          ← All saved
        </button>
      </p>
      <dl className="sides">
        <dt>A</dt>
        <dd>{a.name}</dd>
        <dt>B</dt>
        <dd>{b.name}</dd>
      </dl>
      {a.lab === b.lab ? (
        <>
          <div className="section-head">
            <h3>Settings</h3>
            <label className="check">
              <input type="checkbox" checked={all} onChange={(e) => setAll(e.target.checked)} /> Also what is equal
            </label>
          </div>
          {shown.length === 0 ? <p>No setting differs.</p> : <Settings groups={shown} />}
          <h3>Results</h3>
          <Results a={a} b={b} />
        </>
      ) : (
        <p role="status">
          These are of two labs, whose settings and results have nothing in common: only experiments of one lab are
          compared.
        </p>
      )}
    </div>
  );
}

const Value = ({ text }: { text: string | null }) => (
  <td className="value">{text === null || text === '' ? <span className="none">–</span> : text}</td>
);

function Settings({ groups }: { groups: readonly Group[] }) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Settings of both">
      <table>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
          </tr>
        </thead>
        {groups.map(({ head, rows }, i) => (
          <tbody key={i}>
            {head !== '' && <Head text={head} columns={3} />}
            {rows.map((r) => (
              <tr key={r.field} data-setting={r.field} className={r.differs ? 'differs' : ''}>
                <th scope="row">{r.field}</th>
                <Value text={r.a} />
                <Value text={r.b} />
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

const Head = ({ text, columns }: { text: string; columns: number }) => (
  <tr className="group">
    <th scope="rowgroup" colSpan={columns}>
      <span>{text}</span>
    </th>
  </tr>
);

function Results({ a, b }: { a: Side; b: Side }) {
  const groups = outcomes(a, b).filter((g) => g.outcomes.length > 0);
  if (groups.length === 0)
    return <p>Neither was saved with results: open one, let it run to its end, and save its changes.</p>;
  return (
    <>
      <p className="fine">
        Differences are B less A, with intervals at 95 % over all contenders of a row’s metric together; what they
        cannot tell apart is called not distinguishable.
        {a.device !== b.device && ' The two ran on different devices: their times are of those.'}
      </p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Results of both">
        <table>
          <thead>
            <tr>
              <th scope="col">Result</th>
              <th scope="col" className="n">
                A
              </th>
              <th scope="col" className="n">
                B
              </th>
              <th scope="col" className="n">
                Difference
              </th>
              <th scope="col" className="verdict">
                Verdict
              </th>
            </tr>
          </thead>
          {groups.map(({ head, outcomes: rows }, i) => (
            <tbody key={i}>
              <Head text={head} columns={5} />
              {rows.map((o) => (
                <ResultRow key={o.metric.id} outcome={o} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

function ResultRow({ outcome: o }: { outcome: Outcome }) {
  const { metric, a, b, judgement } = o;
  return (
    <tr data-result={metric.id} data-judgement={judgement}>
      <th scope="row">
        {metric.title}
        {metric.unit !== '' && <span className="fine"> {metric.unit}</span>}
      </th>
      <td className={`n${judgement === 'a' ? ' best' : ''}`}>{a ? figureText(a, '') : '–'}</td>
      <td className={`n${judgement === 'b' ? ' best' : ''}`}>{b ? figureText(b, '') : '–'}</td>
      <td className="n">{differenceText(o)}</td>
      <td className={`verdict${judgement === 'unknown' ? ' fine' : ''}`}>{judgementText(o)}</td>
    </tr>
  );
}
