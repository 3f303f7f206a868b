import { useState } from 'react';
import { Marker } from '../Marker.tsx';
import type { Reading } from './readings.ts';

interface Props {
  readonly title: string;
  readonly xTitle: string;
  readonly readings: readonly Reading[];
}

/** A chart's numbers as a table, made when it is opened. */
export function ChartNumbers({ title, xTitle, readings }: Props) {
  const [open, setOpen] = useState(false);
  if (readings.length === 0) return null;
  return (
    <details className="numbers" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>Numbers</summary>
      {open && (
        <div className="scroll-x numbers-box" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{xTitle}</th>
                <th scope="col">Contender</th>
                <th scope="col" className="n">
                  Value
                </th>
                <th scope="col" />
              </tr>
            </thead>
            <tbody>
              {readings.flatMap((reading) =>
                reading.rows
                  .filter((r) => !r.lent)
                  .map((r, i) => (
                    <tr key={`${reading.at} ${r.key}`}>
                      <td>{i === 0 && reading.head}</td>
                      <th scope="row">
                        {r.slot !== null && <Marker slot={r.slot} />} {r.name}
                      </th>
                      <td className="n">{r.value}</td>
                      <td className="soft">{r.more}</td>
                    </tr>
                  )),
              )}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
