// Results as files. CSV follows RFC 4180; numbers are written in full, so that a spreadsheet recomputes what the page
// shows.
import { csv, type CsvCell } from '../../../core/csv.ts';
import type { ParamValue } from '../../../core/field.ts';
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { contenderSigmas } from './contender.ts';
import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { formatExperiment } from './codec.ts';
import type { Contender, Experiment } from './experiment.ts';

/** One measured row: a contender at some number of steps with one seed. */
export interface ResultRow {
  /** The run on screen, at the contender's own number of steps; or a point of the sweep. */
  readonly of: 'this run' | 'sweep';
  readonly contender: number;
  readonly steps: number;
  readonly seed: number;
  readonly nfe: number;
  readonly passes: number;
  /** Counts beside evaluations and passes; columns only where some row's say more than these. */
  readonly work?: number;
  readonly depth?: number;
  readonly bytes?: number;
  readonly reads?: number;
  readonly gpuMs: number | null;
  readonly wallMs: number;
  readonly quality: Readonly<Record<string, number>>;
}
export interface ExportContext {
  readonly adapter: string;
  readonly version: string;
  readonly link: string;
}

/** Names of the parameters of any of the contenders, in the order in which they turn up. */
const keysOf = (contenders: readonly Contender[], of: (c: Contender) => Readonly<Record<string, ParamValue>>) => [
  ...new Set(contenders.flatMap((c) => Object.keys(of(c)))),
];

const COUNTS = ['work', 'depth', 'bytes', 'reads'] as const;
/** Whether a count says more than evaluations and passes do. */
function tells(r: ResultRow, id: (typeof COUNTS)[number]): boolean {
  const plain = { work: r.passes, depth: r.nfe, bytes: 0, reads: 0 };
  return r[id] !== undefined && r[id] !== plain[id];
}

/**
 * A row for each result, with every setting that it came from as a column of its own; the link, which holds them all,
 * once.
 */
export function toCsv(e: Experiment, rows: readonly ResultRow[], context: ExportContext): string {
  const metrics = [...new Set(rows.flatMap((r) => Object.keys(r.quality)))].sort();
  const counts = COUNTS.filter((id) => rows.some((r) => tells(r, id)));
  const params = keysOf(e.contenders, (c) => c.params);
  const scheduleParams = keysOf(e.contenders, (c) => c.scheduleParams);
  const shared: readonly (readonly [string, CsvCell])[] = [
    ['model', e.model],
    ['learned', e.learned],
    ['points', e.points.length],
    ['samples', e.samples],
    ['guidance', e.guidance],
    ['class', e.label],
    ['kernels', formatKernelChoices(e.kernels)],
    ['adapter', context.adapter],
    ['version', context.version],
  ];
  const columns = (r: ResultRow, first: boolean): readonly (readonly [string, CsvCell])[] => {
    const c = e.contenders[r.contender];
    return [
      ['of', r.of],
      ['contender', r.contender + 1],
      ['sampler', c?.sampler ?? ''],
      ...params.map((key): [string, CsvCell] => [`sampler ${key}`, c?.params[key] ?? null]),
      ['schedule', c?.schedule ?? ''],
      ...scheduleParams.map((key): [string, CsvCell] => [`schedule ${key}`, c?.scheduleParams[key] ?? null]),
      ['steps', r.steps],
      ['sigmas', c ? contenderSigmas(c, e.model, r.steps).join(' ') : ''],
      ['seed', r.seed],
      ['nfe', r.nfe],
      ['passes', r.passes],
      ...counts.map((id): [string, CsvCell] => [id, r[id] ?? null]),
      ['gpu_ms', r.gpuMs],
      ['wall_ms', r.wallMs],
      ...metrics.map((m): [string, CsvCell] => [m, r.quality[m] ?? null]),
      ...shared,
      ['link', first ? context.link : null],
    ];
  };
  const none: ResultRow = {
    of: 'this run',
    contender: -1,
    steps: 0,
    seed: 0,
    nfe: 0,
    passes: 0,
    gpuMs: null,
    wallMs: 0,
    quality: {},
  };
  const head = columns(none, false).map(([name]) => name);
  const lines = rows.map((r, i) => columns(r, i === 0).map(([, value]) => value));
  return csv([head, ...lines]);
}

/** `shown`: what of the run a picture that carries this text shows. */
export function toJson(e: Experiment, rows: readonly ResultRow[], context: ExportContext, shown?: object): string {
  const contenders = e.contenders.map((c) => ({ ...c, title: contenderTitle(c), sigmas: contenderSigmas(c, e.model) }));
  return (
    JSON.stringify(
      {
        format: 'stepscope-results',
        formatVersion: 1,
        ...context,
        hash: formatExperiment(e),
        ...(shown && { shown }),
        experiment: { ...e, contenders },
        results: rows,
      },
      null,
      2,
    ) + '\n'
  );
}
