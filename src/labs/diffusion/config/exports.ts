// Results as files. CSV follows RFC 4180; numbers are written in full, so that a spreadsheet recomputes what the page
// shows.
import { contenderSigmas } from './contender.ts';
import { contenderTitle } from './naming.ts';
import { formatExperiment } from './codec.ts';
import type { Experiment } from './experiment.ts';

/** One measured row: a contender at some number of steps with one seed. */
export interface ResultRow {
  readonly contender: number;
  readonly steps: number;
  readonly seed: number;
  readonly nfe: number;
  readonly passes: number;
  readonly gpuMs: number | null;
  readonly wallMs: number;
  readonly quality: Readonly<Record<string, number>>;
}
export interface ExportContext {
  readonly adapter: string;
  readonly version: string;
  readonly link: string;
}

const cell = (v: string | number | null) => {
  const text = v === null ? '' : String(v);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export function toCsv(e: Experiment, rows: readonly ResultRow[], context: ExportContext): string {
  const metrics = [...new Set(rows.flatMap((r) => Object.keys(r.quality)))].sort();
  const head = [
    'contender',
    'sampler',
    'schedule',
    'steps',
    'seed',
    'nfe',
    'passes',
    'gpu_ms',
    'wall_ms',
    ...metrics,
    'model',
    'samples',
    'adapter',
    'version',
    'link',
  ];
  const lines = rows.map((r) => {
    const c = e.contenders[r.contender];
    return [
      r.contender + 1,
      c?.sampler ?? '',
      c?.schedule ?? '',
      r.steps,
      r.seed,
      r.nfe,
      r.passes,
      r.gpuMs,
      r.wallMs,
      ...metrics.map((m) => r.quality[m] ?? null),
      e.model,
      e.samples,
      context.adapter,
      context.version,
      context.link,
    ];
  });
  return [head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

export function toJson(e: Experiment, rows: readonly ResultRow[], context: ExportContext): string {
  const contenders = e.contenders.map((c) => ({ ...c, title: contenderTitle(c), sigmas: contenderSigmas(c, e.model) }));
  return (
    JSON.stringify(
      {
        format: 'stepscope-results',
        formatVersion: 1,
        ...context,
        hash: formatExperiment(e),
        experiment: { ...e, contenders },
        results: rows,
      },
      null,
      2,
    ) + '\n'
  );
}
