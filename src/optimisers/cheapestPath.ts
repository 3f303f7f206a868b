/**
 * The cheapest way from level 0 to level `last` in exactly `steps` steps down: Σ γ^m·cost(i, j) over its steps, the m-th
 * counted from 0, by dynamic programming. `cost` is asked once for each pair i < j. O(steps·last²).
 */
export function cheapestPath(
  cost: (i: number, j: number) => number,
  last: number,
  steps: number,
  gamma = 1,
): { readonly path: readonly number[]; readonly cost: number } {
  if (!(steps >= 1 && steps <= last)) throw new RangeError(`${steps} steps do not fit between level 0 and ${last}.`);
  const table = Array.from({ length: last }, (_, i) =>
    Float64Array.from({ length: last + 1 }, (_, j) => (j > i ? cost(i, j) : Infinity)),
  );
  // best[i]: from i to the end in the steps that are left; the choices that made it, by steps left.
  let best = new Float64Array(last + 1).fill(Infinity);
  best[last] = 0;
  const choices: Int32Array[] = [];
  for (let left = 1; left <= steps; left++) {
    const next = new Float64Array(last + 1).fill(Infinity);
    const choice = new Int32Array(last + 1).fill(-1);
    for (let i = 0; i < last; i++)
      for (let j = i + 1; j <= last; j++) {
        const total = table[i]![j]! + gamma * best[j]!;
        if (total < next[i]!) {
          next[i] = total;
          choice[i] = j;
        }
      }
    best = next;
    choices.push(choice);
  }
  const path = [0];
  for (let left = steps; left > 0; left--) path.push(choices[left - 1]![path.at(-1)!]!);
  return { path, cost: best[0]! };
}
