// A table sorted by one of its columns.
export interface Sort {
  readonly id: string;
  readonly down: boolean;
}

/** What a press on a column's head does: ascending, descending, as it was. */
export function nextSort(sort: Sort | null, id: string): Sort | null {
  if (sort?.id !== id) return { id, down: false };
  return sort.down ? null : { id, down: true };
}

/** Rows 0 to count − 1 by their values; a row without one is last either way. */
export function sortedRows(count: number, value: (row: number) => number | null, down: boolean): readonly number[] {
  const order = Array.from({ length: count }, (_, row) => row);
  const sign = down ? -1 : 1;
  return order.sort((a, b) => {
    const [v, w] = [value(a), value(b)];
    if (v === null || w === null) return Number(v === null) - Number(w === null);
    return sign * (v - w);
  });
}
