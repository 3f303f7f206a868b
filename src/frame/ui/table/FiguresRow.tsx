import type { ReactNode } from 'react';
import { Marker } from '../Marker.tsx';

export interface Column {
  readonly id: string;
  readonly head: string;
  readonly unit: string;
  readonly help: string;
  readonly digits: number;
  readonly bar: boolean;
  value(slot: number): number | null;
  /** Said beside a number, such as its interval, and in place of one that is not there. */
  more?(slot: number): ReactNode;
  none?(slot: number): { readonly text: string; readonly why: string } | null;
}
/** A column, and what writing one of its cells takes from all of them. */
export interface WrittenColumn extends Column {
  readonly most: number;
  format(v: number): string;
}
interface Props {
  readonly index: number;
  readonly slot: number;
  readonly title: string;
  /** What the title leaves out. */
  readonly rest: string;
  readonly columns: readonly WrittenColumn[];
  readonly highlighted: boolean;
  onHighlight(slot: number | null): void;
}

/** One contender's figures. */
export function FiguresRow({ index, slot, title, rest, columns, highlighted, onHighlight }: Props) {
  return (
    <tr
      data-testid={`result-row-${index}`}
      className={highlighted ? 'inspected' : ''}
      onPointerEnter={() => onHighlight(slot)}
      onPointerLeave={() => onHighlight(null)}
    >
      <th scope="row">
        <Marker slot={slot} /> {title} <span className="rest-words">{rest}</span>
      </th>
      {columns.map((c) => (
        <Cell key={c.id} column={c} slot={slot} />
      ))}
    </tr>
  );
}

function Cell({ column: c, slot }: { column: WrittenColumn; slot: number }) {
  const v = c.value(slot);
  const none = c.none?.(slot);
  if (v === null)
    return (
      <td className="n" data-column={c.id} data-value="">
        <span className="none" title={none?.why ?? 'Does not apply, or not measured yet'}>
          {none?.text ?? '–'}
        </span>
      </td>
    );
  return (
    <td className="n" data-column={c.id} data-value={v}>
      {c.format(v)}
      {c.more?.(slot)}
      {c.bar && (
        <span
          className="cell-bar"
          aria-hidden="true"
          style={{ width: `${(100 * v) / c.most}%`, background: `var(--c${slot % 8})` }}
        />
      )}
    </td>
  );
}
