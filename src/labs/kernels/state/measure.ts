// Times and errors of kernels: what was measured in this session stays, under family, version and shape.
import { createStore } from 'zustand/vanilla';
import { formatKernels, formatShape } from '../config/codec.ts';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { bestOf } from '../../../frame/state/mainFigure.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import { hasGpu, kernelDevice } from './connection.ts';
import { present } from './experimentStore.ts';
import { catalogue, familyOf, shapeOf } from './labStore.ts';
import { wantRoofline } from './roofline.ts';
import { kernelTask } from './task.ts';
import type { FamilyInfo, KernelResult, Phase, Shape } from './types.ts';

export interface MeasureState {
  readonly phase: Phase;
  /** What is being measured, or was last. */
  readonly family: string;
  readonly shape: string;
  readonly waiting: readonly string[];
  /** How many versions were asked for. */
  readonly of: number;
  readonly results: Readonly<Record<string, KernelResult>>;
}
export const measured = createStore<MeasureState>(() => ({
  phase: 'idle',
  family: '',
  shape: '',
  waiting: [],
  of: 0,
  results: {},
}));
export const resultKey = (family: string, version: string, shape: Shape): string =>
  `${family}/${version}@${formatShape(shape)}`;

/** A version that refuses a shape has computed nothing: it is neither right nor wrong. */
export const refused = ({ accuracy: a }: Pick<KernelResult, 'accuracy'>): boolean => !a.pass && a.count === 0;

/** Versions that a device can run, of those chosen (all when none are). */
export const runnable = (family: FamilyInfo, versions: readonly string[]): readonly string[] =>
  family.versions
    .filter((v) => v.lacks.length === 0 && (versions.length === 0 || versions.includes(v.id)))
    .map((v) => v.id);

const task = kernelTask('measure', (phase) =>
  measured.setState(phase === 'running' ? { phase } : { phase, waiting: [] }),
);
const take = createBatch<KernelResult>((list) =>
  measured.setState(({ results, waiting }) => ({
    results: { ...results, ...Object.fromEntries(list.map((r) => [resultKey(r.family, r.version, r.shape), r])) },
    waiting: waiting.filter((v) => !list.some((r) => r.version === v)),
  })),
);

const history = createRememberLater();
/** A family's measurement enters the history: the fastest version that is right, at this shape. */
function rememberLater({ id, title, versions }: FamilyInfo, shape: Shape): void {
  const hash = formatKernels({ ...present(), view: 'kernels' });
  history.soon(() => {
    const { results } = measured.getState();
    const rows = versions.flatMap(({ id: version }) => {
      const timing = results[resultKey(id, version, shape)]?.timing;
      return timing ? [{ of: version, value: timing.medianMs, half: null }] : [];
    });
    return {
      hash,
      title: `${title} at ${formatShape(shape)}`,
      detail: rows.map((r) => r.of).join(' — '),
      device: kernelDevice.getState().report?.name ?? '',
      main: bestOf({ title: 'Time', unit: 'ms', better: 'lower' }, rows),
    };
  });
}

/** Measures one version, or those that the experiment names, at the present shape. */
export async function measure(only?: string): Promise<boolean> {
  const { family: id, shape: own, versions, samples } = present();
  const family = familyOf(catalogue.getState().families, id);
  if (!hasGpu() || !family) return false;
  const list = only === undefined ? runnable(family, versions) : [only];
  const shape = shapeOf(family, own);
  measured.setState({ family: id, shape: formatShape(shape), waiting: list, of: list.length });
  const out = await task.run(() => ({ family: id, versions: list, shape, samples }), { onProgress: take.push });
  take.flush();
  // Known to the worker by now; asked for here where measuring cut the page's own request short.
  if (out) void wantRoofline();
  if (out) rememberLater(family, shape);
  return out !== null;
}
export const cancelMeasure = (): void => task.cancel();
