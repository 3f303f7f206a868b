// A task's results as files: the numbers in full, the link, and what computed them.
import { csv, type CsvCell } from '../../../core/csv.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { formatRow } from '../config/taskText.ts';
import { TASK_METRICS } from '../config/taskMetricIds.ts';
import { shareTask } from './address.ts';
import { deviceStore } from './connection.ts';
import { editRecord } from './editText.ts';
import { editStore, type EditState } from './editSession.ts';
import { notify } from './notices.ts';

declare const __APP_VERSION__: string;

export const taskContext = () => ({
  link: shareTask(editRecord.getState().fingerprint),
  adapter: deviceStore.getState().report?.name ?? 'unknown',
  version: __APP_VERSION__,
});

const half = (m: { readonly half: number | null } | undefined): number | null => m?.half ?? null;

/** One row a method: its settings, its costs, its numbers and half their intervals. */
export function taskCsv({ setup, rows }: Pick<EditState, 'setup' | 'rows'>): string {
  const metrics = TASK_METRICS.filter((id) => rows.some((r) => r.result?.quality[id]));
  const head: CsvCell[] = ['method', 'evaluations', 'passes', 'gpu_ms', 'wall_ms'];
  const body = (setup?.rows ?? []).map((row, i): CsvCell[] => {
    const { result, failed } = rows[i] ?? { result: null, failed: null };
    return [
      formatRow(row).slice('m:'.length),
      result?.cost.nfe ?? null,
      result?.cost.passes ?? null,
      result?.cost.gpuMs ?? null,
      result?.cost.wallMs ?? null,
      ...metrics.flatMap((id) => [result?.quality[id]?.value ?? null, half(result?.quality[id])]),
      failed?.because ?? result?.remark ?? null,
    ];
  });
  return csv([[...head, ...metrics.flatMap((id) => [id, `${id}_half_width`]), 'remark'], ...body]);
}

export function taskJson(
  { setup, rows, samples }: Pick<EditState, 'setup' | 'rows' | 'samples'>,
  context: ReturnType<typeof taskContext>,
): string {
  const results = rows.map(({ result, failed }, i) => ({
    method: setup && formatRow(setup.rows[i]!).slice('m:'.length),
    cost: result?.cost ?? null,
    quality: result?.quality ?? null,
    roundTripByLevel: result?.levels ?? null,
    remark: failed?.because ?? result?.remark ?? null,
  }));
  return JSON.stringify({ format: 'stepscope-task', ...context, setup, samples, results }, null, 1);
}

/** False, and a sentence, while there is nothing to write. */
export function hasResults(): boolean {
  const there = editStore.getState().rows.some((r) => r.result);
  if (!there)
    notify({
      kind: 'export',
      tone: 'warning',
      title: 'The task has no results yet.',
      hint: 'Run it, and export what came of it.',
    });
  return there;
}

export function saveTask(format: 'csv' | 'json'): void {
  if (!hasResults()) return;
  const state = editStore.getState();
  const text = format === 'csv' ? taskCsv(state) : taskJson(state, taskContext());
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  saveBlob(new Blob([text], { type }), `stepscope-${state.setup!.task}-${state.setup!.model}.${format}`);
}
