// The generator behind all noise: known answers, and that a draw depends on nothing but its key.
import { normals } from '../../math/normal.ts';
import { philox4x32 } from '../../math/philox.ts';
import type { Case } from '../types.ts';

/** Random123 1.14, tests/kat_vectors, the three "philox4x32 10" lines: counter, key, output. */
const known: readonly (readonly [
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  answer: string,
])[] = [
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
];
const hex = (words: Uint32Array) => Array.from(words, (w) => w.toString(16).padStart(8, '0')).join(' ');

export const randomCases = (): Case[] => [
  {
    name: 'philox known answers',
    run() {
      const wrong = known
        .map(([c, k, answer]) => [hex(philox4x32(...c, ...k, new Uint32Array(4))), answer] as const)
        .find(([got, answer]) => got !== answer);
      return {
        pass: !wrong,
        detail: wrong
          ? `${wrong[0]} instead of ${wrong[1]}.`
          : 'Philox4x32-10 gives the three answers of Random123’s kat_vectors.',
      };
    },
  },
  {
    name: 'normals by their key',
    run() {
      const all = normals(1, 2, 5, 11);
      const alone = normals(1, 2, 1, 11, undefined, 3);
      const narrow = normals(1, 2, 5, 6);
      const same =
        alone.every((v, i) => v === all[33 + i]) && narrow.every((v, i) => v === all[Math.floor(i / 6) * 11 + (i % 6)]);
      const other = [normals(2, 2, 5, 11), normals(1, 3, 5, 11)].every((z) => z.every((v, i) => v !== all[i]));
      return {
        pass: same && other,
        detail:
          'A normal depends on seed, sample, draw and element only: the same alone, in a batch and in narrower samples; another with another seed or draw.',
      };
    },
  },
];
