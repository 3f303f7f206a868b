// Where texts part from the baseline's. Pure.
interface Id {
  readonly id: number;
}

/** First place at which both texts have a token and not the same one; null while they agree as far as both go. */
export function firstDivergence(a: readonly Id[], b: readonly Id[]): number | null {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i]!.id !== b[i]!.id) return i;
  return null;
}
/** Share of places that hold the same token, of those that both texts have; null when there is none. */
export function agreement(a: readonly Id[], b: readonly Id[]): number | null {
  const n = Math.min(a.length, b.length);
  return n === 0 ? null : a.slice(0, n).filter((t, i) => t.id === b[i]!.id).length / n;
}
