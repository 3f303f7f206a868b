import { useRef, useState } from 'react';
import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import type { Slot } from '../../state/types.ts';
import { axisOf } from '../../../../frame/ui/charts/axis.ts';
import { compact, tickLabel } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { colourOf, dashOf } from '../../../../frame/ui/marks.ts';
import type { Row } from './series.ts';

interface Props {
  readonly id: string;
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly rows: readonly Row[];
  readonly slots: readonly Slot[];
  readonly highlighted: Slot | null;
  readonly empty: string;
  readonly dots?: boolean;
  names(slot: Slot): string;
  /** More about a contender's point, e.g. the token there. */
  about?(slot: Slot, x: number): string;
  onPoint?(slot: Slot, x: number): void;
}
const HEIGHT = 210;
const valueAt = (row: Row, slot: Slot): number | undefined => row[`s${slot}`];

/** A line per contender, and the same numbers as a table for those who cannot see it. */
export function LinesChart({
  id,
  title,
  xTitle,
  yTitle,
  rows,
  slots,
  highlighted,
  empty,
  dots = false,
  names,
  about,
  onPoint,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [open, setOpen] = useState(false);
  const drawn = slots.filter((s) => rows.some((r) => valueAt(r, s) !== undefined));
  const values = rows.flatMap((r) => drawn.map((s) => valueAt(r, s)).filter((v) => v !== undefined));
  const y = axisOf([0, ...values], false, 6);
  const x = axisOf(
    rows.map((r) => r.x),
    false,
    Math.max(3, Math.floor(width / 70)),
  );
  const tip = ({ active, label }: { readonly active?: boolean; readonly label?: unknown }) => {
    const row = rows.find((r) => r.x === label);
    return active && row ? (
      <div className="chart-tip">
        <p>
          {xTitle} <b>{compact(row.x)}</b>
        </p>
        {drawn
          .filter((s) => valueAt(row, s) !== undefined)
          .map((s) => (
            <p key={s}>
              <Marker slot={s} /> <b>{compact(valueAt(row, s)!)}</b> {about?.(s, row.x) ?? names(s)}
            </p>
          ))}
      </div>
    ) : null;
  };
  return (
    <div className="chart" ref={box} data-testid={`chart-${id}`} data-points={values.length}>
      <h3>{title}</h3>
      {width > 0 && x && y && values.length > 0 ? (
        <LineChart
          width={width}
          height={HEIGHT}
          data={[...rows]}
          margin={{ top: 18, right: 10, bottom: 14, left: 0 }}
          accessibilityLayer
          title={title}
          onClick={(state: { activeLabel?: unknown }) =>
            onPoint?.(
              highlighted !== null && drawn.includes(highlighted) ? highlighted : drawn[0]!,
              Number(state.activeLabel),
            )
          }
        >
          <CartesianGrid stroke="var(--rule)" strokeWidth={0.5} />
          <XAxis
            type="number"
            dataKey="x"
            domain={[rows[0]!.x, rows.at(-1)!.x]}
            ticks={x.ticks.filter((t) => t >= rows[0]!.x && t <= rows.at(-1)!.x)}
            tickFormatter={tickLabel}
            height={24}
            tickSize={4}
            stroke="var(--axis)"
            label={{ value: xTitle, position: 'insideBottom', offset: -10, className: 'axis-title' }}
          />
          <YAxis
            type="number"
            domain={[...y.domain]}
            ticks={[...y.ticks]}
            tickFormatter={tickLabel}
            width={42}
            tickSize={4}
            stroke="var(--axis)"
            label={{ value: yTitle, position: 'top', offset: 8, dx: -16, textAnchor: 'start', className: 'axis-title' }}
          />
          <Tooltip content={tip} isAnimationActive={false} cursor={{ stroke: 'var(--axis)', strokeWidth: 0.5 }} />
          {drawn.map((s) => (
            <Line
              key={s}
              dataKey={`s${s}`}
              name={names(s)}
              stroke={colourOf(s)}
              strokeDasharray={dashOf(s)}
              strokeWidth={highlighted === s ? 2 : 1.2}
              strokeOpacity={highlighted === null || highlighted === s || !drawn.includes(highlighted) ? 1 : 0.25}
              dot={dots ? { r: 2.5, fill: colourOf(s), strokeWidth: 0 } : false}
              activeDot={{ r: 3 }}
              isAnimationActive={false}
              connectNulls
            />
          ))}
        </LineChart>
      ) : (
        <div className="chart-empty">{width > 0 ? empty : ''}</div>
      )}
      {values.length > 0 && (
        <details className="numbers" onToggle={(e) => setOpen(e.currentTarget.open)}>
          <summary>Numbers</summary>
          {open && (
            <div className="scroll-x numbers-box" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
              <table>
                <thead>
                  <tr>
                    <th scope="col" className="n">
                      {xTitle}
                    </th>
                    {drawn.map((s) => (
                      <th key={s} scope="col" className="n" title={names(s)}>
                        <Marker slot={s} />
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((r) => (
                    <tr key={r.x}>
                      <th scope="row" className="n">
                        {compact(r.x)}
                      </th>
                      {drawn.map((s) => (
                        <td key={s} className="n">
                          {valueAt(r, s) === undefined ? '–' : compact(valueAt(r, s)!)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </details>
      )}
    </div>
  );
}
