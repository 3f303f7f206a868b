// For tests: Butcher's rooted trees, their densities, and the elementary weights of a tableau.

/** A tree as its branches; the single vertex has none. */
export type Tree = readonly Tree[];

const known = new Map<number, readonly Tree[]>();
/** Every rooted tree with n vertices: 1, 1, 2, 4, 9, 20, 48, 115, 286, … of them. */
export function treesOf(n: number): readonly Tree[] {
  const found = known.get(n);
  if (found) return found;
  const list = new Map<string, Tree>();
  const grow = (left: number, most: number, branches: readonly Tree[]): void => {
    if (left === 0) {
      const sorted = branches.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      list.set(JSON.stringify(sorted), sorted);
    }
    for (let k = Math.min(left, most); k > 0; k--)
      for (const branch of treesOf(k)) grow(left - k, k, [...branches, branch]);
  };
  grow(n - 1, n - 1, []);
  const made = [...list.values()];
  known.set(n, made);
  return made;
}

const sizeOf = (tree: Tree): number => tree.reduce((sum, branch) => sum + sizeOf(branch), 1);
/** γ(t): the product of the sizes of all its subtrees. */
export const density = (tree: Tree): number =>
  tree.reduce((product, branch) => product * density(branch), sizeOf(tree));

/** Largest |Σ b_i Φ_i(t) − 1/γ(t)| over the trees of n vertices. */
export function residual(n: number, a: readonly (readonly number[])[], b: readonly number[]): number {
  const weights = new Map<Tree, number[]>();
  const phi = (tree: Tree): number[] => {
    const found = weights.get(tree);
    if (found) return found;
    const branches = tree.map(phi);
    const made = b.map((_, i) =>
      branches.reduce((product, v) => product * (a[i] ?? []).reduce((sum, c, j) => sum + c * v[j]!, 0), 1),
    );
    weights.set(tree, made);
    return made;
  };
  return Math.max(
    ...treesOf(n).map((tree) => Math.abs(phi(tree).reduce((sum, v, i) => sum + b[i]! * v, 0) - 1 / density(tree))),
  );
}
