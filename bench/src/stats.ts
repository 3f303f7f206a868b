export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly q1: number;
  readonly q3: number;
  readonly most: number;
  readonly samples: number;
}

/** Order statistics; quartiles between two values are interpolated. */
export function spread(values: readonly number[]): Spread {
  const v = values.toSorted((a, b) => a - b);
  const at = (q: number) => {
    const p = q * (v.length - 1);
    const i = Math.floor(p);
    const next = v[Math.min(i + 1, v.length - 1)]!;
    return round(v[i]! + (p - i) * (next - v[i]!));
  };
  return { median: at(0.5), least: at(0), q1: at(0.25), q3: at(0.75), most: at(1), samples: v.length };
}
/** Five significant digits are more than any timing has. */
const round = (v: number) => Number(v.toPrecision(5));
