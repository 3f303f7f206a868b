/** A falling table read at `count` evenly spaced places, linear in the logarithm between its entries. */
export function logLinear(table: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const place = count === 1 ? 0 : (i / (count - 1)) * (table.length - 1);
    const below = Math.min(Math.floor(place), table.length - 2);
    const u = place - below;
    // At an entry its own value, not the exponential of its logarithm.
    if (u === 0 || u === 1) return table[below + u]!;
    return Math.exp((1 - u) * Math.log(table[below]!) + u * Math.log(table[below + 1]!));
  });
}
