import { useRef } from 'react';
import { CartesianGrid, ErrorBar, ReferenceArea, Scatter, ScatterChart, XAxis, YAxis } from 'recharts';
import type { Series, SeriesPoint } from '../../state/series.ts';
import { tickLabel } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { colourOf, dashOf } from '../../../../frame/ui/marks.ts';
import { axisOf, signedAxis } from '../../../../frame/ui/charts/axis.ts';
import { ChartNumbers } from '../../../../frame/ui/charts/ChartNumbers.tsx';
import { ChartReader } from '../../../../frame/ui/charts/ChartReader.tsx';
import { placeOn } from '../../../../frame/ui/charts/readings.ts';
import { chartReadings, type AxisKind } from './readings.ts';
import { MarkShape, RingShape } from './shapes.tsx';

interface Props {
  readonly id: string;
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xKind: AxisKind;
  readonly yKind: AxisKind;
  readonly series: readonly Series[];
  /** The present run's own points. */
  readonly own: readonly Series[];
  readonly yLog: boolean;
  /** The largest value that there can be. */
  readonly yMost?: number | undefined;
  readonly floor?: { readonly mean: number; readonly sd: number };
  readonly front?: readonly SeriesPoint[];
  readonly highlighted: number | null;
  /** Lines between the points of a series; not where their differences are noise. */
  readonly joined: boolean;
  /** What is to be known of the numbers. */
  readonly note: string;
  names(slot: number): string;
}
const HEIGHT = 236;
const MARGIN = { top: 20, right: 10, bottom: 14, left: 0 };
const X_HEIGHT = 24;
const Y_WIDTH = 46;

/** One chart: a line with markers and error bars for each contender, the floor as a band, the front as a grey line. */
export function Chart(props: Props) {
  const {
    id,
    title,
    xTitle,
    yTitle,
    xKind,
    yKind,
    series,
    own,
    yLog,
    yMost = Infinity,
    floor,
    front = [],
    highlighted,
    names,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const points = [...series, ...own].flatMap((s) => s.points);
  const x = axisOf(
    points.map((p) => p.x),
    true,
    Math.max(3, Math.floor(width / 62)),
  );
  const xTicks = xKind === 'nfe' ? x?.ticks.filter(Number.isInteger) : x?.ticks;
  const heights = [...points.flatMap((p) => [p.low, Math.min(p.high, yMost), p.y]), ...(floor ? [floor.mean] : [])];
  const largest = heights.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  const signed = !yLog && floor !== undefined && floor.sd > 0 && largest > 30 * floor.sd;
  const y = signed ? signedAxis(heights, 2 * floor.sd, 7) : axisOf(heights, yLog, 7, yMost);
  const place = y?.place ?? Number;
  const low = floor && y ? Math.max(place(floor.mean - floor.sd), y.domain[0]) : 0;
  const high = floor && y ? Math.min(place(floor.mean + floor.sd), y.domain[1]) : 0;
  const opacity = (slot: number) => (highlighted === null || highlighted < 0 || highlighted === slot ? 1 : 0.25);
  const data = (s: Series) =>
    s.points.map((p) => ({
      ...p,
      slot: s.slot,
      opacity: opacity(s.slot),
      name: names(s.slot),
      value: p.y,
      y: place(p.y),
      error: [place(p.y) - place(p.low), place(Math.min(p.high, yMost)) - place(p.y)],
    }));
  const plot = {
    left: Y_WIDTH,
    right: width - MARGIN.right,
    top: MARGIN.top,
    bottom: HEIGHT - MARGIN.bottom - X_HEIGHT,
  };
  const readings =
    x && width > 0
      ? chartReadings({
          series,
          own,
          x: { title: xTitle.replace(/, ms$/, ''), kind: xKind, place: placeOn(plot, x.domain, true) },
          y: yKind,
          names,
        })
      : [];
  return (
    <div className="chart" ref={box} data-testid={`chart-${id}`} data-points={points.length}>
      <h3>{title}</h3>
      {width > 0 && x && y ? (
        <ChartReader label={title} plot={plot} readings={readings}>
          <ScatterChart width={width} height={HEIGHT} margin={MARGIN} accessibilityLayer={false} title={title}>
            <CartesianGrid stroke="var(--rule)" strokeWidth={0.5} />
            <XAxis
              type="number"
              dataKey="x"
              scale="log"
              domain={[...x.domain]}
              ticks={[...(xTicks ?? [])]}
              tickFormatter={tickLabel}
              allowDataOverflow
              height={X_HEIGHT}
              tickSize={4}
              stroke="var(--axis)"
              label={{ value: xTitle, position: 'insideBottom', offset: -10, className: 'axis-title' }}
            />
            <YAxis
              type="number"
              dataKey="y"
              scale={yLog ? 'log' : 'linear'}
              domain={[...y.domain]}
              ticks={[...y.ticks]}
              tickFormatter={(v: number) => tickLabel(y.value(v))}
              allowDataOverflow
              width={Y_WIDTH}
              tickSize={4}
              stroke="var(--axis)"
              label={{
                value: yTitle,
                position: 'top',
                offset: 9,
                dx: -18,
                textAnchor: 'start',
                className: 'axis-title',
              }}
            />
            {floor && high > low && (
              <ReferenceArea
                y1={low}
                y2={high}
                fill="var(--floor)"
                fillOpacity={1}
                stroke="none"
                label={{ value: 'noise floor', position: 'insideBottomLeft', className: 'floor-label' }}
              />
            )}
            {front.length > 1 && (
              <Scatter
                name="Pareto front"
                data={front.map((p) => ({ x: p.x, y: place(p.y) }))}
                line={{ stroke: 'var(--ink)', strokeWidth: 5, strokeOpacity: 0.13, strokeLinejoin: 'round' }}
                shape={() => <g />}
                isAnimationActive={false}
                tooltipType="none"
              />
            )}
            {series
              .filter((s) => s.points.length > 0)
              .map((s) => (
                <Scatter
                  key={s.slot}
                  name={names(s.slot)}
                  data={data(s)}
                  fill={colourOf(s.slot)}
                  line={props.joined && { stroke: colourOf(s.slot), strokeWidth: 1.4, strokeDasharray: dashOf(s.slot) }}
                  shape={<MarkShape />}
                  opacity={opacity(s.slot)}
                  isAnimationActive={false}
                >
                  {s.points.some((p) => p.seeds > 1) && (
                    <ErrorBar
                      dataKey="error"
                      direction="y"
                      width={3}
                      strokeWidth={1}
                      stroke={colourOf(s.slot)}
                      strokeOpacity={opacity(s.slot)}
                    />
                  )}
                </Scatter>
              ))}
            {own
              .filter((s) => s.points.length > 0)
              .map((s) => (
                <Scatter
                  key={`own${s.slot}`}
                  name={names(s.slot)}
                  data={data(s)}
                  fill={colourOf(s.slot)}
                  shape={<RingShape />}
                  opacity={opacity(s.slot)}
                  isAnimationActive={false}
                />
              ))}
          </ScatterChart>
        </ChartReader>
      ) : (
        <div className="chart-empty">{width > 0 ? 'The first results appear here.' : ''}</div>
      )}
      {props.note && points.length > 0 && <p className="chart-note">{props.note}</p>}
      <ChartNumbers title={title} xTitle={xTitle} readings={readings} />
    </div>
  );
}
