import { colourOf, markerPath } from './marks.ts';

/** A contender's marker, as in the charts. */
export function Marker({ slot, size = 12 }: { slot: number; size?: number }) {
  return (
    <svg className="marker" width={size} height={size} viewBox="-6 -6 12 12" aria-hidden="true">
      <path d={markerPath(slot, 4)} fill={colourOf(slot)} />
    </svg>
  );
}
