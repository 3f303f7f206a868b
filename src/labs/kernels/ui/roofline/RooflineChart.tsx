import { useRef } from 'react';
import { CartesianGrid, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts';
import type { FamilyInfo, Roofline } from '../../state/types.ts';
import { axisOf } from '../../../../frame/ui/charts/axis.ts';
import { tickLabel } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { colourOf, markerPath } from '../../../../frame/ui/marks.ts';
import { duration, giga, percent, shapeName } from '../text.ts';
import { domainOf, limits, slotsOf, type Point } from './points.ts';

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
  const byFamily = [...slots].map(([family, slot]) => ({ family, slot, data: data.filter((d) => d.slot === slot) }));
  return (
    <div className="chart roofline-chart" ref={box} data-testid="roofline-chart" data-points={points.length}>
      {width > 0 && x && y && (
        <ScatterChart
          width={width}
          height={height}
          margin={{ top: 22, right: 12, bottom: 16, left: 4 }}
          accessibilityLayer
          title="Roofline"
        >
          <CartesianGrid stroke="var(--rule)" strokeWidth={0.5} />
          <XAxis
            type="number"
            dataKey="x"
            scale="log"
            domain={[...domain.x]}
            ticks={within(x.ticks, domain.x)}
            tickFormatter={tickLabel}
            allowDataOverflow
            height={24}
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
            width={46}
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
          <Tooltip content={<RooflineTip families={families} />} cursor={false} isAnimationActive={false} />
          {byFamily.map((f) => (
            <Scatter
              key={f.family}
              name={f.family}
              data={f.data}
              fill={colourOf(f.slot)}
              shape={<Mark />}
              isAnimationActive={false}
              onMouseEnter={(d: { payload?: Datum }) => onHighlight(d.payload?.key ?? null)}
              onMouseLeave={() => onHighlight(null)}
            />
          ))}
        </ScatterChart>
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

function RooflineTip({
  active,
  payload,
  families,
}: {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
  readonly families: readonly FamilyInfo[];
}) {
  const point = (payload?.[0]?.payload as Datum | undefined)?.point;
  if (!active || !point) return null;
  const { result: r } = point;
  const family = families.find((f) => f.id === r.family);
  return (
    <div className="chart-tip">
      <p>
        <b>{family?.title ?? r.family}</b> {r.version}
      </p>
      <p>{family ? shapeName(family, r.shape) : ''}</p>
      <p>
        <b>{duration(r.timing!.medianMs)}</b>, {giga(point.flops)} GFLOP/s, {giga(r.bytesPerSecond ?? 0)} GB/s
      </p>
      <p>
        {r.share !== null && (
          <>
            <b>{percent(r.share)}</b> of the roof, bound by {r.boundBy}
          </>
        )}
      </p>
    </div>
  );
}
