import { useRef } from 'react';
import type { FamilyInfo, Roofline } from '../../state/types.ts';
import { axisOf } from '../../../../frame/ui/charts/axis.ts';
import { ChartReader } from '../../../../frame/ui/charts/ChartReader.tsx';
import { groupsOf, placeOn, type ReadingRow } from '../../../../frame/ui/charts/readings.ts';
import { compact, tickLabel } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { colourOf, markerPath } from '../../../../frame/ui/marks.ts';
import { duration, giga, percent, shapeName } from '../text.ts';
import { placeLabels, type Placed } from './labels.ts';
import { domainOf, limits, slotsOf, type Line, type Point } from './points.ts';

interface Props {
  readonly roofline: Roofline;
  readonly points: readonly Point[];
  readonly families: readonly FamilyInfo[];
  readonly highlighted: string | null;
  onHighlight(key: string | null): void;
}
interface Datum {
  readonly key: string;
  readonly slot: number;
  readonly point: Point;
  readonly x: number;
  readonly y: number;
  readonly movedX: number;
}

/**
 * Rate against intensity on logarithmic axes, under the measured limits; the table beside says the same. Drawn here: a
 * library of charts would be a quarter of what the lab loads.
 */
export default function RooflineChart({ roofline, points, families, highlighted, onHighlight }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const height = width < 500 ? 330 : 430;
  const plot = { left: 50, right: width - 12, top: 22, bottom: height - 40 };
  const domain = domainOf(roofline, points);
  const slots = slotsOf(points);
  const toX = placeOn(plot, domain.x, true);
  const [low, high] = domain.y;
  const toY = (flops: number) =>
    plot.bottom - ((plot.bottom - plot.top) * Math.log(flops / low)) / Math.log(high / low);
  const data = points.map((point): Datum => ({
    key: point.key,
    slot: slots.get(point.result.family)!,
    point,
    x: toX(point.intensity),
    y: toY(point.flops),
    movedX: toX(point.moved),
  }));
  const labels = placeLabels(
    data.map(({ x, y, point: { result: r } }) => ({
      x,
      y,
      text: slots.size > 1 ? `${r.family} ${r.version}` : r.version,
    })),
    plot,
  );
  const readings = groupsOf(data.map((d) => ({ at: d.x, d }))).map(({ at, points: group }) => ({
    keys: group.map((g) => g.d.key),
    reading: {
      at,
      head: `${compact(group[0]!.d.point.intensity)} flops a byte`,
      rows: group.map((g) => rowOf(g.d, families)),
    },
  }));
  const xTicks = axisOf(domain.x, true, Math.max(4, Math.floor(width / 70)))?.ticks ?? [];
  const yTicks = axisOf([low / 1e9, high / 1e9], true, 7)?.ticks ?? [];
  return (
    <div className="chart roofline-chart" ref={box} data-testid="roofline-chart" data-points={points.length}>
      {width > 0 && (
        <ChartReader
          label="Roofline"
          plot={plot}
          readings={readings.map((r) => r.reading)}
          onRead={(i) => onHighlight(i === null ? null : readings[i]!.keys[0]!)}
        >
          <svg width={width} height={height} role="img" aria-label="Roofline: the limits as lines, kernels as points">
            {xTicks
              .filter((t) => t >= domain.x[0] && t <= domain.x[1])
              .map((t) => (
                <g key={t}>
                  <line className="grid" x1={toX(t)} x2={toX(t)} y1={plot.top} y2={plot.bottom} />
                  <text x={toX(t)} y={plot.bottom + 15} textAnchor="middle">
                    {tickLabel(t)}
                  </text>
                </g>
              ))}
            {yTicks
              .filter((t) => t * 1e9 >= low && t * 1e9 <= high)
              .map((t) => (
                <g key={t}>
                  <line className="grid" x1={plot.left} x2={plot.right} y1={toY(t * 1e9)} y2={toY(t * 1e9)} />
                  <text x={plot.left - 6} y={toY(t * 1e9) + 3.5} textAnchor="end">
                    {tickLabel(t)}
                  </text>
                </g>
              ))}
            <path className="axis" d={`M${plot.left},${plot.top}V${plot.bottom}H${plot.right}`} />
            <text x={(plot.left + plot.right) / 2} y={height - 6} textAnchor="middle">
              flops a byte that must move
            </text>
            <text x={4} y={12}>
              GFLOP/s
            </text>
            {limits(roofline, domain.x).map((line, i, all) => (
              <Limit
                key={line.id}
                line={line}
                toX={toX}
                toY={toY}
                below={all.some((o, k) => k !== i && isBeneath(line, o, toY))}
              />
            ))}
            {data
              .filter((d) => d.key === highlighted)
              .map((d) => (
                <line
                  key={d.key}
                  x1={d.movedX}
                  x2={d.x}
                  y1={d.y}
                  y2={d.y}
                  stroke={colourOf(d.slot)}
                  strokeDasharray="2 2"
                />
              ))}
            {data.map((d, i) => (
              <Mark
                key={d.key}
                datum={d}
                label={labels[i]!}
                on={d.key === highlighted}
                faint={highlighted !== null && d.key !== highlighted}
              />
            ))}
          </svg>
        </ChartReader>
      )}
    </div>
  );
}

