import { describe, expect, test } from 'vitest';
import { isMixing, MOST_KEPT, seesAll, type Part, type SparsePart } from '../core/part.ts';
import type { Asked } from '../core/role.ts';
import { reduced } from '../core/testing.ts';
import { compare, nodeContext } from '../gpu/testing.ts';
import { readFloats } from '../gpu/readback.ts';
import { normals } from '../math/normal.ts';
import { ditDenoiser, loadDit } from '../models/networks/dit.ts';
import { requireKind } from '../models/networks/index.ts';
import type { ExitHeads } from '../models/types.ts';
import { createDit } from './dit.ts';
import { bundle, makePlace } from './testing.ts';

const ctx = await nodeContext();
const { file, tensors } = bundle('digits');
const { architecture } = requireKind(file, 'dit');
const dim = 784;
const { d, depth } = architecture;
const reference = loadDit(architecture, tensors);

interface Step extends Asked {
  readonly sigma: number;
}
const LABELS = [2, 7, 5];
/** Every evaluation sees other noise: what is put back is then seen to be another pass's. */
const noisy = (k: number, sigma: number) =>
  Float64Array.from(normals(1, k, LABELS.length, dim), (v) => v * (0.5 + sigma));
/** Any weights: a fit is another test's. */
const heads: ExitHeads = {
  levels: [4, 0.3],
  heads: [0, 1].map((level) =>
    Array.from({ length: depth - 1 }, (_, k) => ({
      weight: Float32Array.from(normals(5 + level, k, d, 16), (v) => v / Math.sqrt(d)),
      bias: Float32Array.from(normals(9 + level, k, 1, 16)),
    })),
  ),
};

async function onGpu(steps: readonly Step[], guidance: number, atOnce: number): Promise<Float32Array[]> {
  const place = await makePlace(ctx, LABELS.length, dim);
  const net = await createDit(ctx, { architecture, tensors }, { ...place, labels: LABELS, guidance, atOnce });
  try {
    await net.reserve!(steps, heads);
    net.prepare(steps.map((step) => ({ ...step, x: 0, out: place.stride })));
    const out: Float32Array[] = [];
    for (const [k, { sigma }] of steps.entries()) {
      ctx.device.queue.writeBuffer(place.arena, 0, Float32Array.from(noisy(k, sigma)));
      const encoder = ctx.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      net.encode(pass, k);
      pass.end();
      ctx.submit(encoder.finish());
      out.push(await readFloats(ctx, place.arena, place.stride * 4, LABELS.length * dim));
    }
    if (ctx.firstError) throw new Error(ctx.firstError);
    return out;
  } finally {
    net.destroy();
    ctx.buffers.destroy(place.arena);
  }
}
function inFloat64(steps: readonly Step[], guidance: number): Float64Array[] {
  const denoise = ditDenoiser(reference, LABELS, guidance).begin!(heads);
  return steps.map((step, k) => denoise(Float64Array.from(Float32Array.from(noisy(k, step.sigma))), step.sigma, step));
}
const keep = (blocks: number): Part => ({ kind: 'keep', blocks });
const reuse = (blocks: number, ...terms: number[]): Part => ({ kind: 'reuse', blocks, terms });
const exit = (blocks: number, head: 'own' | 'fitted' = 'own'): Part => ({ kind: 'exit', blocks, head });
const strips = (workers: number, halo: number | 'all', sync = false): Part => ({ kind: 'strips', workers, halo, sync });
const sparse = (refresh: boolean, more: Partial<SparsePart> = {}): Part => ({
  kind: 'sparse',
  keep: 0.25,
  window: 'order',
  refresh,
  ratio: true,
  residual: true,
  drift: 0.04,
  ...more,
});
const at = (sigma: number, part?: Part, role?: Asked['role']): Step => ({
  sigma,
  ...(part && { part }),
  ...(role && { role }),
});

