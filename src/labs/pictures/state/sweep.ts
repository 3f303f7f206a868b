// Fills the chart: the same contenders at several numbers of steps. A network takes its time, so the reader asks for it.
import { createTask } from '../../../frame/state/task.ts';
import { connection } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { nobodyLeftOut, tellLeftOut } from './leftOut.ts';
import { choice } from './model.ts';
import { notices, type PicturesAction } from './notices.ts';
import { startOf } from './runner.ts';
import { sweepStore } from './sweepStore.ts';
import type { PicturesRequests } from './types.ts';

const task = createTask<PicturesRequests, 'sweep', PicturesAction>({
  connection,
  kind: 'sweep',
  notices,
  takesTurns: true,
  waysOn: () => [],
  onNews: ({ phase }) => sweepStore.setState({ phase, text: '', ...(phase === 'running' && { fraction: 0 }) }),
});

export async function sweep(): Promise<void> {
  const { experiment, slots } = experimentStore.getState();
  nobodyLeftOut('sweep');
  sweepStore.setState({ points: [], passed: [], stale: false });
  const pass = (contender: number, because: string) =>
    sweepStore.setState(({ passed }) => ({
      passed: [...passed, { slot: slots[contender]!, because: because.replace(/[.]$/, '') }],
    }));
  await task.run(() => ({ experiment, picture: startOf(experiment) }), {
    ready: () => choice.ready(),
    onProgress(event) {
      switch (event.kind) {
        case 'load':
          return choice.onLoadProgress(event);
        case 'status':
          return sweepStore.setState({ text: event.text, fraction: event.fraction });
        case 'dropped':
          pass(event.contender, event.because);
          return tellLeftOut('sweep', event.contender, experiment.contenders[event.contender]!, event);
        case 'passed':
          return pass(event.contender, event.because);
        case 'point': {
          const { contender, ...point } = event.point;
          const added = { ...point, slot: slots[contender]! };
          return sweepStore.setState(({ points }) => ({
            points: [...points, added],
            text: '',
            fraction: event.fraction,
          }));
        }
        default:
          event satisfies never;
      }
    },
  });
}
export const cancelSweep = (): void => task.cancel();

/** The experiment has changed: what was measured is of another one. */
export function outdateSweep(): void {
  task.cancel();
  const { points, passed, stale } = sweepStore.getState();
  if (points.length + passed.length > 0 && !stale) sweepStore.setState({ stale: true });
}
