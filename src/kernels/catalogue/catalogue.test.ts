import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kernelVersions, type KernelFamily } from '../../core/kernelVersions.ts';
import { dequantise } from '../../math/reference/quant.ts';
import { weightFormats } from '../../core/weightFormat.ts';
import { families, familyById, type Shape } from './index.ts';
import { bits, halfBits, halves, MOST_WORDS, places, signal, spread, weights } from './inputs.ts';
import { checkShape } from './harness.ts';

const ROOT = new URL('../../../', import.meta.url);
/** Instruments of the roofline: they measure the device and compute nothing. */
const INSTRUMENTS = ['fma_matmul', 'fma_peak', 'memory_copy', 'memory_read'];
/** Entry points that several families share, or that a family has beside its own name. */
const REACHED_BY: Readonly<Record<string, string>> = {
  residual_norm: 'residual_norm_layer',
  attention_decode_split: 'attention_decode',
  attention_decode_combine: 'attention_decode',
  group_sums: 'group_norm',
  group_combine: 'group_norm',
  group_apply: 'group_norm',
  conv_prepare: 'conv2d',
  conv_sums: 'conv2d',
  topk_partial: 'topk',
  topk_draw: 'topk',
};

const shaders = readdirSync(new URL('shaders/', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.wgsl') && !f.startsWith('lib/'))
  .map((f) =>
    f
      .split('/')
      .at(-1)!
      .replace(/\.wgsl$/, ''),
  );

test('every shader is a version of some family', () => {
  const missing = shaders.filter((stem) => {
    const [name = '', ...rest] = stem.split('.');
    const version = rest.join('.');
    const base = REACHED_BY[name] ?? name;
    const found = families.filter((f) => f.id === base || weightFormats.some((format) => f.id === `${base}_${format}`));
    return (
      !INSTRUMENTS.includes(name) && !found.some((f) => version === '' || f.versions.some((v) => v.id === version))
    );
  });
  expect(missing).toEqual([]);
  expect(shaders.length).toBeGreaterThan(45);
});

test('every shader’s wrapper is used by a file of the catalogue', () => {
  // By the imports: what a wrapper pulls in as raw text, and which wrappers the catalogue pulls in, directly or through
  // another.
  const kernels = new URL('src/kernels/', ROOT);
  const read = (url: URL) => readFileSync(url, 'utf8');
  const used = new Set<string>();
  const visit = (from: URL) => {
    for (const [, specifier] of read(from).matchAll(/from '(\.[^']+\.ts)'/g)) {
      const url = new URL(specifier!, from);
      if (used.has(url.href) || !url.href.startsWith(kernels.href) || url.href.includes('/catalogue/')) continue;
      used.add(url.href);
      visit(url);
    }
  };
  const catalogue = new URL('catalogue/', kernels);
  for (const file of readdirSync(catalogue)) if (!file.includes('.test.')) visit(new URL(file, catalogue));
  const reached = new Set(
    [...used].flatMap((url) =>
      [...read(new URL(url)).matchAll(/shaders\/[\w./]+\/([\w.]+)\.wgsl\?raw/g)].map((m) => m[1]!),
    ),
  );
  expect(shaders.filter((stem) => !reached.has(stem) && !INSTRUMENTS.includes(stem.split('.')[0]!))).toEqual([]);
});

test('ids are unique and found', () => {
  expect(new Set(families.map((f) => f.id)).size).toBe(families.length);
  for (const family of families) expect(familyById(family.id)).toBe(family);
  expect(familyById('nonsense')).toBeUndefined();
});

test('every kernel with versions to choose from is tuned by some family, with all of them', () => {
  for (const name of Object.keys(kernelVersions) as KernelFamily[]) {
    const tuning = families.filter((f) => f.tunes === name);
    expect(tuning.length, name).toBeGreaterThan(0);
    for (const f of tuning)
      expect(
        f.versions.map((v) => v.id),
        f.id,
      ).toEqual(Object.keys(kernelVersions[name]));
  }
});

describe.each(families)('$id', (family) => {
  const all: Shape[] = [...family.shapes.map((s) => s.shape), ...family.edges];

  test('shapes and edges have every dimension, in range, and none twice', () => {
    for (const shape of all) {
      expect(() => {
        checkShape(family.id, family.dims, shape);
      }).not.toThrow();
      expect(Object.keys(shape).sort()).toEqual(family.dims.map((d) => d.name).sort());
    }
    expect(family.shapes.length).toBeGreaterThan(1);
    for (const list of [
      family.shapes.map((s) => s.label),
      family.shapes.map((s) => JSON.stringify(s.shape)),
      family.edges.map((s) => JSON.stringify(s)),
    ])
      expect(new Set(list).size).toBe(list.length);
  });

  test('is said in words', () => {
    for (const text of [
      family.title,
      family.summary,
      ...family.versions.map((v) => v.title),
      ...family.dims.map((d) => d.label),
      ...family.shapes.map((s) => s.label),
    ])
      expect(text.trim()).not.toBe('');
  });

  test('every version moves at least what must be moved, at the shapes that are shown', () => {
    for (const { label, shape } of family.shapes) {
      const { flops, bytes } = family.work(shape);
      expect(flops, label).toBeGreaterThanOrEqual(0);
      expect(bytes, label).toBeGreaterThan(0);
      // Instructions for each byte: kernels that cannot be right (flops per byte moved in the thousands) would be
      // caught here.
      expect(flops / bytes, label).toBeLessThan(4000);
      for (const { id } of family.versions) {
        const moves = family.moves(id, shape);
        expect(moves, `${id} ${label}`).toBeGreaterThanOrEqual(0.98 * bytes); // a bias that a version keeps is counted once in work
        expect(moves, `${id} ${label}`).toBeLessThan(5000 * bytes);
      }
    }
  });
});

test('tokens that several rows name are read once', () => {
  const { work } = familyById('embed_norm_f32')!;
  const bytesOf = (rows: number, vocab: number) => work({ rows, width: 1024, vocab }).bytes;
  expect(bytesOf(256, 1) + 255 * 4096).toBe(bytesOf(256, 4096));
});

describe('inputs', () => {
  test('an array that no page should make is refused before it is made', () => {
    for (const make of [signal, bits, halves]) expect(() => make(MOST_WORDS + 1, 1)).toThrow('67,108,865 words');
  });

  test('signals are the same for the same seed, different for others, without an obvious pattern', () => {
    const a = signal(10_000, 3);
    expect(signal(10_000, 3)).toEqual(a);
    expect(signal(10_000, 4)).not.toEqual(a);
    expect(Math.abs(a.reduce((s, v) => s + v, 0) / a.length)).toBeLessThan(0.03);
    expect(Math.abs(a.reduce((s, v) => s + v * v, 0) / a.length - 1 / 3)).toBeLessThan(0.02);
    for (const lag of [1, 2, 64, 96])
      expect(Math.abs(a.reduce((s, v, i) => s + v * (a[i + lag] ?? 0), 0) / a.length), `lag ${lag}`).toBeLessThan(0.03);
    expect(Math.max(...a)).toBeLessThan(1);
    expect(Math.min(...a)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...signal(1000, 3, 5))).toBeGreaterThan(4.9);
  });

  test('bits are even in every place', () => {
    const words = bits(4096, 5);
    for (let place = 0; place < 32; place++)
      expect(Math.abs(words.reduce((n, w) => n + ((w >>> place) & 1), 0) - 2048), `bit ${place}`).toBeLessThan(5 * 32);
  });

  test('halves are what their words say', () => {
    const { words, values } = halves(1001, 3);
    expect([...dequantise('f16', words, undefined, 1, 1001)]).toEqual([...values]);
    for (const v of [0, 1, -1, 0.5, 1.5, 1023 / 1024, -(2 ** -10)])
      expect(dequantise('f16', Uint32Array.of(halfBits(v)), undefined, 1, 1)[0]).toBe(v);
  });

  test.each(weightFormats)(
    '%s weights: each row alone is what the whole is, about 2/√cols in size, with every sign',
    (format) => {
      for (const [rows, cols] of [
        [5, 32],
        [4, 96],
        [3, 64],
        [7, 1024],
      ] as const) {
        const w = weights(format, rows, cols, 3);
        const all = dequantise(format, w.data, w.scales, rows, cols);
        for (let r = 0; r < rows; r++) expect([...w.row(r)]).toEqual([...all.subarray(r * cols, (r + 1) * cols)]);
        const largest = all.reduce((m, v) => Math.max(m, Math.abs(v)), 0) * Math.sqrt(cols);
        const mean = all.reduce((s, v) => s + v, 0) / all.length;
        expect(largest).toBeGreaterThan(0.7);
        expect(largest).toBeLessThan(4);
        expect(Math.abs(mean) * Math.sqrt(cols)).toBeLessThan(0.35);
        if (format === 'int8') expect(new Int8Array(w.data.buffer).includes(-128)).toBe(false);
      }
    },
  );

  test('a spread ascends, holds the ends and the borders of tiles, and at least 512', () => {
    expect(places(1)).toEqual([0]);
    expect(places(200)).toEqual(expect.arrayContaining([0, 3, 4, 7, 8, 63, 64, 127, 128, 191, 192, 199]));
    const some = spread(1000, 777);
    expect(some.length).toBeGreaterThan(512);
    expect([some[0], some.at(-1)]).toEqual([0, 776_999]);
    expect([...some]).toEqual([...new Set(some)].sort((a, b) => a - b));
    expect(some.includes(63 * 777 + 64)).toBe(true);
  });

  test('4 million numbers are made in a fraction of a second', () => {
    const begin = performance.now();
    signal(2048 * 2048, 3);
    expect(performance.now() - begin).toBeLessThan(1000); // about 30 ms; a busy machine is given its time
  });
});

test('a shape that does not fit is refused with its number', () => {
  const dims = [{ name: 'k', label: 'depth', min: 8, max: 64, multiple: 8 }];
  expect(() => {
    checkShape('f', dims, {});
  }).toThrow('k is missing');
  expect(() => {
    checkShape('f', dims, { k: 8.5 });
  }).toThrow('whole number');
  expect(() => {
    checkShape('f', dims, { k: 72 });
  }).toThrow('from 8 to 64');
  expect(() => {
    checkShape('f', dims, { k: 12 });
  }).toThrow('multiple of 8');
});