describe('parts of the transformer against float64', () => {
  const cases: readonly (readonly [string, readonly Step[], number])[] = [
    ['every depth, its own head', [1, 2, 3].map((k) => at(1.4, exit(k))), 1],
    [
      'fitted heads of two levels',
      [at(6, exit(1, 'fitted')), at(0.2, exit(2, 'fitted')), at(1.2, exit(3, 'fitted'))],
      1,
    ],
    [
      'all blocks put back',
      [at(6, keep(0)), at(4, reuse(0, 1)), at(3, reuse(0, 0.7)), at(2, keep(0)), at(1, reuse(0, 1))],
      1,
    ],
    ['all but the first block put back', [at(6, keep(1)), at(4, reuse(1, 1)), at(2)], 1],
    [
      'a parabola of the last three, a fourth taking the place of the first',
      [
        ...[6, 5, 4, 3].map((s) => at(s, keep(0))),
        at(2, reuse(0, 2.5, -2, 0.5)),
        at(1, keep(0)),
        at(0.5, reuse(0, 1, 0.5, -0.25)),
      ],
      1,
    ],
    ['both halves of guidance', [at(6, keep(1)), at(4, reuse(1, 1.2)), at(2, exit(2)), at(1, exit(2, 'fitted'))], 2.5],
    [
      'roles keep each their own',
      [at(6, keep(0), 'class'), at(6, keep(0), 'null'), at(4, reuse(0, 1), 'class'), at(4, reuse(0, 1), 'null'), at(2)],
      2.5,
    ],
    [
      'strips that see all others as they were, and a third pass what the second left',
      [at(6, strips(2, 'all', true)), at(4, strips(2, 'all')), at(3, strips(7, 'all')), at(2, strips(2, 'all'))],
      1,
    ],
    [
      'strips with a halo of both halves of guidance, and with none',
      [at(6, strips(3, 1, true)), at(4, strips(3, 1)), at(2, strips(3, 0)), at(1)],
      2.5,
    ],
    [
      'windows, whose shares grow, and a second whole pass',
      [at(6, sparse(true)), at(4, sparse(false)), at(3, sparse(false)), at(2, sparse(true)), at(1, sparse(false))],
      1,
    ],
    [
      'windows and discs, corrected by one thing or by nothing',
      [
        ...[at(4, sparse(true, { ratio: false })), at(2, sparse(false, { ratio: false }))],
        ...[4, 2, 1].map((s) => at(s, sparse(s === 4, { residual: false, drift: 0.5 }))),
        ...[4, 2].map((s) => at(s, sparse(s === 4, { ratio: false, residual: false, window: 'disc' }))),
      ],
      1,
    ],
    ['windows of both halves of guidance', [at(4, sparse(true)), at(2, sparse(false))], 2.5],
    [
      'strips of roles',
      [
        at(6, strips(2, 'all', true), 'class'),
        at(6, strips(2, 'all', true), 'null'),
        at(4, strips(2, 'all'), 'class'),
        at(4, strips(2, 'all'), 'null'),
      ],
      2.5,
    ],
  ];
  // Beside the adapter that runs all, every other one: their kernels are the same.
  test.each(cases.filter((_, k) => !reduced || k % 2 === 0))('%s', async (_, steps, guidance) => {
    // Three samples in chunks of two and one: what is kept of each is put back to it.
    const got = await onGpu(steps, guidance, 2);
    const expected = inFloat64(steps, guidance);
    const whole = inFloat64(
      steps.map(({ sigma, role }) => at(sigma, undefined, role)),
      guidance,
    );
    steps.forEach(({ part }, k) => {
      const { error, scale } = compare(got[k]!, expected[k]!);
      expect(error, `evaluation ${k}`).toBeLessThan(1e-4 * Math.max(1, scale, guidance));
      const away = compare(Float32Array.from(whole[k]!), expected[k]!).error;
      const all = !part || part.kind === 'keep' || (isMixing(part) && seesAll(part));
      if (!all) expect(away, `evaluation ${k} leaves something out`).toBeGreaterThan(0.01);
    });
  });

  test('as many blocks as there are, and a pass that keeps, are the whole network: bit for bit', async () => {
    const [whole] = await onGpu([at(1.4)], 2, 2);
    for (const part of [
      exit(depth),
      exit(depth + 9, 'fitted'),
      keep(0),
      keep(2),
      strips(3, 1, true),
      strips(1, 0),
      sparse(true),
      sparse(false, { keep: 1 }),
    ]) {
      const [got] = await onGpu(
        part.kind === 'keep' ? [at(1.4, part), at(1, reuse(part.blocks, 1))] : [at(1.4, part)],
        2,
        2,
      );
      expect([...got!], part.kind).toEqual([...whole!]);
    }
  });

  test('what was not kept is not put back, nor by a second plan what the first had kept', async () => {
    const place = await makePlace(ctx, LABELS.length, dim);
    const net = await createDit(ctx, { architecture, tensors }, { ...place, labels: LABELS, guidance: 1 });
    const prepare = async (steps: readonly Step[]) => {
      await net.reserve!(steps, null);
      net.prepare(steps.map((step) => ({ ...step, x: 0, out: place.stride })));
    };
    await expect(prepare([at(4, reuse(0, 1))])).rejects.toThrow('where none was kept');
    await prepare([at(6, keep(0)), at(4, reuse(0, 1))]);
    await expect(prepare([at(4, reuse(0, 1)), at(3, keep(0))])).rejects.toThrow('where none was kept');
    await expect(prepare([at(6, keep(0)), at(4, reuse(0, 1, 1))])).rejects.toThrow('only 1 had been');
    await expect(prepare([at(6, keep(0), 'class'), at(4, reuse(0, 1), 'null')])).rejects.toThrow('where none was kept');
    await expect(prepare([at(6, keep(1)), at(4, reuse(0, 1))])).rejects.toThrow('is of those after 1');
    await expect(prepare([at(4, strips(2, 'all')), at(3, strips(2, 'all', true))])).rejects.toThrow(
      'none has left any',
    );
    await expect(prepare([at(4, exit(1, 'fitted'))])).rejects.toThrow('none were fitted');
    expect(MOST_KEPT).toBe(3);
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });
});
