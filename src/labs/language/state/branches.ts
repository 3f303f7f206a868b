// The tree of hand-picked tokens as a list in which parents come before children. Pure.
import type { Branch } from '../config/experiment.ts';
import { MAX_BRANCHES } from '../config/fields.ts';

/** One line of the tree: children under their parent, in the order of their place in the text. */
export interface TreeRow {
  readonly index: number;
  readonly depth: number;
  readonly branch: Branch;
}
export function branchTree(branches: readonly Branch[], contender: number, sample: number): readonly TreeRow[] {
  const below = (parent: number, depth: number): TreeRow[] =>
    branches
      .map((branch, index) => ({ branch, index, depth }))
      .filter(({ branch: b }) => b.contender === contender && b.sample === sample && b.parent === parent)
      .sort((a, b) => a.branch.at - b.branch.at || a.index - b.index)
      .flatMap((row) => [row, ...below(row.index, depth + 1)]);
  return below(-1, 0);
}

/**
 * Keeps the branches that `keep` names, and of those only the ones whose ancestors all stay; parents are renumbered.
 */
export function keepBranches(
  branches: readonly Branch[],
  keep: (b: Branch, index: number) => Branch | null,
): readonly Branch[] {
  const places = new Map<number, number>([[-1, -1]]);
  const out: Branch[] = [];
  for (const [i, b] of branches.entries()) {
    const kept = keep(b, i);
    const parent = places.get(b.parent);
    if (!kept || parent === undefined) continue;
    places.set(i, out.length);
    out.push({ ...kept, parent });
  }
  return out;
}
export const withoutBranch = (branches: readonly Branch[], index: number): readonly Branch[] =>
  keepBranches(branches, (b, i) => (i === index ? null : b));
/** After contenders were moved or removed: `to` gives the new index, or undefined. */
export const moveBranches = (
  branches: readonly Branch[],
  to: (contender: number) => number | undefined,
): readonly Branch[] =>
  keepBranches(branches, (b) => {
    const contender = to(b.contender);
    return contender === undefined ? null : { ...b, contender };
  });

/**
 * The branch (or own text, −1) that owns place `at` of the text of `branch`, so that another token there is a child of
 * it.
 */
export function ownerOf(branches: readonly Branch[], branch: number, at: number): number {
  let b = branch;
  while (b >= 0 && at <= branches[b]!.at) b = branches[b]!.parent;
  return b;
}
/** The list with the branch in it, and its index; −1 when there is no more room. */
export function withBranch(
  branches: readonly Branch[],
  added: Branch,
): { readonly branches: readonly Branch[]; readonly index: number } {
  const there = branches.findIndex(
    (b) =>
      b.contender === added.contender &&
      b.sample === added.sample &&
      b.parent === added.parent &&
      b.at === added.at &&
      b.token === added.token,
  );
  if (there >= 0) return { branches, index: there };
  return branches.length >= MAX_BRANCHES
    ? { branches, index: -1 }
    : { branches: [...branches, added], index: branches.length };
}
