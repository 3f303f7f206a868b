/** For tests only. */
import { factsOf, type KernelFamily, type VersionOf } from '../core/kernelVersions.ts';
import { reduced } from '../core/testing.ts';

/**
 * The versions that a family's own test runs here: all of them; on the second adapter those that run on software
 * adapters where nothing was measured. The others are run there at the catalogue's edges only (catalogue.gpu.test.ts).
 */
export const versionsHere = <F extends KernelFamily>(family: F, all: readonly VersionOf<F>[]): VersionOf<F>[] =>
  all.filter(
    (version) =>
      !reduced ||
      factsOf(family).some(([known, { on = [] }]) => known === version && on.some((place) => place !== 'hardware')),
  );
