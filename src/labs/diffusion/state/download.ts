// Results as files on the reader's disk.
import { toCsv, toJson, type ExportContext, type ResultRow } from '../config/exports.ts';
import { formatExperiment } from '../config/codec.ts';
import { deviceStore } from './connection.ts';
import { runStore } from './runStore.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { viewStore } from './viewStore.ts';
import { sweepStore } from './sweepStore.ts';

declare const __APP_VERSION__: string;

/** The run's own results first, then every point of the sweep. */
export function resultRows(): ResultRow[] {
  const { experiment, slots, results } = runStore.getState();
  if (!experiment) return [];
  const own = slots.flatMap((slot, contender) => {
    const r = results[slot];
    return r
      ? [
          {
            of: 'this run' as const,
            contender,
            steps: experiment.contenders[contender]!.steps,
            seed: experiment.seed,
            ...r.cost,
            quality: r.quality,
          },
        ]
      : [];
  });
  const swept = sweepStore.getState().points.flatMap(({ slot, steps, seed, cost, quality }) => {
    const contender = slots.indexOf(slot);
    return contender < 0 ? [] : [{ of: 'sweep' as const, contender, steps, seed, ...cost, quality }];
  });
  return [...own, ...swept];
}

/** What every file says besides its numbers. */
export function exportContext(): ExportContext {
  const { experiment, fingerprint } = runStore.getState();
  return {
    adapter: deviceStore.getState().report?.name ?? 'unknown',
    version: __APP_VERSION__,
    // Of the run that the numbers are of, also when the controls have moved on.
    link: `${location.origin}${location.pathname}#${experiment ? formatExperiment(experiment, fingerprint, viewStore.getState()) : ''}`,
  };
}

export function saveResults(format: 'csv' | 'json'): void {
  const { experiment } = runStore.getState();
  if (!experiment) return;
  const context = exportContext();
  const text = format === 'csv' ? toCsv(experiment, resultRows(), context) : toJson(experiment, resultRows(), context);
  saveBlob(
    new Blob([text], { type: format === 'csv' ? 'text/csv' : 'application/json' }),
    `stepscope-${experiment.model}.${format}`,
  );
}
