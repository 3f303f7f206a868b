import { compact } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { FLOAT32_FLOOR } from '../../../../frame/ui/charts/axis.ts';

interface Point {
  readonly slot?: number;
  readonly name?: string;
  readonly steps?: number;
  readonly seeds?: number;
  readonly x: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}
interface Props {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
}

/** The point under the pointer, in numbers. */
export function ChartTip({ active, payload, xTitle, yTitle }: Props) {
  const p = payload?.[0]?.payload as Point | undefined;
  if (!active || !p || p.slot === undefined) return null;
  return (
    <div className="chart-tip">
      <p>
        <Marker slot={p.slot} /> <b>{p.name}</b>, {p.steps} {p.steps === 1 ? 'step' : 'steps'}
      </p>
      <p>
        {yTitle}: <b>{p.value <= FLOAT32_FLOOR && p.value > 0 ? 'below what float32 resolves' : compact(p.value)}</b>
        {(p.seeds ?? 1) > 1 && ` (${compact(p.low!, 2)} … ${compact(p.high!, 2)}, ${p.seeds} seeds)`}
      </p>
      <p>
        {xTitle}: <b>{Number.isInteger(p.x) ? p.x : compact(p.x)}</b>
      </p>
    </div>
  );
}
