import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error -- a plain script without types
import { faults } from '../../scripts/faults/faults.mjs';

test.each(faults as { file: string; why: string; find: string; replace: string; test?: string }[])(
  '$file: $why: can still be planted',
  ({ file, find, replace, test: named }) => {
    expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split(find).length - 1).toBe(1);
    expect(replace).not.toBe(find);
    // A test that moved would let its faults through as red for another reason.
    expect(!named || existsSync(new URL(`../../${named}`, import.meta.url)), `${named} is there`).toBe(true);
  },
);
