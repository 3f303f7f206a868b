// A link against the catalogue: numbers at the ends of a dimension, shapes that are the same, what is taken out and what
// a reader is told.
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../core/refusal.ts';
import type { KernelExperiment, KnownFamily } from './experiment.ts';
import { defaultKernels } from './fields.ts';
import { refuseDim, sameShape, reconcileKernels, writtenShape } from './reconcile.ts';

const usual = defaultKernels();
const no = (where: string, value: string, because: string, used: string): Refusal => ({ where, value, because, used });

describe('against the catalogue', () => {
  const dim = (name: string, min: number, max: number, multiple?: number) => ({
    name,
    label: name,
    min,
    max,
    ...(multiple && { multiple }),
  });
  const families: KnownFamily[] = [
    {
      id: 'softmax',
      dims: [dim('rows', 2, 9), dim('columns', 4, 64, 4)],
      shapes: [{ shape: { rows: 3, columns: 8 } }],
      versions: [{ id: '1.tree' }],
    },
    {
      id: 'matmul',
      dims: [dim('m', 1, 8)],
      shapes: [{ shape: { m: 2 } }, { shape: { m: 4 } }],
      versions: [{ id: '1.naive' }, { id: '2.tiled' }],
    },
  ];
  const settle = (patch: Partial<KernelExperiment>, known = families) =>
    reconcileKernels({ ...usual, ...patch }, known);
  test.each([
    [2, null],
    [9, null],
    [1, 'a whole number from 2 to 9'],
    [10, 'a whole number from 2 to 9'],
    [2.5, 'a whole number from 2 to 9'],
    [undefined, 'a whole number from 2 to 9'],
  ])('rows = %s: %s', (value, want) => expect(refuseDim(dim('rows', 2, 9), value)).toBe(want));
  test.each([
    [4, null],
    [64, null],
    [6, 'a whole number from 4 to 64, a multiple of 4'],
    [68, 'a whole number from 4 to 64, a multiple of 4'],
  ])('columns = %s: %s', (value, want) => expect(refuseDim(dim('columns', 4, 64, 4), value)).toBe(want));

  test('a multiple of two is said, of one it is not', () => {
    expect(refuseDim(dim('d', 2, 8, 2), 3)).toBe('a whole number from 2 to 8, a multiple of 2');
    expect(refuseDim(dim('d', 2, 8, 1), 9)).toBe('a whole number from 2 to 8');
  });
  test('shapes are the same when they have the same names and numbers', () => {
    expect(sameShape({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    for (const other of [{ a: 1 }, { a: 1, b: 3 }, { a: 1, b: 2, c: 3 }, { a: 1, c: 2 }]) {
      expect(sameShape({ a: 1, b: 2 }, other as never)).toBe(false);
      expect(sameShape(other as never, { a: 1, b: 2 })).toBe(false);
    }
    expect(writtenShape(families[1]!, { m: 2 })).toBeNull();
    expect(writtenShape(families[1]!, { m: 4 })).toEqual({ m: 4 });
  });
  test.each<[Partial<KernelExperiment>, Partial<KernelExperiment>, Refusal[]]>([
    [{ shape: { m: 2 } }, { shape: null }, []],
    [{ shape: { m: 4 } }, { shape: { m: 4 } }, []],
    [{ versions: ['2.tiled'] }, { versions: ['2.tiled'] }, []],
    [{ versions: ['2.tiled', '1.naive'] }, { versions: [] }, []],
    [
      { versions: ['2.tiled', '9.x'] },
      { versions: ['2.tiled'] },
      [no('versions', '9.x', 'matmul has the versions 1.naive, 2.tiled', 'left out')],
    ],
    [
      { family: 'nope', shape: { q: 1 }, versions: ['1.a'] },
      { family: 'matmul', shape: null, versions: [] },
      [no('family', 'nope', 'there is no such kernel family', 'matmul')],
    ],
    [{ shape: { m: 9 } }, { shape: null }, [no('shape', 'm:9', 'm must be a whole number from 1 to 8', 'm:2')]],
    [{ shape: {} }, { shape: null }, [no('shape', '', 'm must be given; it is a whole number from 1 to 8', 'm:2')]],
    [{ shape: { m: 1, q: 2 } }, { shape: null }, [no('shape', 'm:1,q:2', "matmul has no 'q'; it has m", 'm:2')]],
    [
      { family: 'softmax', shape: { rows: 3, columns: 9 } },
      { family: 'softmax', shape: null },
      [
        no(
          'shape',
          'rows:3,columns:9',
          'columns must be a whole number from 4 to 64, a multiple of 4',
          'rows:3,columns:8',
        ),
      ],
    ],
    [
      { family: 'softmax', shape: { q: 3, r: 4 } },
      { family: 'softmax', shape: null },
      [no('shape', 'q:3,r:4', "softmax has no 'q'; it has rows, columns", 'rows:3,columns:8')],
    ],
  ])('%j becomes %j', (patch, want, refusals) =>
    expect(settle(patch)).toEqual({ experiment: { ...usual, ...patch, ...want }, refusals }),
  );
  test('without the usual family the first one stands in, and nobody is blamed', () => {
    const [softmax] = families;
    expect(settle({}, [softmax!])).toEqual({ experiment: { ...usual, family: 'softmax' }, refusals: [] });
    expect(settle({ family: 'nope' }, [softmax!]).refusals).toEqual([
      no('family', 'nope', 'there is no such kernel family', 'softmax'),
    ]);
    expect(settle({ family: 'nope' }, [])).toEqual({ experiment: { ...usual, family: 'nope' }, refusals: [] });
  });
});
