import { describe, expect, it } from 'vitest';
import { joinCheckpoints, type Checkpoint } from './checkpoint.ts';

describe('joinCheckpoints', () => {
  const one = (file: string, name: string): Checkpoint => ({
    files: [{ name: file, bytes: 99 }],
    tensors: new Map([[name, { name, shape: [1], dtype: 'F32', file, begin: 8, end: 12 }]]),
  });
  it('joins files and refuses what is there twice', () => {
    expect([...joinCheckpoints([one('a', 'x'), one('b', 'y')]).tensors.values()].map((t) => t.file)).toEqual([
      'a',
      'b',
    ]);
    expect(() => joinCheckpoints([one('a', 'x'), one('b', 'x')])).toThrow('tensor "x" is in "a" and in "b"');
    expect(() => joinCheckpoints([one('a', 'x'), one('a', 'y')])).toThrow('the file "a" is given twice');
  });
});
