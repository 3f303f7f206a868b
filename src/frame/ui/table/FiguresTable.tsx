import { useState } from 'react';
import type { Slot } from '../../state/slots.ts';
import { columnFormat } from '../columns.ts';
import { sortedRows, type Sort } from '../sort.ts';
import { SortHead } from '../SortHead.tsx';
import { FiguresRow, type Column, type WrittenColumn } from './FiguresRow.tsx';

import './figures.css';

export type { Column } from './FiguresRow.tsx';

interface Props {
  readonly columns: readonly Column[];
  readonly slots: readonly Slot[];
  readonly titles: readonly string[];
  /** What the titles leave out. */
  readonly rests: readonly string[];
  readonly highlighted: Slot | null;
  onHighlight(slot: Slot | null): void;
}

/** A run's figures, contender by contender. A column's head sorts by it. */
export function FiguresTable({ columns, slots, titles, rests, highlighted, onHighlight }: Props) {
  const [sort, setSort] = useState<Sort | null>(null);
  const sorted = columns.find((c) => c.id === sort?.id);
  const order = sorted ? sortedRows(slots.length, (i) => sorted.value(slots[i]!), sort!.down) : slots.map((_, i) => i);
  const written = columns.map((c): WrittenColumn => {
    const values = slots.map((s) => c.value(s));
    return {
      ...c,
      most: values.reduce<number>((a, v) => Math.max(a, v ?? 0), 0),
      format: c.digits === 0 ? String : columnFormat(values, c.digits),
    };
  });
  return (
    <section className="results" aria-label="Results">
      <div className="section-head">
        <h2>Figures of this run</h2>
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Results table">
        <table>
          <thead>
            <tr>
              <th scope="col">Contender</th>
              {columns.map((c) => (
                <SortHead key={c.id} column={c} sort={sort} onSort={setSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map((i) => (
              <FiguresRow
                key={slots[i]}
                index={i}
                slot={slots[i]!}
                title={titles[i]!}
                rest={rests[i]!}
                columns={written}
                highlighted={highlighted === slots[i]}
                onHighlight={onHighlight}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
