import { expect, test } from 'vitest';
import { formatKernels, parseKernels } from '../config/codec.ts';
import { defaultKernels } from '../config/fields.ts';
import { kernelPresets, type KernelPreset } from '../config/presets.ts';
import { reconcileKernels } from '../config/reconcile.ts';
import { families, familyById } from '../../../kernels/catalogue/index.ts';

const presets = Object.entries<KernelPreset>(kernelPresets);

test.each(presets)('%s: a link that reads back as itself, and that the catalogue takes whole', (_, { experiment }) => {
  const { experiment: read, refusals } = parseKernels(`#${formatKernels(experiment)}`);
  expect([read, refusals]).toEqual([experiment, []]);
  expect(reconcileKernels(experiment, families).refusals).toEqual([]);
});

test('bytes that the claims name are those of the catalogue', () => {
  const mb = (bytes: number) => `${bytes >= 1e9 ? (bytes / 1e6).toFixed(0) : (bytes / 1e6).toPrecision(3)} MB`;
  for (const id of ['tiles', 'attention'] as const) {
    const { experiment: e, claim } = kernelPresets[id] as KernelPreset;
    const family = familyById(e.family)!;
    const shape = e.shape ?? family.shapes[0]!.shape;
    expect(claim).toContain(`must move ${mb(family.work(shape).bytes)}`);
    for (const version of id === 'tiles' ? e.versions : e.versions.slice(0, 2))
      expect(claim, version).toContain(mb(family.moves(version, shape)));
  }
  for (const id of ['matvec_int4', 'matvec_f32'])
    expect(kernelPresets.fourBits.claim).toContain(mb(familyById(id)!.work(familyById(id)!.shapes[0]!.shape).bytes));
});

test.each(families)('a link carries every shape of $id', ({ id, edges, shapes }) => {
  for (const shape of [...edges, ...shapes.map((s) => s.shape)]) {
    const { experiment, refusals } = parseKernels(`#${formatKernels({ ...defaultKernels(), family: id, shape })}`);
    expect([experiment.shape, refusals]).toEqual([shape, []]);
  }
});
