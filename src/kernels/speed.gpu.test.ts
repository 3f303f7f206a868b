/**
 * The speed guard: the version that a device is given must beat the plain one by a stated factor, both timed in turns
 * in this very run. Processor time, not the clock on the wall: a software driver works inside this process, and other
 * processes do not count.
 */
import { describe, expect, test } from 'vitest';
import { encode } from '../gpu/kernel.ts';
import { nodeContext, nodeSlots } from '../gpu/testing.ts';
import { familyById, type Prepared, type Shape } from './catalogue/index.ts';
import { byTable } from './choose.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

/** Milliseconds of processor time of `repeats` runs. */
async function spent(prepared: Prepared, repeats: number): Promise<number> {
  const before = process.cpuUsage();
  const encoder = ctx.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let i = 0; i < repeats; i++) for (const call of prepared.calls) encode(pass, call);
  pass.end();
  ctx.submit(encoder.finish());
  await ctx.idle();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;

/** `least`: how many times as fast on lavapipe and on SwiftShader; about half of what was measured. */
const guards: readonly {
  readonly family: string;
  readonly shape: Shape;
  readonly plain: string;
  readonly repeats: number;
  readonly least: readonly [lavapipe: number, swiftshader: number];
}[] = [
  {
    family: 'matmul',
    shape: { m: 128, n: 128, k: 128, batch: 1, pad: 0 },
    plain: '1.naive',
    repeats: 4,
    least: [5, 3],
  },
  { family: 'softmax', shape: { rows: 64, cols: 256, pad: 0 }, plain: '1.tree', repeats: 10, least: [1.7, 4] },
  { family: 'layernorm', shape: { rows: 64, dim: 256, rowsPerMod: 0 }, plain: '1.tree', repeats: 10, least: [2.5, 5] },
  {
    family: 'conv2d_f32',
    shape: {
      samples: 1,
      height: 16,
      width: 16,
      channels: 64,
      skip: 0,
      outputs: 64,
      kernel: 3,
      stride: 1,
      after: 0,
      up: 0,
      norm: 1,
    },
    plain: '1.naive',
    repeats: 4,
    least: [7, 5],
  },
  { family: 'matvec_f32', shape: { rows: 1, n: 512, k: 512, pad: 0 }, plain: '3.tree', repeats: 10, least: [1.8, 2.8] },
];

describe.skipIf(!ctx.info.isSoftware)('the version for this device is worth having', () => {
  test.each(guards)('$family', async ({ family: id, shape, plain, repeats, least }) => {
    const family = familyById(id)!;
    const fast = byTable(ctx.info, family.tunes!);
    const wanted = least[ctx.info.vendor === 'mesa' ? 0 : 1];
    expect(fast).not.toBe(plain);
    const ours = await family.prepare(ctx, slots, fast, shape);
    const theirs = await family.prepare(ctx, slots, plain, shape);
    slots.flush();
    const times = { ours: [] as number[], theirs: [] as number[] };
    for (const p of [ours, theirs]) await spent(p, 1);
    for (let i = 0; i < 9; i++) {
      times.ours.push(await spent(ours, repeats));
      times.theirs.push(await spent(theirs, repeats));
    }
    ours.destroy();
    theirs.destroy();
    const ratio = median(times.theirs) / median(times.ours);
    console.log(`${id}: ${fast} is ${ratio.toFixed(1)} times as fast as ${plain}`);
    expect(ratio).toBeGreaterThan(wanted);
  });
});
