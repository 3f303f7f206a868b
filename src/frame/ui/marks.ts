// A contender's signs: colour, marker and dash, the same in its row, its canvas and its lines.
import type { Slot } from '../state/slots.ts';

export const colourOf = (slot: Slot): string => (slot < 0 ? 'var(--reference)' : `var(--c${slot % 8})`);

/** Told apart without colour too. */
const DASHES = ['', '7 3', '2 2.5', '9 3 2 3', '4 2', '12 3', '1.5 3.5', '6 2 2 2 2 2'];
export const dashOf = (slot: Slot): string => DASHES[slot % 8] ?? '';

const polygon = (angles: readonly number[], r: number, inner = r) =>
  `M${angles.map((a, i) => `${((i % 2 === 0 ? r : inner) * Math.sin(a)).toFixed(2)},${(-(i % 2 === 0 ? r : inner) * Math.cos(a)).toFixed(2)}`).join('L')}Z`;
const turns = (n: number, from = 0) => Array.from({ length: n }, (_, i) => 2 * Math.PI * (from + i / n));
const circle = (r: number) => `M${r},0A${r},${r} 0 1 1 ${-r},0A${r},${r} 0 1 1 ${r},0Z`;
const cross = (r: number, w: number) => `M${-w},${-r}H${w}V${-w}H${r}V${w}H${w}V${r}H${-w}V${w}H${-r}V${-w}H${-w}Z`;

/** SVG path of a marker around the origin, of about the same visual weight for every slot. */
export function markerPath(slot: Slot, r: number): string {
  switch (slot % 8) {
    case 0:
      return circle(r * 0.95);
    case 1:
      return polygon(turns(4, 1 / 8), r * 1.2);
    case 2:
      return polygon(turns(3), r * 1.3);
    case 3:
      return polygon(turns(4), r * 1.3);
    case 4:
      return polygon(turns(3, 1 / 2), r * 1.3);
    case 5:
      return cross(r * 1.2, r * 0.4);
    case 6:
      return polygon(turns(10), r * 1.4, r * 0.6);
    default:
      return polygon(turns(6), r * 1.1);
  }
}
