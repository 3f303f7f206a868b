// The model on a device over many runs: what is loaded once, what is freed, and what becomes of a run whose device goes.
import { expect, test } from 'vitest';
import type { GpuContext } from '../../../gpu/device.ts';
import { freshContext } from '../../../gpu/testing.ts';
import type { ModelFiles } from '../../../hub/files.ts';
import { parseSafetensors } from '../../../formats/safetensors.ts';
import { bundledFiles } from '../../../engine/pipeline/testing.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import type { PicturesEvent } from './events.ts';
import { PicturesLab } from './lab.ts';
import { benchOf, dpm, euler, experiment, never, of, pixelsOf, ran } from './testing.ts';

const source = { source: { from: 'bundled', id: 'text-avatars' }, format: 'f32', kernels: {} } as const;
const RUNS = 20;
const runIn = (lab: PicturesLab, e: PicturesExperiment, onEvent: (event: PicturesEvent) => void = () => undefined) =>
  lab.using(
    source,
    () => undefined,
    (bench) => ran(bench, e, { onEvent }),
    never,
  );

test('a device that is lost inside a step: the run begins anew on the next one and gives the same pictures', async () => {
  const devices: GpuContext[] = [];
  let opened = 0;
  /** Submits until the first device goes. */
  let left = Infinity;
  const lab = new PicturesLab(
    () => {
      opened++;
      return Promise.resolve(bundledFiles());
    },
    async () => {
      const ctx = await freshContext();
      const submit = ctx.submit.bind(ctx);
      devices.push(ctx);
      ctx.submit = (buffer) => {
        submit(buffer);
        if (ctx === devices[0] && --left === 0) lab.lose();
      };
      return ctx;
    },
  );
  const e = experiment({ contenders: [euler(3), dpm(3)] });
  const whole = await runIn(lab, e);
  expect([devices.length, opened]).toEqual([1, 1]);
  const steps: string[] = [];
  const replayed = await runIn(lab, e, (event) => {
    if (event.kind !== 'frame') return;
    steps.push(`${event.contender}.${event.step}`);
    if (steps.length === 6 && devices.length === 1) left = 2;
  });
  expect(devices[0]!.status).toBe('lost');
  expect([devices.length, opened]).toEqual([2, 2]);
  const all = ['0.0', '0.1', '0.2', '0.3', '1.0', '1.1', '1.2', '1.3'];
  // The second contender had not come to its end.
  expect(steps.length - all.length).toBeGreaterThanOrEqual(6);
  expect(steps.length - all.length).toBeLessThan(8);
  expect(steps.slice(-all.length)).toEqual(all);
  // The same kernels on the same numbers: bit for bit.
  expect(replayed.fingerprint).toBe(whole.fingerprint);
  for (const contender of [0, 1])
    expect(pixelsOf(replayed.events, contender)).toEqual(pixelsOf(whole.events, contender));
  expect(of(replayed.events, 'dropped')).toEqual([]);
  await lab.reset();
});

test('memory: runs in a row leave nothing behind, and a model that is let go leaves nothing at all', async () => {
  // A device of its own: on a shared one, what an earlier file let go may be freed meanwhile.
  const ctx = await freshContext();
  const before = ctx.buffers.liveBytes;
  const buffers = ctx.buffers.count;
  const files: ModelFiles[] = [];
  const lab = new PicturesLab(
    () => {
      files.push(bundledFiles());
      return Promise.resolve(files.at(-1)!);
    },
    () => Promise.resolve(ctx),
  );
  const settled: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const e = experiment({
      seed: i,
      width: 32,
      height: 32,
      contenders: [euler(1, i % 2 === 0 ? 1 : 2)],
      count: 1 + (i % 2),
      prompt: `a face ${i % 3}`,
    });
    await runIn(lab, e);
    if (i === 1 || i === RUNS - 1) settled.push(ctx.buffers.liveBytes, ctx.buffers.count);
  }
  expect(settled.slice(2)).toEqual(settled.slice(0, 2));
  expect(files).toHaveLength(1);
  expect(lab.memory().buffers).toBe(ctx.buffers.count);
  await lab.unload();
  expect([ctx.buffers.liveBytes, ctx.buffers.count]).toEqual([before, buffers]);
  // It comes back by itself.
  await runIn(lab, experiment({ contenders: [euler(1)], count: 1 }));
  expect(files).toHaveLength(2);
  await lab.unload();
  expect(ctx.buffers.liveBytes).toBe(before);
  ctx.destroy();
});

/** Files in which one tensor of the network holds no numbers. */
function broken(tensor: string): ModelFiles {
  const files = bundledFiles();
  const name = 'unet/diffusion_pytorch_model.safetensors';
  return {
    ...files,
    async read(path, begin, end, signal) {
      const bytes = await files.read(path, begin, end, signal);
      if (path !== name) return bytes;
      const whole = await files.read(name, 0, files.list.find((f) => f.name === name)!.bytes, signal);
      const { data } = parseSafetensors(whole).tensors.get(tensor)!;
      const at = data.byteOffset - whole.byteOffset;
      const out = bytes.slice();
      // NaN of 16 bits.
      for (let i = Math.max(at, begin); i < Math.min(at + data.byteLength, end); i++) out[i - begin] = 0x7e;
      return out;
    },
  };
}

test('weights that are no numbers: every contender is told the block, and the run ends in order', async () => {
  const { bench, free } = await benchOf(broken('up_blocks.0.resnets.0.conv1.weight'));
  try {
    const { events, fingerprint } = await ran(bench, experiment({ contenders: [euler(2), dpm(2, 3)] }));
    const dropped = of(events, 'dropped');
    expect(dropped.map((d) => d.contender)).toEqual([0, 1]);
    for (const { because, hint } of dropped) {
      expect(because).toMatch(/^The network went wrong in up_blocks\.0\.resnets\.0: \d+ values are not finite\.$/);
      expect(hint).toMatch(/the file may be damaged: load it again/);
    }
    expect(of(events, 'picture')).toEqual([]);
    expect(fingerprint).toBe('1..');
  } finally {
    free();
  }
});
