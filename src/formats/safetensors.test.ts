import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { uniforms } from '../math/uniform.ts';
import { FormatError } from './error.ts';
import { limits, parseSafetensors, requireTensor, toFloat32 } from './safetensors.ts';
import { build, entry, good } from './safetensorsTesting.ts';

describe('parseSafetensors', () => {
  it('reads typed tensors, whatever the alignment', () => {
    for (const shift of [0, 1, 2, 3]) {
      const room = new Uint8Array(good.length + shift);
      room.set(good, shift);
      const file = parseSafetensors(room.subarray(shift));
      expect(file.metadata).toEqual({ made: 'here' });
      expect([...file.tensors.keys()]).toEqual(['a', 'b', 'c']);
      expect([...toFloat32(requireTensor(file, 'a', [2]))]).toEqual([1, -2]);
      expect([...toFloat32(requireTensor(file, 'b', [1, 3]))]).toEqual([1, 2, 255]);
      expect([...toFloat32(requireTensor(file, 'c', []))]).toEqual([1]);
    }
  });
  it('accepts an empty file of no tensors, and a tensor of no elements', () => {
    expect(parseSafetensors(build({})).tensors.size).toBe(0);
    expect(parseSafetensors(build({ e: entry('F32', [0, 7], [0, 0]) })).tensors.get('e')!.data.length).toBe(0);
  });

  const refused: [string, Uint8Array, RegExp][] = [
    ['too short', new Uint8Array(7), /7 bytes/],
    ['header longer than allowed', build({}, [], 1n << 60n), /claims 1152921504606846976 bytes/],
    ['header longer than the file', build({}, [], 100n), /only 2 follow/],
    [
      'not UTF-8',
      (() => {
        const f = build('{"a": 1}');
        f[10] = 0xff;
        return f;
      })(),
      /not UTF-8/,
    ],
    ['not JSON', build('{"a": '), /not valid JSON/],
    ['not an object', build('[1, 2]'), /must be a JSON object, got \[1,2\]/],
    ['too deep', build(`${'['.repeat(1000)}${']'.repeat(1000)}`), /nested 1000 levels/],
    ['entry not an object', build({ a: 3 }), /tensor "a" must be described/],
    [
      'unknown type',
      build({ a: entry('F64', [1], [0, 8]) }, [0, 0, 0, 0, 0, 0, 0, 0]),
      /number type "F64"; this app reads F32, F16, BF16, U8/,
    ],
    ['type from the prototype', build({ a: entry('toString', [1], [0, 2]) }, [0, 0]), /number type/],
    ['negative shape', build({ a: entry('U8', [-1], [0, 1]) }, [0]), /shape \[-1\]/],
    ['fractional shape', build({ a: entry('U8', [1.5], [0, 1]) }, [0]), /shape/],
    ['too many dimensions', build({ a: entry('U8', Array(9).fill(1), [0, 1]) }, [0]), /at most 8/],
    ['offsets reversed', build({ a: entry('U8', [1], [1, 0]) }, [0]), /claims bytes 1 to 0/],
    ['offsets outside', build({ a: entry('U8', [2], [0, 2]) }, [0]), /claims bytes 0 to 2 of 1/],
    ['offsets not numbers', build({ a: entry('U8', [1], ['0', 1]) }, [0]), /offsets/],
    [
      'shape product overflows',
      build({ a: entry('F32', [2 ** 40, 2 ** 40], [0, 4]) }, [0, 0, 0, 0]),
      /needs .* bytes, but 4/,
    ],
    ['shape disagrees', build({ a: entry('F32', [2], [0, 4]) }, [0, 0, 0, 0]), /needs 8 bytes, but 4 are given/],
    ['shape smaller than its bytes', build({ a: entry('U8', [1], [0, 2]) }, [0, 0]), /needs 1 bytes, but 2 are given/],
    [
      'overlap',
      build({ a: entry('U8', [2], [0, 2]), b: entry('U8', [2], [1, 3]) }, [0, 0, 0]),
      /inside the one before it/,
    ],
    [
      'hole',
      build({ a: entry('U8', [1], [0, 1]), b: entry('U8', [1], [2, 3]) }, [0, 0, 0]),
      /1 unclaimed bytes before/,
    ],
    ['trailing bytes', build({ a: entry('U8', [1], [0, 1]) }, [0, 0]), /1 unclaimed bytes at the end/],
    [
      'duplicate names',
      build(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        [0, 0],
      ),
      /"a" twice in one object/,
    ],
    ['metadata not texts', build({ __metadata__: { a: 1 } }), /__metadata__/],
    ['long name', build({ [`${'n'.repeat(limits.nameLength + 1)}`]: entry('U8', [0], [0, 0]) }), /257 characters/],
  ];
  it.each(refused)('refuses: %s', (_, file, message) => {
    expect(() => parseSafetensors(file)).toThrow(message);
    expect(() => parseSafetensors(file)).toThrow(FormatError);
  });
  it('survives __proto__ as a name', () => {
    expect(
      parseSafetensors(build('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [9])).tensors.get(
        '__proto__',
      )?.data[0],
    ).toBe(9);
  });

  // 3,000 damaged copies: the only outcomes are a parsed file or a FormatError, never a RangeError, a hang or a wrong
  // view.
  it('turns any damage into a FormatError or a consistent file', () => {
    const u = uniforms(5, 0, 12_000);
    let refusedCount = 0;
    for (let i = 0; i < 3000; i++) {
      const [where, value, how, cut] = [u[4 * i]!, u[4 * i + 1]!, u[4 * i + 2]!, u[4 * i + 3]!];
      let file: Uint8Array = good.slice();
      if (how < 0.7) file[Math.floor(where * file.length)] = Math.floor(value * 256);
      if (how > 0.5) file = file.slice(0, Math.floor(cut * file.length));
      try {
        for (const t of parseSafetensors(file).tensors.values())
          expect(t.data.length).toBe(t.shape.reduce((a, b) => a * b, 1));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.hint.length).toBeGreaterThan(10);
        refusedCount++;
      }
    }
    expect(refusedCount).toBeGreaterThan(1000);
  });
  it('names the tensor that is missing or has another shape', () => {
    const file = parseSafetensors(good);
    expect(() => requireTensor(file, 'z', [1])).toThrow('no tensor "z"');
    expect(() => requireTensor(file, 'a', [1, 2])).toThrow('shape [2]; the model needs [1, 2]');
  });
  it('reads every bundled weights file', () => {
    for (const id of [
      'digits',
      'avatars',
      'digits-weak',
      'avatars-weak',
      'digits-features',
      'avatars-features',
      'mlp2d',
      'digits-set',
    ]) {
      const file = parseSafetensors(
        readFileSync(new URL(`../../public/models/${id}/weights.safetensors`, import.meta.url)),
      );
      expect(file.tensors.size).toBeGreaterThan(1);
      for (const t of file.tensors.values()) expect(toFloat32(t).every(Number.isFinite)).toBe(true);
    }
  });
});
