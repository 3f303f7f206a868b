import { describe, expect, test } from 'vitest';
import { formatKernels, parseKernels } from './codec.ts';
import type { KernelExperiment, KnownFamily } from './experiment.ts';
import { kernelViews } from './experiment.ts';
import { defaultKernels } from './fields.ts';
import { reconcileKernels } from './reconcile.ts';

const dims = (...names: string[]) => names.map((name) => ({ name, label: name, min: 1, max: 4096 }));
const families: KnownFamily[] = [
  {
    id: 'matmul',
    dims: dims('m', 'n', 'k'),
    shapes: [{ shape: { m: 256, n: 256, k: 256 } }],
    versions: [{ id: '1.naive' }, { id: '2.tiled' }],
  },
  {
    id: 'softmax',
    dims: [
      { name: 'rows', label: 'rows', min: 1, max: 4096 },
      { name: 'columns', label: 'columns', min: 4, max: 4096, multiple: 4 },
    ],
    shapes: [{ shape: { rows: 64, columns: 256 } }],
    versions: [{ id: '1.tree' }],
  },
];
const full: KernelExperiment = {
  view: 'roofline',
  family: 'softmax',
  shape: { rows: 3, columns: 8 },
  versions: ['1.tree', '2.lanes'],
  samples: 40,
  kernels: { matmul: '1.naive', softmax: '2.lanes' },
  workload: { kind: 'token', model: 'countdown', batch: 8 },
};

describe('the kernel lab’s link', () => {
  test('the default is nothing but the lab’s name', () => {
    expect(formatKernels(defaultKernels())).toBe('lab=kernels');
    expect(parseKernels('#lab=kernels')).toEqual({ experiment: defaultKernels(), refusals: [] });
  });

  test('comes back as it went, in every view', () => {
    for (const view of kernelViews) {
      const e = { ...full, view };
      const hash = formatKernels(e);
      expect(parseKernels(`#${hash}`)).toEqual({ experiment: e, refusals: [] });
      expect(formatKernels(parseKernels(hash).experiment)).toBe(hash);
    }
    expect(formatKernels(full)).toBe(
      'lab=kernels&view=roofline&family=softmax&shape=rows:3,columns:8&versions=1.tree,2.lanes&samples=40&kernels=matmul:1.naive,softmax:2.lanes&work=token:countdown:8',
    );
  });

  test.each([
    ['view=nowhere', 'the views are'],
    ['family=<b>', 'no name of a kernel family'],
    ['shape=m', 'not a name'],
    ['shape=m:1,m:2', 'given twice'],
    ['shape=m:-1', 'not a name'],
    ['versions=x,1.a,1.a', 'no name of a version'],
    ['samples=3', 'from 20 to 200'],
    ['samples=1e9', 'from 20 to 200'],
    ['kernels=matmul:9.none', 'has the versions'],
    ['kernels=__proto__:x', 'there is no kernel family'],
    ['work=lunch', 'diffusion or token'],
    ['work=token:gpt9:1', 'no bundled language model'],
    ['work=diffusion:digits:0', 'from 1 to 256'],
    ['work=token:__proto__:1', 'no bundled'],
    ['what=ever', 'means nothing here'],
    ['view=time&view=verify', 'given twice'],
    ['%zz=%', 'means nothing'],
  ])('%s is refused in words and gives a valid experiment', (junk, because) => {
    const { experiment, refusals } = parseKernels(`#lab=kernels&${junk}`);
    expect(refusals.map((r) => r.because).join()).toContain(because);
    expect(parseKernels(formatKernels(experiment))).toEqual({ experiment, refusals: [] });
    expect(reconcileKernels(experiment, families).experiment.family).toBe('matmul');
  });

  test('a link as long as a book is refused whole', () => {
    const { experiment, refusals } = parseKernels(`lab=kernels&${'x'.repeat(30_000)}`);
    expect(experiment).toEqual(defaultKernels());
    expect(refusals).toHaveLength(1);
  });
});

describe('a link against the catalogue', () => {
  const settle = (patch: Partial<KernelExperiment>) => reconcileKernels({ ...defaultKernels(), ...patch }, families);

  test('what exists passes, in the family’s own order; the first shape and all versions are the default', () => {
    expect(settle({ family: 'softmax', shape: { columns: 8, rows: 3 } })).toMatchObject({
      experiment: { shape: { rows: 3, columns: 8 } },
      refusals: [],
    });
    expect(Object.keys(settle({ family: 'softmax', shape: { columns: 8, rows: 3 } }).experiment.shape!)).toEqual([
      'rows',
      'columns',
    ]);
    expect(settle({ shape: { m: 256, n: 256, k: 256 }, versions: ['2.tiled', '1.naive'] }).experiment).toMatchObject({
      shape: null,
      versions: [],
    });
  });

  test.each([
    [{ family: 'nosuch' }, 'no such kernel family'],
    [{ shape: { m: 1, n: 1 } }, 'k must be given'],
    [{ shape: { m: 1, n: 1, k: 1, q: 1 } }, "has no 'q'"],
    [{ shape: { m: 0, n: 1, k: 1 } }, 'm must be a whole number from 1 to 4096'],
    [{ family: 'softmax', shape: { rows: 1, columns: 6 } }, 'a multiple of 4'],
    [{ versions: ['7.none'] }, 'has the versions 1.naive, 2.tiled'],
  ] as const)('%j is refused', (patch, because) => {
    const { experiment, refusals } = settle(patch as Partial<KernelExperiment>);
    expect(refusals.map((r) => r.because).join()).toContain(because);
    expect(reconcileKernels(experiment, families).refusals).toEqual([]);
  });

  test('before the catalogue is known nothing is refused', () =>
    expect(reconcileKernels(full, [])).toEqual({ experiment: full, refusals: [] }));
});
