import { describe, expect, test } from 'vitest';
import { cacheFault, cacheFormats, cacheLength } from '../core/cacheFormat.ts';
import { cacheWords, fromCacheWords, quantiseBlock, throughCache } from './cacheBlocks.ts';

/** Three blocks: two of waves, one of zeros with −2, 2 and 0.1 in it: of two magnitudes alike the first counts. */
const numbers = Float32Array.from({ length: 96 }, (_, i) =>
  i < 64 ? Math.sin(1.7 * i + 0.3) * Math.exp(0.02 * (i % 32)) : ({ 70: -2, 71: 2, 80: 0.1 }[i] ?? 0),
);
/** gguf-py 0.19: quants.quantize of these, as bytes. */
const golden = {
  q8_0: '5522184bd3be4034b0df5c0a9d0f63d6a4444ea5c76e1f86007fde85436f9da77f3ceb22b9f54df7b21d49cec14530ace45f049d1662cfa74a49a0cd721784097fd5874c0824000000000000817f000000000000000006000000000000000000000000000000',
  q4_0: '48b236e3cb1c64f58d0aa2f74e17e2eb0e44deb27c29b3e93d36e3bb1c74f57d0ab2f83e0034888888888888808f8888888888888888',
};

test.each(['q8_0', 'q4_0'] as const)('%s has the bits of gguf-py', (format) => {
  const file = Uint8Array.from(golden[format].match(/../g)!, (byte) => parseInt(byte, 16));
  const size = file.length / 3;
  for (let b = 0; b < 3; b++) {
    const bytes = file.subarray(b * size, (b + 1) * size);
    const { q, d } = quantiseBlock(format, numbers, 32 * b);
    expect(d).toBe(bytes[0]! + 256 * bytes[1]!);
    const own = Array.from(q, (v, i) => (format === 'q8_0' ? v & 255 : (v + 8) << (i < 16 ? 0 : 4)));
    // In a file a byte of q4_0 has numbers i and i + 16.
    expect(format === 'q8_0' ? own : own.slice(0, 16).map((v, i) => v | own[i + 16]!)).toEqual([...bytes.subarray(2)]);
  }
});

describe.each(cacheFormats)('%s', (format) => {
  const count = 128;
  const x = Float64Array.from({ length: count }, (_, i) => numbers[i % 96]!);
  test('as words and back, as the reference keeps it', () => {
    const words = cacheWords(format, x);
    expect(words.byteLength).toBe(cacheLength(format, count));
    expect(fromCacheWords(format, words, count)).toEqual(throughCache(format, x.slice()));
  });
  test('what was rounded once is rounded to itself', () => {
    const once = throughCache(format, x.slice());
    // 16 bits of the scale are exact; its quotient by 127 or −8 is the same scale again, up to its own rounding.
    const again = throughCache(format, once.slice());
    again.forEach((v, i) => expect(Math.abs(v - once[i]!)).toBeLessThanOrEqual(Math.abs(once[i]!) * 2 ** -10));
  });
});

test('numbers that binary16 does not hold are its largest', () => {
  expect([...throughCache('f16', Float64Array.from([1e6, -1e6, 0.1]))]).toEqual([65504, -65504, 0.0999755859375]);
});

test('bytes of a block, and what has none', () => {
  expect(cacheFormats.map((f) => cacheLength(f, 64) / 2)).toEqual([128, 64, 34, 18]);
  const shape = { kvHeads: 3, headDim: 32 };
  expect(cacheFault({ keys: 'f16', values: 'f32' }, { kvHeads: 3, headDim: 12 })).toBeNull();
  expect(cacheFault({ keys: 'q8_0', values: 'f32' }, { ...shape, kvHeads: 2 })).toBeNull();
  expect(cacheFault({ keys: 'f32', values: 'q4_0' }, shape)).toContain('an even number of blocks of 32');
  expect(cacheFault({ keys: 'q4_0', values: 'q4_0' }, { ...shape, headDim: 80 })).toContain('heads have 80');
});
