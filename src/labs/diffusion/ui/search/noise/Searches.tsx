import { Marker } from '../../../../../frame/ui/Marker.tsx';
import {
  chosenSearches,
  linesOf,
  MAX_ROWS,
  newSeekRow,
  searchFields,
  type SeekRow,
} from '../../../config/seekSetup.ts';
import { searchFacts } from '../../../config/seekWords.ts';
import { setSeek, setupNow } from '../../../state/seekSession.ts';
import { useSeek } from './hooks.ts';
import { MethodRow } from '../../MethodRow.tsx';

function put(index: number, row: SeekRow, what: string): void {
  const s = setupNow();
  setSeek({ ...s, rows: s.rows.map((r, i) => (i === index ? row : r)) }, what && `seek row ${index} ${what}`);
}

/** The searches that are compared; before them the plain sampler with as many evaluations spent on steps. */
export function Searches() {
  const { setup: s } = useSeek();
  const add = () => {
    const next = chosenSearches.find((id) => !s.rows.some((r) => r.search === id)) ?? chosenSearches[0]!;
    setSeek({ ...s, rows: [...s.rows, newSeekRow(next)] });
  };
  return (
    <section className="contenders" aria-label="Searches">
      <div className="section-head">
        <h3>Searches</h3>
        <p className="fine">same starts, same budgets</p>
        <button type="button" disabled={s.rows.length >= MAX_ROWS} onClick={add}>
          Add
        </button>
      </div>
      <p className="seek-line">
        <Marker slot={0} /> {searchFacts('steps').title}: what all are held against
      </p>
      {linesOf(s)
        .slice(1)
        .map((row, i) => (
          <Row key={i} row={row} index={i} alone={s.rows.length === 1} />
        ))}
    </section>
  );
}

function Row({ row, index, alone }: { readonly row: SeekRow; readonly index: number; readonly alone: boolean }) {
  const name = `Search ${index + 1}`;
  const { summary, paper } = searchFacts(row.search);
  const remove = () => {
    const s = setupNow();
    setSeek({ ...s, rows: s.rows.toSpliced(index, 1) });
  };
  return (
    <MethodRow
      name={name}
      className="seek-row"
      testId={`search-${index}`}
      slot={index + 1}
      method={row.search}
      choices={chosenSearches}
      title={(id) => searchFacts(id).title}
      fields={Object.entries(searchFields(row.search))}
      params={row.params}
      summary={summary}
      paper={paper.url}
      alone={alone}
      onMethod={(id) => put(index, newSeekRow(id), '')}
      onParam={(key, value) => put(index, { ...row, params: { ...row.params, [key]: value } }, key)}
      onRemove={remove}
    />
  );
}
