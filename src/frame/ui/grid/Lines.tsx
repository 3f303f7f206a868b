import { useRef } from 'react';
import { useStore } from 'zustand';
import { axisOf, signedAxis } from '../charts/axis.ts';
import { ChartNumbers } from '../charts/ChartNumbers.tsx';
import { ChartReader } from '../charts/ChartReader.tsx';
import { placeOn } from '../charts/readings.ts';
import { tickLabel } from '../format.ts';
import { useWidth } from '../layout.ts';
import { Marker } from '../Marker.tsx';
import { colourOf, dashOf, markerPath } from '../marks.ts';
import { scaleOf } from '../../state/grid/face.ts';
import type { Place } from './board.ts';
import { bandPath, columnReadings, lineGroups, linePath, MOST_LINES, pointsOf } from './lines.ts';
import { spotText } from './reading.ts';
import { usualSize } from './scale.ts';
import { useGrid } from './context.ts';
import { lookOf, type Results } from './useResults.ts';

const HEIGHT = 230;
const MARGIN = { top: 18, right: 12, bottom: 36, left: 48 };

interface Props {
  readonly results: Results;
  readonly titleOf: (field: string) => string;
  onPick(place: Place): void;
}

/** A metric over the columns' axis: a line for each row, with 95 % bands over what is averaged. */
export function Lines({ results, titleOf, onPick }: Props) {
  const { grid } = useGrid();
  const { setCursor, setLook } = lookOf(grid);
  const cursorRow = () => grid.look.getState().cursor?.[0] ?? first;
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box);
  const lines = useStore(grid.look, (s) => s.lines);
  const { metric, shown, ranking } = results;
  const laid = results.laid!;
  const all = laid.y?.values ?? [''];
  const groups = lineGroups(all.length);
  const first = groups.findLast((at) => at <= lines) ?? 0;
  const spots = (shown?.spots ?? []).slice(first, first + MOST_LINES);
  const rows = all.slice(first, first + MOST_LINES);
  const means = spots.flat().flatMap((s) => (s.mean === null ? [] : [s.mean]));
  const log = (metric?.log ?? false) && means.every((v) => v > 0);
  const bands = spots
    .flat()
    .flatMap((s) => (s.mean === null || s.half === null ? [] : [s.mean - s.half, s.mean + s.half]));
  // A band that reaches 0 must not stretch a logarithmic axis without end.
  const least = means.reduce((a, b) => Math.min(a, b), Infinity);
  const heights = [...means, ...bands.filter((v) => !log || v > least / 3)];
  const usual = log ? null : usualSize(means);
  const y = usual === null ? axisOf(heights, log, 6) : signedAxis(heights, usual, 6);
  const scale = scaleOf(laid.x);
  const plot = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: HEIGHT - MARGIN.bottom };
  const room = Math.min(24, (plot.right - plot.left) / (2 * laid.x.values.length));
  const inner = { ...plot, left: plot.left + room, right: plot.right - room };
  const place = placeOn(inner, [scale.at[0]!, scale.at.at(-1)!], scale.kind === 'log');
  const xOf = (column: number) => place(scale.at[column]!);
  const f = log ? Math.log : (v: number) => v;
  /** Of a place on the axis: signed axes place values themselves. */
  const high = (v: number) =>
    y ? plot.bottom - ((f(v) - f(y.domain[0])) / (f(y.domain[1]) - f(y.domain[0]))) * (plot.bottom - plot.top) : NaN;
  const yOf = (v: number) => (y ? high(y.place(v)) : NaN);
  const textOf = (spot: (typeof spots)[number][number], r: number, c: number) =>
    spotText(spot, ranking?.verdicts[first + r]?.[c] ?? 'unknown', '');
  const readings = columnReadings(spots, { columns: laid.x.values, rows, x: titleOf(laid.x.field) }, xOf, textOf);
  const every = Math.max(1, Math.ceil((laid.x.values.length * 44) / Math.max(1, plot.right - plot.left)));
  const title = `${metric?.title ?? 'Quality'} by ${titleOf(laid.x.field).toLowerCase()}`;
  const pick = (column: number) => onPick([cursorRow(), column]);
  return (
    <section
      className="chart grid-lines"
      ref={box}
      aria-label={title}
      data-testid="grid-lines"
      data-points={means.length}
    >
      <div className="section-head">
        <h3>{title}</h3>
        {groups.length > 1 && (
          <label className="check">
            Lines of
            <select
              value={first}
              aria-label="Rows that have a line"
              onChange={(e) => setLook({ lines: Number(e.target.value) })}
            >
              {groups.map((at) => (
                <option key={at} value={at}>
                  rows {at + 1}–{Math.min(all.length, at + MOST_LINES)} of {all.length}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {width > 0 && y ? (
        <ChartReader
          label={title}
          plot={plot}
          readings={readings}
          onPick={pick}
          onRead={(column) => setCursor(column === null ? null : [cursorRow(), column])}
        >
          <svg width={width} height={HEIGHT} role="img" aria-label={title}>
            {y.ticks.map((t) => (
              <g key={t}>
                <line x1={plot.left} x2={plot.right} y1={high(t)} y2={high(t)} stroke="var(--rule)" strokeWidth={0.5} />
                <text x={plot.left - 6} y={high(t) + 3.5} textAnchor="end">
                  {tickLabel(y.value(t))}
                </text>
              </g>
            ))}
            <line x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} stroke="var(--axis)" />
            {laid.x.values.map((v, c) =>
              c % every === 0 ? (
                <text key={v} x={xOf(c)} y={plot.bottom + 14} textAnchor="middle">
                  {v.length > 12 ? `${v.slice(0, 11)}…` : v}
                </text>
              ) : null,
            )}
            <text className="axis-title" x={(plot.left + plot.right) / 2} y={HEIGHT - 4} textAnchor="middle">
              {titleOf(laid.x.field)}
            </text>
            <text className="axis-title" x={4} y={11}>
              {metric?.unit || metric?.title}
            </text>
            {spots.map((line, r) => {
              const points = pointsOf(line, xOf, yOf, plot);
              return (
                <g key={rows[r]}>
                  <path d={bandPath(points)} fill={colourOf(r)} fillOpacity={0.13} />
                  <path
                    d={linePath(points)}
                    fill="none"
                    stroke={colourOf(r)}
                    strokeWidth={1.4}
                    strokeDasharray={dashOf(r)}
                  />
                  {points.map((p) => (
                    <path
                      key={p.column}
                      d={markerPath(r, 3.6)}
                      transform={`translate(${p.x} ${p.y})`}
                      fill={colourOf(r)}
                    />
                  ))}
                </g>
              );
            })}
          </svg>
        </ChartReader>
      ) : (
        <div className="chart-empty">{width > 0 ? 'The first results appear here.' : ''}</div>
      )}
      {laid.y && (
        <ul className="grid-legend" aria-label={titleOf(laid.y.field)}>
          {rows.map((name, r) => (
            <li key={name}>
              <Marker slot={r} /> {name}
            </li>
          ))}
        </ul>
      )}
      <p className="chart-note">
        {bands.length > 0
          ? 'Bands: 95 % intervals of the means over what is averaged.'
          : 'One value a point: no interval.'}
      </p>
      <ChartNumbers title={title} xTitle={titleOf(laid.x.field)} readings={readings} />
    </section>
  );
}
