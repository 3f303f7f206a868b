import { colourOf, markerPath } from '../../../../frame/ui/marks.ts';

interface ShapeProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly payload?: { readonly slot?: number; readonly opacity?: number };
}

/** A sweep point: the contender's marker. */
export function MarkShape({ cx, cy, payload }: ShapeProps) {
  const slot = payload?.slot ?? 0;
  return cx === undefined || cy === undefined ? null : (
    <path
      transform={`translate(${cx},${cy})`}
      d={markerPath(slot, 3.2)}
      fill={colourOf(slot)}
      opacity={payload?.opacity}
    />
  );
}
/** The present run: the marker in a ring. */
export function RingShape({ cx, cy, payload }: ShapeProps) {
  const slot = payload?.slot ?? 0;
  if (cx === undefined || cy === undefined) return null;
  return (
    <g transform={`translate(${cx},${cy})`} opacity={payload?.opacity}>
      <circle r={7} fill="var(--paper)" fillOpacity={0.85} stroke={colourOf(slot)} strokeWidth={1.4} />
      <path d={markerPath(slot, 3.2)} fill={colourOf(slot)} />
    </g>
  );
}
