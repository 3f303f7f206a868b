import { FieldControl } from '../../../../../frame/ui/controls/FieldControl.tsx';
import { Marker } from '../../../../../frame/ui/Marker.tsx';
import {
  chosenSearches,
  linesOf,
  MAX_ROWS,
  newSeekRow,
  searchFields,
  type SearchId,
  type SeekRow,
} from '../../../config/seekSetup.ts';
import { searchFacts } from '../../../config/seekWords.ts';
import { setSeek, setupNow } from '../../../state/seekSession.ts';
import { useSeek } from './hooks.ts';

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
    <div className="contender seek-row" data-testid={`search-${index}`}>
      <div className="contender-head">
        <Marker slot={index + 1} />
        <select
          aria-label={name}
          value={row.search}
          onChange={(e) => put(index, newSeekRow(e.target.value as SearchId), '')}
        >
          {chosenSearches.map((id) => (
            <option key={id} value={id}>
              {searchFacts(id).title}
            </option>
          ))}
        </select>
        <span className="row-tools">
          <button type="button" disabled={alone} onClick={remove} aria-label={`Remove ${name}`} title="Remove">
            ×
          </button>
        </span>
      </div>
      <div className="fields">
        {Object.entries(searchFields(row.search)).map(([key, field]) => (
          <FieldControl
            key={key}
            field={field}
            name={name}
            value={row.params[key] ?? field.default}
            onChange={(value) => put(index, { ...row, params: { ...row.params, [key]: value } }, key)}
          />
        ))}
      </div>
      <p className="summary">
        {summary}{' '}
        <a href={paper.url} target="_blank" rel="noreferrer">
          Paper
        </a>
      </p>
    </div>
  );
}
