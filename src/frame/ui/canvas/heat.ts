// A colour scale for magnitudes: viridis of matplotlib (van der Walt and Smith 2015, CC0), which rises evenly in
// lightness and is read alike by most kinds of colour vision.
const STOPS = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [109, 205, 89],
  [180, 222, 44],
  [253, 231, 37],
] as const;

/** Colour of a share of the scale's top, as red, green, blue from 0 to 255; beyond its ends the ends. */
export function heat(share: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share)) * (STOPS.length - 1);
  const i = Math.min(STOPS.length - 2, Math.floor(at));
  const f = at - i;
  const channel = (c: 0 | 1 | 2) => Math.round(STOPS[i]![c] + f * (STOPS[i + 1]![c] - STOPS[i]![c]));
  return [channel(0), channel(1), channel(2)];
}
export const heatColour = (share: number): string => `rgb(${heat(share).join(' ')})`;

/** The scale from left to right, for a legend. */
export const heatGradient = `linear-gradient(to right, ${STOPS.map((c) => `rgb(${c.join(' ')})`).join(', ')})`;