type Scale = (v: number) => number;
/** Whether a line's name would stand in the line above it. Slopes are parallel, and begin at one abscissa. */
function isBeneath({ ends: [a, b] }: Line, { ends: [c, d] }: Line, toY: Scale): boolean {
  const by = toY(a[1]) - toY(c[1]);
  return (a[1] === b[1]) === (c[1] === d[1]) && by > 0 && by < 16;
}

/** A limit with its name along it: no legend need be looked up. */
function Limit({ line, toX, toY, below }: { line: Line; toX: Scale; toY: Scale; below: boolean }) {
  const [[x1, y1], [x2, y2]] = line.ends.map(([x, y]) => [toX(x), toY(y)] as const) as [
    readonly [number, number],
    readonly [number, number],
  ];
  const flat = y1 === y2;
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const at = flat ? [x2 - 4, y1] : [x1 + (x2 - x1) * 0.3, y1 + (y2 - y1) * 0.3];
  return (
    <g>
      <line
        x1={x1}
        x2={x2}
        y1={y1}
        y2={y2}
        stroke="var(--ink)"
        strokeWidth={line.dash === '' ? 1.4 : 1}
        strokeDasharray={line.dash}
      />
      <text
        className="limit"
        transform={`translate(${at[0]},${at[1]}) rotate(${flat ? 0 : turn})`}
        dy={below ? 12 : -5}
        textAnchor={flat ? 'end' : 'start'}
      >
        {line.label}
      </text>
    </g>
  );
}

interface MarkProps {
  readonly datum: Datum;
  readonly label: Placed;
  readonly on: boolean;
  readonly faint: boolean;
}
function Mark({ datum: { x, y, slot }, label, on, faint }: MarkProps) {
  return (
    <g opacity={faint ? 0.35 : 1}>
      {on && <circle cx={x} cy={y} r={8} fill="var(--paper)" stroke={colourOf(slot)} strokeWidth={1.4} />}
      <path transform={`translate(${x},${y})`} d={markerPath(slot, 3.6)} fill={colourOf(slot)} />
      <text className="point-label" x={label.x} y={label.y} textAnchor={label.anchor}>
        {label.text}
      </text>
    </g>
  );
}

function rowOf({ key, slot, point }: Datum, families: readonly FamilyInfo[]): ReadingRow {
  const { result: r } = point;
  const family = families.find((f) => f.id === r.family);
  return {
    key,
    slot,
    name: `${family?.title ?? r.family} ${r.version}`,
    value: `${giga(point.flops)} GFLOP/s`,
    more: [
      duration(r.timing!.medianMs),
      `${giga(r.bytesPerSecond ?? 0)} GB/s`,
      ...(r.share === null ? [] : [`${percent(r.share)} of the roof, bound by ${r.boundBy}`]),
      ...(family ? [shapeName(family, r.shape)] : []),
    ].join(', '),
  };
}
