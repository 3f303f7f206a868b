import { describe, expect, test } from 'vitest';
import { needsOf } from '../../core/kernelVersions.ts';
import { inFull } from '../../core/testing.ts';
import { supports } from '../../gpu/kernel.ts';
import { compare, launch, nodeContext, nodeSlots, wave } from '../../gpu/testing.ts';
import { layernorm } from '../../math/reference/norm.ts';
import { createLayernorm, createLayernormVersion, type LayernormVersion, versions } from './layernorm.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

describe.each(Object.keys(versions) as LayernormVersion[])('layernorm.%s', (version) => {
  const test_ = test.skipIf(!supports(ctx.info, needsOf('layernorm', version)));
  const shapes = [
    [1, 1],
    [17, 128],
    [65, 68],
    [784, 96],
    // The catalogue's edges have their like: catalogue.gpu.test.ts.
    ...inFull([
      [1, 4],
      [15, 8],
      [16, 96],
      [63, 60],
      [64, 64],
      [130, 65],
      [257, 1024],
    ]),
  ].filter(([, dim]) => version === '1.tree' || dim! % 4 === 0);
  test_.each(shapes)('%i rows of %i, modulated and plain', async (rows, dim) => {
    const kernel = await createLayernormVersion(ctx, version);
    // Rows with different means and sizes, so that a shared statistic would show.
    const x = wave(rows! * dim!, 5).map(
      (v, i) => v * (1 + (Math.floor(i / dim!) % 5)) + (Math.floor(i / dim!) % 7) - 3,
    );
    const rowsPerMod = 7;
    const row = 6 * dim!;
    const modRows = Math.ceil(rows! / rowsPerMod);
    const mod = wave(modRows * row, 6);
    const shiftAt = dim!;
    const scaleAt = 3 * dim!;
    for (const modulated of [true, false]) {
      const args = { rows: rows!, dim: dim!, ...(modulated && { mod: { row, rowsPerMod, shiftAt, scaleAt } }) };
      const got = await launch(ctx, slots, kernel, { x, mod, y: new Float32Array(rows! * dim!) }, args, 'y');
      const at = (r: number) => Math.floor(r / rowsPerMod) * row;
      const expected = layernorm(
        x,
        rows!,
        dim!,
        1e-6,
        modulated ? (r, c) => [mod[at(r) + shiftAt + c]!, mod[at(r) + scaleAt + c]!] : undefined,
      );
      const { error, scale } = compare(got, expected);
      if (dim! > 1) expect(scale).toBeGreaterThan(0.5);
      expect(error).toBeLessThan(2e-5);
    }
  });

  test_('a large common offset does not cancel', async () => {
    const kernel = await createLayernormVersion(ctx, version);
    const x = wave(3 * 96, 9).map((v) => 1000 + v);
    const got = await launch(ctx, slots, kernel, { x, mod: x, y: new Float32Array(3 * 96) }, { rows: 3, dim: 96 }, 'y');
    // The mean of numbers near 1000 is good to 1e-4 in f32; a one-pass E[x²] − E[x]² would lose the variance
    // altogether.
    expect(compare(got, layernorm(x, 3, 96, 1e-6)).error).toBeLessThan(1e-3);
  });
});

test('createLayernorm falls back where dim is not a multiple of 4', async () => {
  const kernel = await createLayernorm(ctx);
  const x = wave(3 * 5);
  const got = await launch(ctx, slots, kernel, { x, mod: x, y: new Float32Array(15) }, { rows: 3, dim: 5 }, 'y');
  expect(compare(got, layernorm(x, 3, 5, 1e-6)).error).toBeLessThan(1e-5);
});
