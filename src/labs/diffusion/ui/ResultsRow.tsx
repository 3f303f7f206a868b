import type { Contender } from '../config/experiment.ts';
import { samplerMenu, scheduleMenu } from '../config/menus.ts';
import { setView } from '../state/viewStore.ts';
import { Marker } from '../../../frame/ui/Marker.tsx';

export interface Column {
  readonly id: string;
  readonly head: string;
  readonly unit: string;
  readonly help: string;
  readonly better: 'lower' | 'higher' | null;
  readonly digits: number;
  value(row: number): number | null;
}
/** A column, and what writing one of its cells takes from all of them. */
export interface WrittenColumn extends Column {
  format(v: number): string;
  isBest(v: number): boolean;
}
interface Props {
  readonly index: number;
  readonly slot: number;
  readonly contender: Contender;
  readonly columns: readonly WrittenColumn[];
  /** Its numbers are of an older run. */
  readonly stale: boolean;
  readonly inspected: boolean;
}

/** One contender's numbers. */
export function ResultsRow({ index, slot, contender, columns, stale, inspected }: Props) {
  const { sampler, schedule } = contender;
  return (
    <tr
      data-testid={`result-row-${index}`}
      className={`${stale ? 'stale' : ''} ${inspected ? 'inspected' : ''}`}
      onPointerEnter={() => setView({ highlighted: slot })}
      onPointerLeave={() => setView({ highlighted: null })}
    >
      <th scope="row">
        <Marker slot={slot} /> {samplerMenu.find((m) => m.id === sampler)?.title}
      </th>
      <td className="schedule">
        {schedule === 'explicit' ? 'own σ list' : scheduleMenu.find((m) => m.id === schedule)?.title}
      </td>
      {columns.map((c) => (
        <Cell key={c.id} column={c} row={index} />
      ))}
    </tr>
  );
}

function Cell({ column: c, row }: { column: WrittenColumn; row: number }) {
  const v = c.value(row);
  if (v === null)
    return (
      <td className="n" data-column={c.id} data-value="">
        <span className="none" title="Does not apply to this contender">
          –
        </span>
      </td>
    );
  return (
    <td className={`n${c.isBest(v) ? ' best' : ''}`} data-column={c.id} data-value={v}>
      {c.format(v)}
    </td>
  );
}
