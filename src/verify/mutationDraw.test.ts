// Which mutants `npm run faults -- --generate` draws, and the interval of the share that it reports.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: string;
}
interface Mutant {
  readonly file: string;
  readonly edit: Edit;
  text(): string;
}
const root = fileURLToPath(new URL('../../', import.meta.url));
// Plain scripts without types.
const load = (name: string): Promise<unknown> => import(`${root}scripts/faults/${name}.mjs`);
const { drawn, shares, wilson } = (await load('mutate/draw')) as {
  drawn(mutants: readonly Mutant[], seed: number, area: string): Iterable<Mutant>;
  shares(count: number, n: number): readonly number[];
  wilson(hits: number, n: number): readonly [number, number];
};
const { mutantsOf } = (await load('mutate/mutants')) as {
  mutantsOf(file: string, source: string): readonly Mutant[];
};

describe('the draw', () => {
  const source = readFileSync(`${root}src/verify/words.ts`, 'utf8');
  const mutants = mutantsOf('words.ts', source);
  const order = (seed: number, area = 'a') =>
    [...drawn(mutants, seed, area)].map(({ edit }) => `${edit.start} ${edit.end} ${edit.text}`);

  test('takes every mutant once; the same seed gives the same order, another seed or area another', () => {
    expect(mutants.length).toBeGreaterThan(20);
    expect(new Set(order(1)).size).toBe(mutants.length);
    expect(order(1)).toEqual(order(1));
    expect(order(2)).not.toEqual(order(1));
    expect(order(1, 'b')).not.toEqual(order(1));
  });

  test('does not drown a rare kind in a common one', () => {
    const edit = (kind: string, start: number): Mutant => ({
      file: 'f.ts',
      edit: { kind, start, end: start, text: 'x' },
      text: () => '',
    });
    const many = Array.from({ length: 990 }, (_, i) => edit('constant', i)).concat(
      Array.from({ length: 10 }, (_, i) => edit('logic', i)),
    );
    const first = [...drawn(many, 5, 'a')].slice(0, 20);
    expect(first.filter((m) => m.edit.kind === 'logic').length).toBeGreaterThanOrEqual(5);
  });

  test('shares are equal to one', () => {
    expect(shares(200, 8)).toEqual([25, 25, 25, 25, 25, 25, 25, 25]);
    expect(shares(10, 4)).toEqual([3, 3, 2, 2]);
  });

  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
  ])('Wilson’s interval of %i of %i', (hits, n, low, high) => {
    expect(wilson(hits, n)[0]).toBeCloseTo(low, 4);
    expect(wilson(hits, n)[1]).toBeCloseTo(high, 4);
  });
});
