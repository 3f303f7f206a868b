// The grid of this lab: the frame's, on this lab's experiments.
import { combinations } from '../../../experiments/grid/cells.ts';
import { gridJobs } from '../../../engine/grid.ts';
import { createGrid } from '../../../frame/state/grid/create.ts';
import { createTask } from '../../../frame/state/task.ts';
import { baseOf, picturesGrid } from '../config/grid.ts';
import { cellMaker, type PictureCell } from '../config/gridAxes.ts';
import { picturesShown, sideShown } from '../config/gridMemory.ts';
import { gridMetrics } from '../config/gridMetrics.ts';
import { formatSource } from '../config/model.ts';
import { runAgain } from './again.ts';
import { connection, deviceStore } from './connection.ts';
import { edits } from './edits.ts';
import { experimentStore, rangeOf, undoable } from './experimentStore.ts';
import { choice } from './model.ts';
import { notices, type PicturesAction } from './notices.ts';
import { cancelRun, startOf } from './runner.ts';
import { runStore } from './runStore.ts';
import { stoppers } from './stoppers.ts';
import { cancelSweep } from './sweep.ts';
import { sweepStore } from './sweepStore.ts';
import type { PicturesRequests } from './types.ts';
import { setView, viewStore } from './viewStore.ts';

const AT_ONCE = { position: null, hidden: [], large: null, baseline: null } as const;
/** Cells are counted on the levels of the model in use. */
const onRange = <T extends PictureCell>(cell: T): T => ({ ...cell, range: rangeOf({ start: null }) });

export const grid = createGrid({
  kind: { ...picturesGrid, parse: (link) => onRange(picturesGrid.parse(link)) },
  experiment: undoable,
  baseOf: (experiment) => onRange(baseOf(experiment)),
  opened: ({ experiment }: PictureCell, { budgets }) => ({ ...experiment, budgets }),
  view: viewStore,
  edits,
  show: (view) =>
    setView({ ...view, ...(view.labView === 'compare' && view.cell !== viewStore.getState().cell && AT_ONCE) }),
  device: deviceStore,
  openTask(onNews) {
    const task = createTask<PicturesRequests, 'grid', PicturesAction>({
      connection,
      kind: 'grid',
      notices,
      takesTurns: true,
      waysOn: ({ name }) => (name === 'DeviceLostError' ? ['retryGpu'] : []),
      onNews,
    });
    let stop = new AbortController();
    return {
      ...task,
      cancel() {
        stop.abort();
        task.cancel();
      },
      run(body, onProgress) {
        stop.abort();
        const mine = (stop = new AbortController());
        const asked = body();
        const { base, spec, shown } = asked;
        let jobs: Awaited<ReturnType<typeof gridJobs<PictureCell>>> = [];
        const ready = async () => {
          // Without a model nothing is asked of the worker: the grid waits, and goes on when there is one.
          const there = await choice.ready();
          if (!there && !mine.signal.aborted) onNews({ phase: 'cancelled' });
          if (there) jobs = await gridJobs(cellMaker, asked, onProgress, mine.signal);
          return there;
        };
        const ask = () => ({
          jobs,
          model: base.experiment.model,
          own: base.contender,
          metrics: gridMetrics(base, spec),
          shown,
          picture: startOf(base.experiment),
          side: sideShown(combinations(spec)),
        });
        return task.run(ask, {
          ready,
          onProgress: (event) => (event.kind === 'load' ? choice.onLoadProgress(event) : onProgress(event)),
        });
      },
    };
  },
  notices,
  shown: ({ experiment }, cells) => picturesShown(experiment.count, cells),
  perEvaluation({ experiment: { model } }) {
    const { experiment: ran, results } = runStore.getState();
    if (!ran || formatSource(ran.model) !== formatSource(model)) return null;
    const costs = Object.values(results).filter(({ cost }) => cost.passes > 0 && cost.wallMs > 0);
    return costs.length === 0 ? null : Math.min(...costs.map(({ cost }) => cost.wallMs / cost.passes)) / ran.count;
  },
  // A network takes its time: what it takes is not known before it has run once.
  quick: () => false,
  pause() {
    cancelRun();
    cancelSweep();
  },
  goOn() {
    const { phase, experiment } = runStore.getState();
    const cut = phase !== 'done' || sweepStore.getState().phase === 'cancelled';
    if (cut || experiment !== experimentStore.getState().experiment) runAgain();
  },
});
stoppers.add(() => grid.stop(false));
