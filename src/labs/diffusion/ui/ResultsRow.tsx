import type { ReactNode } from 'react';
import { setView } from '../state/viewStore.ts';
import { Marker } from '../../../frame/ui/Marker.tsx';
import type { WrittenColumn } from './resultColumns.ts';

interface Props {
  readonly index: number;
  readonly slot: number;
  readonly title: string;
  /** Settings that the title leaves out. */
  readonly rest: string;
  readonly columns: readonly WrittenColumn[];
  /** Its numbers are of an older run. */
  readonly stale: boolean;
  readonly inspected: boolean;
  /** What of its evaluations was made, where that is not all. */
  readonly bars: ReactNode;
}

/** One contender's numbers. */
export function ResultsRow({ index, slot, title, rest, columns, stale, inspected, bars }: Props) {
  return (
    <tr
      data-testid={`result-row-${index}`}
      className={`${stale ? 'stale' : ''} ${inspected ? 'inspected' : ''}`}
      onPointerEnter={() => setView({ highlighted: slot })}
      onPointerLeave={() => setView({ highlighted: null })}
    >
      <th scope="row">
        <Marker slot={slot} /> {title}
      </th>
      <td className="schedule">
        {rest}
        {bars}
      </td>
      {columns.map((c) => (
        <Cell key={c.id} column={c} row={index} />
      ))}
    </tr>
  );
}

function Cell({ column: c, row }: { column: WrittenColumn; row: number }) {
  const v = c.value(row);
  const verdict = c.verdicts[row];
  if (v === null) {
    const why = c.why(row);
    return (
      <td className="n" data-column={c.id} data-value="">
        <span className="none" title={why ?? 'No value yet'}>
          {why ? 'not defined' : '–'}
        </span>
      </td>
    );
  }
  const half = c.half(row);
  const leads = !c.tellsNothing && (verdict === 'best' || verdict === 'tied');
  return (
    <td className={`n${leads ? ' best' : ''}`} data-column={c.id} data-value={v} data-verdict={verdict ?? ''}>
      {c.format(v)}
      {half !== null && <span className="half"> ± {c.format(half)}</span>}
    </td>
  );
}
