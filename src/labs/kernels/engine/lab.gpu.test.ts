import { afterEach, describe, expect, test } from 'vitest';
import type { GpuContext } from '../../../gpu/device.ts';
import { freshContext } from '../../../gpu/testing.ts';
import { byTable } from '../../../kernels/choose.ts';
import { bundledFiles } from '../../../hub/testing.ts';
import { diskWeights } from '../../../engine/diffusion/testing.ts';
import { NumbersLab } from './lab.ts';
import { loadTuning } from '../../../engine/tuning/tuningStore.ts';
import type { KernelResult } from '../../../measure/types.ts';

const opened: GpuContext[] = [];
const open = async () => {
  opened.push(await freshContext());
  return opened.at(-1)!;
};
afterEach(() => opened.splice(0).forEach((ctx) => ctx.destroy()));
const never = new AbortController().signal;
const shape = { rows: 17, cols: 65, pad: 0 };
const deps = (progress: () => void) => ({
  load: diskWeights,
  open: () => Promise.resolve(bundledFiles({ from: 'bundled', id: 'sotu_draft' })),
  progress,
});

describe('the kernel lab', () => {
  test('families say what runs here, what is lacking and what the labs run; nothing is allocated', async () => {
    const lab = new NumbersLab(open, 'test');
    expect(await lab.override({ softmax: '1.tree' })).toEqual([]);
    const families = lab.families();
    const softmax = families.find((f) => f.id === 'softmax')!;
    expect(families.length).toBeGreaterThan(20);
    expect(structuredClone(families)).toEqual(families);
    expect(softmax.versions.filter((v) => v.chosen).map((v) => v.id)).toEqual(['1.tree']);
    for (const f of families.filter((v) => v.tunes))
      expect(
        f.versions.filter((v) => v.chosen),
        f.id,
      ).toHaveLength(
        f.versions.some((v) => v.lacks.includes('shader-f16')) ? f.versions.filter((v) => v.chosen).length : 1,
      );
    await lab.override({});
    expect(
      lab
        .families()
        .find((f) => f.id === 'softmax')!
        .versions.find((v) => v.chosen)!.id,
    ).toBe(byTable(lab.ctx!.info, 'softmax'));
    expect(lab.memory()).toEqual({ owners: {}, buffers: 0 });
  });

  test('without a device nothing runs, and it says so', async () => {
    const lab = new NumbersLab(() => Promise.resolve(null), 'test');
    await lab.override({});
    expect(lab.families().every((f) => f.versions.every((v) => v.lacks.length > 0 && !v.chosen))).toBe(true);
    await expect(lab.measure('softmax', [], shape, 20, () => {}, never)).rejects.toThrow('no GPU');
  });

  test('measures one version after the other, gives sources, and frees everything', async () => {
    const lab = new NumbersLab(open, 'test');
    const results: KernelResult[] = [];
    expect(await lab.measure('softmax', ['1.tree', '2.lanes'], shape, 20, (r) => results.push(r), never)).toBe(2);
    expect(results.map((r) => [r.version, r.accuracy.pass, r.because])).toEqual([
      ['1.tree', true, ''],
      ['2.lanes', true, ''],
    ]);
    const [source] = await lab.sources('softmax', '2.lanes', shape);
    expect(source!.code).toContain('fn softmax');
    await expect(lab.sources('softmax', '9.none', shape)).rejects.toThrow('has no version');
    await expect(lab.measure('nosuch', [], shape, 20, () => {}, never)).rejects.toThrow("no kernel family 'nosuch'");
    expect(lab.memory()).toEqual({ owners: {}, buffers: 0 });
    expect(lab.ctx!.firstError).toBeUndefined();
  });

  test('a lost device: what is measured fails in plain words, the next one has a new device', async () => {
    const lab = new NumbersLab(open, 'test');
    await lab.device();
    const first = lab.ctx!;
    const measuring = lab.measure('softmax', [], shape, 200, () => {}, never);
    const busy = setInterval(() => {
      if (lab.memory().buffers > 2) first.destroy();
    }, 1);
    await expect(measuring).rejects.toThrow(/cut off.*lost/);
    clearInterval(busy);
    const results: KernelResult[] = [];
    await lab.measure('softmax', ['2.lanes'], shape, 20, (r) => results.push(r), never);
    expect(results[0]!.timing).not.toBeNull();
    expect(lab.ctx).not.toBe(first);
    expect(lab.memory()).toEqual({ owners: {}, buffers: 0 });
  });

  test('lost while a step is taken apart: the same', async () => {
    const lab = new NumbersLab(open, 'test');
    await expect(
      lab.profile(
        { kind: 'diffusion', model: 'ring8', batch: 4 },
        deps(() => lab.ctx!.destroy()),
        never,
      ),
    ).rejects.toThrow(/cut off.*lost/);
    const abort = new AbortController();
    await expect(
      lab.profile(
        { kind: 'token', model: 'sotu_draft', batch: 1 },
        deps(() => {
          if (lab.memory().owners.profile) abort.abort();
        }),
        abort.signal,
      ),
    ).rejects.toThrow('cancelled');
    expect(lab.memory()).toEqual({ owners: {}, buffers: 0 });
  });

  test('a newer measurement waits for the one that it ended; the ended one leaves nothing', async () => {
    const lab = new NumbersLab(open, 'test');
    const abort = new AbortController();
    const told: string[] = [];
    const old = lab
      .measure(
        'softmax',
        [],
        shape,
        20,
        () => {
          told.push('old');
          abort.abort();
        },
        abort.signal,
      )
      .catch((e: Error) => e.name);
    const next = lab.measure(
      'layernorm',
      ['2.lanes'],
      { rows: 17, dim: 64, rowsPerMod: 0 },
      20,
      () => told.push('new'),
      never,
    );
    expect(await old).toBe('Cancelled');
    expect(await next).toBe(1);
    expect(told).toContain('new');
    expect(told.filter((t) => t === 'old').length).toBeLessThanOrEqual(1);
    expect(lab.memory()).toEqual({ owners: {}, buffers: 0 });
  });

  test('a search that is cancelled with its last family leaves nothing', async () => {
    const lab = new NumbersLab(open, 'ended');
    const abort = new AbortController();
    await expect(
      lab.tune(
        ['layernorm'],
        ({ done, of }) => {
          if (done === of) abort.abort();
        },
        abort.signal,
      ),
    ).rejects.toThrow('cancelled');
    await lab.override({});
    expect([lab.tuning, lab.ctx!.versions]).toEqual([null, {}]);
    expect(await loadTuning(lab.ctx!.info, 'ended')).toBeNull();
  });

  test('what a search found is used from then on, an order wins over it, and a reset goes back to the table', async () => {
    const lab = new NumbersLab(open, 'tuned');
    const found = await lab.tune(['layernorm'], () => {}, never);
    const chosen = () =>
      lab
        .families()
        .find((f) => f.id === 'layernorm')!
        .versions.find((v) => v.chosen)!.id;
    expect(lab.tuning).toEqual(found);
    expect(chosen()).toBe(found.choices.layernorm);
    await lab.override({ layernorm: '1.tree' });
    expect(chosen()).toBe('1.tree');
    await lab.override({});
    await lab.resetTuning();
    expect(lab.tuning).toBeNull();
    expect(lab.ctx!.versions).toEqual({});
    expect(lab.memory()).toEqual({ owners: {}, buffers: 0 });
  });
});
