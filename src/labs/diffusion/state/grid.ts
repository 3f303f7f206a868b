// The grid of this lab: the frame's, on this lab's experiments.
import { createGrid } from '../../../frame/state/grid/create.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { CellRun } from '../config/gridAxes.ts';
import { baseOf, diffusionGrid } from '../config/grid.ts';
import { modelCard, type ModelId } from '../config/menus.ts';
import type { Requests } from '../worker/protocol.ts';
import { compareAgain } from './compareAgain.ts';
import { connection, deviceStore } from './connection.ts';
import { edits } from './edits.ts';
import { onModel, undoable } from './experimentStore.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { cancelRun } from './runner.ts';
import { runStore } from './runStore.ts';
import { stoppers } from './stoppers.ts';
import { cancelSweep } from './sweep.ts';
import { setView, viewStore } from './viewStore.ts';

const AT_ONCE = { position: 1, hidden: [], large: null, inspected: null } as const;
/** A grid in the plane begins by itself up to so much work: evaluations times samples. */
const AUTOMATIC_WORK = 3e6;

/** Samples that a cell's picture shows. */
export function samplesShown(model: ModelId, cells: number): number {
  const many = cells > 1000;
  if (modelCard(model).shape.kind === 'point') return many ? 128 : 256;
  return many ? 1 : 4;
}

export const grid = createGrid({
  kind: diffusionGrid,
  experiment: undoable,
  baseOf,
  opened({ experiment }: CellRun, now) {
    const { budgets, seeds } = onModel(now, experiment.model);
    return { ...experiment, budgets, seeds };
  },
  view: viewStore,
  edits,
  show: (view) =>
    setView({ ...view, ...(view.labView === 'compare' && view.cell !== viewStore.getState().cell && AT_ONCE) }),
  device: deviceStore,
  openTask(onNews) {
    const task = createTask<Requests, 'grid', DiffusionAction>({
      connection,
      kind: 'grid',
      notices,
      takesTurns: true,
      waysOn: ({ name }) => (name === 'DeviceLostError' ? ['retryGpu', 'useCpu'] : []),
      onNews,
    });
    return { ...task, run: (body, onProgress) => task.run(body, { onProgress }) };
  },
  notices,
  shown: ({ experiment }, cells) => samplesShown(experiment.model, cells),
  perEvaluation({ experiment: { model } }) {
    const { experiment: ran, results } = runStore.getState();
    if (ran?.model !== model) return null;
    const costs = Object.values(results).filter(({ cost }) => cost.nfe > 0 && cost.wallMs > 0);
    return costs.length === 0 ? null : Math.min(...costs.map(({ cost }) => cost.wallMs / cost.nfe)) / ran.samples;
  },
  quick: ({ experiment }, left) => modelCard(experiment.model).shape.kind === 'point' && left.work < AUTOMATIC_WORK,
  pause() {
    cancelRun();
    cancelSweep();
  },
  goOn: compareAgain,
});
stoppers.add(() => grid.stop(false));
