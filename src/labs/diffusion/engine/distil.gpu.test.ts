import { beforeAll, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { batchOf, evaluate, type Wanted } from '../../../engine/diffusion/evaluate.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { normals } from '../../../math/normal.ts';
import { distilKind } from '../config/distilKind.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { defaultRowed, newRow, type Rowed } from '../config/rowed.ts';
import { runDistil, type DistilEvent } from './distil.ts';
import { Session } from './session.ts';

let ctx: GpuContext;
beforeAll(async () => {
  ctx = await nodeContext();
});
const gpu = () => new Session(createGpuBackend(ctx, diskWeights));
const cpu = () => new Session(createCpuBackend(diskWeights));

test('more evaluations than there are registers come back in their order: mixture and data set', async () => {
  for (const model of ['ring8', 'digits_exact'] as const) {
    const experiment = { ...defaultExperiment(model), samples: 3, contenders: [] };
    const [a, b] = await Promise.all([gpu().prepare(experiment, never), cpu().prepare(experiment, never)]);
    const { dim } = a.problem.key.card.shape;
    const of = Array.from({ length: 19 }, (_, i): Wanted => {
      const sigma = 0.3 + 0.2 * i;
      return { x: normals(4, i, 3, dim).map((v) => v * sigma), sigma, asked: {} };
    });
    const [x, y] = await Promise.all([evaluate(a.problem, of, never), evaluate(b.problem, of, never)]);
    expect(x).toHaveLength(19);
    for (const [i, one] of x.entries())
      for (const [k, v] of one.entries()) expect(Math.abs(v - y[i]![k]!)).toBeLessThan(2e-4);
    expect(batchOf(of)).toMatchObject({ op: 'evalBatch' });
  }
});

test('pictures as particles: the transformer on the device and in float64 move them alike, in a window too', async () => {
  const base = defaultRowed(distilKind, 'digits');
  const row = (method: string, params = {}) => newRow(distilKind, 'digits', method, params);
  const setup: Rowed = {
    ...base,
    values: { ...base.values, n: 2, steps: 3, ref: '4', w: 2 },
    rows: [
      row('sds', { window: 2, threshold: 1 }),
      row('vsd', { critic: 'gaussian', optimiser: 'sgd' }),
      row('isd', { variate: 'unconditional' }),
    ],
  };
  const ends = async (session: Session) => {
    const events: DistilEvent[] = [];
    await runDistil(session, diskWeights, { setup, fingerprint: null }, (e) => events.push(e), never);
    expect(events.filter((e) => e.kind === 'dropped')).toEqual([]);
    return [0, 1, 2].map((i) => events.flatMap((e) => (e.kind === 'record' && e.row === i ? [e] : [])).at(-1)!);
  };
  const [a, b] = [await ends(gpu()), await ends(cpu())];
  for (const [i, one] of a.entries()) {
    const x = (one.picture as { rgba: Uint8ClampedArray }).rgba;
    const y = (b[i]!.picture as { rgba: Uint8ClampedArray }).rgba;
    let worst = 0;
    x.forEach((v, k) => (worst = Math.max(worst, Math.abs(v - y[k]!))));
    // Of 255. Adam divides a gradient by its own size, so that rounding of small ones counts as much as large ones do.
    expect(worst, setup.rows[i]!.method).toBeLessThan(8);
    expect(new Set(x).size).toBeGreaterThan(20);
    expect(one.cost).toMatchObject({ ...b[i]!.cost, wallMs: expect.any(Number) as number });
  }
  // Guidance makes two passes of the model itself; a reference and none are two evaluations of one pass each.
  expect(a.map(({ cost }) => [cost.nfe, cost.passes, cost.depth])).toEqual([
    [expect.any(Number), 2 * a[0]!.cost.nfe, expect.any(Number)],
    [3, 6, 3],
    [6, 6, 3],
  ]);
  expect(a[0]!.cost.depth).toBeLessThan(3);
});
