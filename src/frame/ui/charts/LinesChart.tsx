import { useRef, useState } from 'react';
import { CartesianGrid, Line, LineChart, XAxis, YAxis } from 'recharts';
import type { Slot } from '../../state/slots.ts';
import { axisOf } from './axis.ts';
import { compact, short, tickLabel } from '../format.ts';
import { ChartReader } from './ChartReader.tsx';
import { placeOn, type Reading } from './readings.ts';
import { useWidth } from '../layout.ts';
import { Marker } from '../Marker.tsx';
import { colourOf, dashOf } from '../marks.ts';

/** A row per place on the axis, a column per contender (`s0`, `s1` …). */
export type Row = { readonly x: number } & Readonly<Record<`s${number}`, number>>;

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
  /** Logarithmic in both directions; every value is above 0. */
  readonly log?: boolean;
  names(slot: Slot): string;
  /** More about a contender's point, e.g. the token there. */
  about?(slot: Slot, x: number): string;
  onPoint?(slot: Slot, x: number): void;
}
const HEIGHT = 210;
const MARGIN = { top: 18, right: 10, bottom: 14, left: 0 };
const X_HEIGHT = 24;
const Y_WIDTH = 42;
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
  log = false,
  names,
  about,
  onPoint,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [open, setOpen] = useState(false);
  const drawn = slots.filter((s) => rows.some((r) => valueAt(r, s) !== undefined));
  const values = rows.flatMap((r) => drawn.map((s) => valueAt(r, s)).filter((v) => v !== undefined));
  const y = axisOf(log ? values : [0, ...values], log, 6);
  const x = axisOf(
    rows.map((r) => r.x),
    log,
    Math.max(3, Math.floor(width / 70)),
  );
  const plot = {
    left: Y_WIDTH,
    right: width - MARGIN.right,
    top: MARGIN.top,
    bottom: HEIGHT - MARGIN.bottom - X_HEIGHT,
  };
  const place = placeOn(plot, [rows[0]?.x ?? 0, rows.at(-1)?.x ?? 1], log);
  const readings = rows.map((row): Reading => ({
    at: place(row.x),
    head: `${xTitle} ${short(row.x)}`,
    rows: drawn
      .filter((s) => valueAt(row, s) !== undefined)
      .map((s) => ({
        key: String(s),
        slot: s,
        name: names(s),
        value: compact(valueAt(row, s)!),
        more: about?.(s, row.x) ?? '',
      })),
  }));
  const pick = (index: number) => {
    const on = highlighted !== null && drawn.includes(highlighted) ? highlighted : drawn[0]!;
    onPoint?.(on, rows[index]!.x);
  };
  return (
    <div className="chart" ref={box} data-testid={`chart-${id}`} data-points={values.length}>
      <h3>{title}</h3>
      {width > 0 && x && y && values.length > 0 ? (
        <ChartReader label={title} plot={plot} readings={readings} onPick={pick}>
          <LineChart
            width={width}
            height={HEIGHT}
            data={[...rows]}
            margin={MARGIN}
            accessibilityLayer={false}
            title={title}
          >
            <CartesianGrid stroke="var(--rule)" strokeWidth={0.5} />
            <XAxis
              type="number"
              scale={log ? 'log' : 'linear'}
              dataKey="x"
              domain={[rows[0]!.x, rows.at(-1)!.x]}
              ticks={x.ticks.filter((t) => t >= rows[0]!.x && t <= rows.at(-1)!.x)}
              tickFormatter={tickLabel}
              height={X_HEIGHT}
              tickSize={4}
              stroke="var(--axis)"
              label={{ value: xTitle, position: 'insideBottom', offset: -10, className: 'axis-title' }}
            />
            <YAxis
              type="number"
              scale={log ? 'log' : 'linear'}
              domain={[...y.domain]}
              ticks={[...y.ticks]}
              tickFormatter={tickLabel}
              width={Y_WIDTH}
              tickSize={4}
              stroke="var(--axis)"
              label={{
                value: yTitle,
                position: 'top',
                offset: 8,
                dx: -16,
                textAnchor: 'start',
                className: 'axis-title',
              }}
            />
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
                activeDot={false}
                isAnimationActive={false}
                connectNulls
              />
            ))}
          </LineChart>
        </ChartReader>
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
                        {short(r.x)}
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
