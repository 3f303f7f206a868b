import type { Asked } from '../core/role.ts';
import { assertClass, namedClass, NO_MEASUREMENT, RoleError } from '../models/roles.ts';

/**
 * Classes of rows: of `main`, by chunks (with guidance its classes, then as many nulls); of each sample; and every class,
 * "no class" last, as often as the largest chunk has samples.
 */
export function classIds(
  chunks: readonly { readonly first: number; readonly count: number }[],
  labels: ArrayLike<number>,
  classes: number,
  copies: number,
) {
  const samples = chunks.reduce((n, { count }) => n + count, 0);
  const most = chunks[0]!.count;
  const own = samples * copies;
  const constant = own + samples;
  const all = new Uint32Array(constant + (classes + 1) * most);
  for (const { first, count } of chunks)
    for (let i = 0; i < count; i++) {
      all[first * copies + i] = labels[first + i]!;
      if (copies === 2) all[first * copies + count + i] = classes;
      all[own + first + i] = labels[first + i]!;
    }
  for (let c = 0; c <= classes; c++) all.fill(c, constant + c * most, constant + (c + 1) * most);
  const ofClass = (c: number) => constant + c * most;
  return {
    all,
    /** Where the rows of what is asked begin, of the chunk from sample `first` on. */
    at({ role = 'main', label = -1 }: Asked, first: number): number {
      switch (role) {
        case 'main':
          return first * copies;
        case 'class':
        case 'weak':
          return own + first;
        case 'null':
          return ofClass(classes);
        case 'negative':
          assertClass(label, classes);
          return ofClass(label);
        case 'source':
        case 'target': {
          const told = namedClass({ label }, classes);
          return ofClass(told < 0 ? classes : told);
        }
        case 'posterior':
          throw new RoleError(NO_MEASUREMENT);
        default:
          return role satisfies never;
      }
    },
  };
}
