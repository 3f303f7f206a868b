import { useRef } from 'react';
import { CartesianGrid, Scatter, ScatterChart, XAxis, YAxis } from 'recharts';
import type { FamilyInfo, Roofline } from '../../state/types.ts';
import { axisOf } from '../../../../frame/ui/charts/axis.ts';
import { ChartReader } from '../../../../frame/ui/charts/ChartReader.tsx';
import { groupsOf, placeOn, type ReadingRow } from '../../../../frame/ui/charts/readings.ts';
import { compact, tickLabel } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { colourOf, markerPath } from '../../../../frame/ui/marks.ts';
import { duration, giga, percent, shapeName } from '../text.ts';
import { domainOf, limits, slotsOf, type Point } from './points.ts';

const MARGIN = { top: 22, right: 12, bottom: 16, left: 4 };
const X_HEIGHT = 24;
const Y_WIDTH = 46;

interface Props {
  readonly roofline: Roofline;
  readonly points: readonly Point[];
  readonly families: readonly FamilyInfo[];
  readonly highlighted: string | null;
  onHighlight(key: string | null): void;
}
/**
 * The ends of a line have no mark. Lines are series of two points: what draws reference lines would be one more part to
 * download.
 */
const Nothing = () => <g />;
const within = (ticks: readonly number[], [low, high]: readonly number[]) =>
  ticks.filter((t) => t >= low! && t <= high!);
interface Datum {
  readonly x: number;
  readonly y: number;
  readonly movedX: number;
  readonly key: string;
  readonly slot: number;
  readonly point: Point;
  readonly on: boolean;
  readonly faint: boolean;
}

/** Rate against intensity on logarithmic axes, under the measured limits. The table beside says the same. */
export default function RooflineChart({ roofline, points, families, highlighted, onHighlight }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const height = width < 500 ? 330 : 430;
  const domain = domainOf(roofline, points);
  const slots = slotsOf(points);
  const lines = limits(roofline, domain.x);
  const x = axisOf(domain.x, true, Math.max(4, Math.floor(width / 70)));
  const y = axisOf(
    domain.y.map((v) => v / 1e9),
    true,
    7,
  );
  const data = points.map((p): Datum => ({
    x: p.intensity,
    y: p.flops / 1e9,
    movedX: p.moved,
    key: p.key,
    slot: slots.get(p.result.family)!,
    point: p,
    on: p.key === highlighted,
    faint: highlighted !== null && p.key !== highlighted,
  }));
  const plot = {
    left: MARGIN.left + Y_WIDTH,
    right: width - MARGIN.right,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom - X_HEIGHT,
  };
  const place = placeOn(plot, [domain.x[0]!, domain.x[1]!], true);
  const readings = groupsOf(data.map((d) => ({ at: place(d.x), d }))).map(({ at, points: group }) => ({
    keys: group.map((g) => g.d.key),
    reading: { at, head: `${compact(group[0]!.d.x)} flops a byte`, rows: group.map((g) => rowOf(g.d, families)) },
  }));
  const byFamily = [...slots].map(([family, slot]) => ({ family, slot, data: data.filter((d) => d.slot === slot) }));
  return (
    <div className="chart roofline-chart" ref={box} data-testid="roofline-chart" data-points={points.length}>
      {width > 0 && x && y && (
        <ChartReader
          label="Roofline"
          plot={plot}
          readings={readings.map((r) => r.reading)}
          onRead={(i) => onHighlight(i === null ? null : readings[i]!.keys[0]!)}
        >
          <ScatterChart width={width} height={height} margin={MARGIN} accessibilityLayer={false} title="Roofline">
            <CartesianGrid stroke="var(--rule)" strokeWidth={0.5} />
            <XAxis
              type="number"
              dataKey="x"
              scale="log"
              domain={[...domain.x]}
              ticks={within(x.ticks, domain.x)}
              tickFormatter={tickLabel}
              allowDataOverflow
              height={X_HEIGHT}
              tickSize={4}
              stroke="var(--axis)"
              label={{
                value: 'flops a byte that must move',
                position: 'insideBottom',
                offset: -10,
                className: 'axis-title',
              }}
            />
            <YAxis
              type="number"
              dataKey="y"
              scale="log"
              domain={domain.y.map((v) => v / 1e9)}
              ticks={within(
                y.ticks,
                domain.y.map((v) => v / 1e9),
              )}
              tickFormatter={tickLabel}
              allowDataOverflow
              width={Y_WIDTH}
              tickSize={4}
              stroke="var(--axis)"
              label={{
                value: 'GFLOP/s',
                position: 'top',
                offset: 10,
                dx: -16,
                textAnchor: 'start',
                className: 'axis-title',
              }}
            />
            {lines.map((l) => (
              <Scatter
                key={l.id}
                data={l.ends.map(([x, y]) => ({ x, y: y / 1e9 }))}
                line={{ stroke: 'var(--ink)', strokeWidth: l.dash === '' ? 1.4 : 1, strokeDasharray: l.dash }}
                shape={Nothing}
                isAnimationActive={false}
                tooltipType="none"
              />
            ))}
            {data
              .filter((d) => d.on)
              .map((d) => (
                <Scatter
                  key={d.key}
                  data={[
                    { x: d.movedX, y: d.y },
                    { x: d.x, y: d.y },
                  ]}
                  line={{ stroke: colourOf(d.slot), strokeWidth: 1, strokeDasharray: '2 2' }}
                  shape={Nothing}
                  isAnimationActive={false}
                  tooltipType="none"
                />
              ))}
            {byFamily.map((f) => (
              <Scatter
                key={f.family}
                name={f.family}
                data={f.data}
                fill={colourOf(f.slot)}
                shape={<Mark />}
                isAnimationActive={false}
              />
            ))}
          </ScatterChart>
        </ChartReader>
      )}
    </div>
  );
}

function Mark({ cx, cy, payload }: { readonly cx?: number; readonly cy?: number; readonly payload?: Datum }) {
  if (cx === undefined || cy === undefined || !payload) return null;
  return (
    <g transform={`translate(${cx},${cy})`} opacity={payload.faint ? 0.35 : 1}>
      <circle r={9} fill="transparent" />
      {payload.on && <circle r={8} fill="var(--paper)" stroke={colourOf(payload.slot)} strokeWidth={1.4} />}
      <path d={markerPath(payload.slot, 3.6)} fill={colourOf(payload.slot)} />
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
