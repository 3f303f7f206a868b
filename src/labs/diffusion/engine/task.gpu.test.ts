import { beforeAll, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { defaultSetup, newRow, type TaskSetup } from '../config/taskSetup.ts';
import { Session } from './session.ts';
import { runTask, type TaskEvent } from './task.ts';

let ctx: GpuContext;
beforeAll(async () => {
  ctx = await nodeContext();
});

async function ends(session: Session, setup: TaskSetup) {
  const events: TaskEvent[] = [];
  await runTask(session, diskWeights, { setup, fingerprint: null }, (e) => events.push(e), never);
  expect(events.filter((e) => e.kind === 'dropped')).toEqual([]);
  return events.flatMap((e) => (e.kind === 'result' ? [e] : []));
}
const gpu = () => new Session(createGpuBackend(ctx, diskWeights));
const cpu = () => new Session(createCpuBackend(diskWeights));

test.each([
  ['edit', [newRow('infedit', 6), newRow('inversion_edit', 12), newRow('sdedit', 8), newRow('img2img', 8)]],
  ['invert', [newRow('inversion_euler', 12), newRow('inversion_heun', 12)]],
  ['restore', [newRow('repaint', 10, { resamplings: 2, jump: 3 })]],
] as const)(
  'given registers, masks and roles in the plane: %s on the GPU is the float64 reference',
  async (task, rows) => {
    const setup: TaskSetup = { ...defaultSetup(task, 'grid4'), samples: 67, rows };
    const [a, b] = [await ends(gpu(), setup), await ends(cpu(), setup)];
    for (const [i, { after }] of a.entries()) {
      const x = (after as { data: Float32Array }).data;
      const y = (b[i]!.after as { data: Float32Array }).data;
      const off = x.map((v, k) => Math.abs(v - y[k]!)).sort();
      expect(x).toHaveLength(134);
      // Float32 at σ = 20 rounds to 2e-6, which the flow between modes magnifies for few points.
      expect(off[Math.floor(0.95 * off.length)]!, rows[i]!.method).toBeLessThan(3e-4);
    }
  },
);

test('pictures: an edit and an inpainting by the transformer, on the GPU and in float64', async () => {
  for (const setup of [
    { ...defaultSetup('edit', 'digits'), samples: 2, rows: [newRow('infedit', 2), newRow('inversion_edit', 2)] },
    { ...defaultSetup('restore', 'digits'), samples: 2, target: 0, rows: [newRow('repaint', 3, { resamplings: 1 })] },
  ] as const) {
    const [a, b] = [await ends(gpu(), setup), await ends(cpu(), setup)];
    for (const [i, { after }] of a.entries()) {
      const x = (after as { rgba: Uint8ClampedArray }).rgba;
      const y = (b[i]!.after as { rgba: Uint8ClampedArray }).rgba;
      let worst = 0;
      x.forEach((v, k) => (worst = Math.max(worst, Math.abs(v - y[k]!))));
      expect(worst, setup.rows[i]!.method).toBeLessThan(6); // of 255: half precision of a software adapter's weights
      expect(new Set(x).size).toBeGreaterThan(20);
    }
  }
});
