import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error -- a plain script without types
import { faults } from '../../scripts/faults/faults.mjs';

test.each(faults as { file: string; why: string; find: string; replace: string }[])(
  '$file: $why: can still be planted',
  ({ file, find, replace }) => {
    expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split(find).length - 1).toBe(1);
    expect(replace).not.toBe(find);
  },
);
