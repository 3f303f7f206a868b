// What this lab tells the library of saved experiments: the family that is looked at, and what was measured of it.
import type { Figure, Metric, Shown } from '../../../frame/config/library/types.ts';
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import type { LabLibrary } from '../../../frame/state/library/contract.ts';
import { formatKernels, parseKernels } from '../config/codec.ts';
import type { KernelExperiment } from '../config/experiment.ts';
import { viewMenu } from '../config/menus.ts';
import { kernelDevice } from '../state/connection.ts';
import { kernelStore } from '../state/experimentStore.ts';
import { catalogue, familyOf, shapeOf } from '../state/labStore.ts';
import { measured, refused, resultKey } from '../state/measure.ts';
import type { KernelResult } from '../state/types.ts';
import { shapeWords } from './text.ts';

/** Times are medians, their spread is given by quartiles: no interval of the median follows from those alone. */
const metrics: readonly Metric[] = [
  { id: 'median', title: 'Time, median', unit: 'ms', better: 'lower', spread: null },
  { id: 'low', title: 'Lower quartile', unit: 'ms', better: null, spread: null },
  { id: 'high', title: 'Upper quartile', unit: 'ms', better: null, spread: null },
  { id: 'flops', title: 'Rate', unit: 'GFLOP/s', better: 'higher', spread: null },
  { id: 'share', title: 'Of the roof', unit: '', better: 'higher', spread: null },
  { id: 'nmse', title: 'NMSE to float64', unit: '', better: 'lower', spread: null },
];

function figures({ timing, flops, share, accuracy }: KernelResult): readonly Figure[] {
  const values: readonly (readonly [string, number | null])[] = [
    ['median', timing?.medianMs ?? null],
    ['low', timing?.lowMs ?? null],
    ['high', timing?.highMs ?? null],
    ['flops', flops === null ? null : flops / 1e9],
    ['share', share],
    ['nmse', refused({ accuracy }) ? null : accuracy.nmse],
  ];
  return values.flatMap(([metric, value]) => (value === null ? [] : [{ metric, value, half: null, spread: null }]));
}

function shown(): Shown {
  const { experiment: e } = kernelStore.getState();
  const family = familyOf(catalogue.getState().families, e.family);
  const shape = family && shapeOf(family, e.shape);
  const { results, phase } = measured.getState();
  const kernels = formatKernelChoices(e.kernels);
  const versions = family?.versions.filter((v) => e.versions.length === 0 || e.versions.includes(v.id)) ?? [];
  const found = versions.map((v) => (shape ? results[resultKey(e.family, v.id, shape)] : undefined));
  const none = phase === 'running' || !found.some(Boolean);
  return {
    hash: formatKernels(e),
    device: kernelDevice.getState().report?.name ?? '',
    without: none ? 'Nothing of this family has been measured at this shape: only the settings are kept.' : '',
    settings: [
      { field: 'View', value: viewMenu.find((v) => v.id === e.view)?.title ?? e.view },
      { field: 'Family', value: family?.title ?? e.family },
      { field: 'Shape', value: family && shape ? shapeWords(family, shape) : 'the first' },
      { field: 'Samples', value: String(e.samples) },
      { field: 'Step or token', value: `${e.workload.kind} of ${e.workload.model}, ${e.workload.batch}` },
      { field: 'Forced kernels', value: kernels === '' ? 'none' : kernels },
    ],
    metrics: none ? [] : metrics,
    contenders: versions.map((v, i) => ({
      id: `${e.family}/${v.id}`,
      kind: v.id,
      name: `${v.id}: ${v.title}`,
      ground: '',
      settings: [{ field: 'Version', value: v.id }],
      figures: !none && found[i] ? figures(found[i]) : [],
    })),
  };
}

/** Which of the views is open is a way of looking. */
const format = (e: KernelExperiment): string => formatKernels({ ...e, view: 'kernels' });
export const library: LabLibrary = {
  watched: [kernelStore, measured],
  present: () => format(kernelStore.getState().experiment),
  canonical: (hash) => format(parseKernels(hash).experiment),
  shown,
};
