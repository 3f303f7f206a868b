/** For tests only. */
import type { KernelFamily, VersionOf } from '../core/kernelVersions.ts';
import { reduced } from '../core/testing.ts';
import { table } from './choose.ts';

/**
 * The versions that a family's own test runs here: all of them; on the second adapter those that the table gives to
 * software adapters. The others are run there at the catalogue's edges only (catalogue.gpu.test.ts).
 */
export const versionsHere = <F extends KernelFamily>(family: F, all: readonly VersionOf<F>[]): VersionOf<F>[] =>
  all.filter(
    (version) =>
      !reduced ||
      table[family].some(({ version: known, on }) => known === version && /^(software|swiftshader)$/.test(on)),
  );
