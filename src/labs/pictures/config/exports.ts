// Results as files. CSV follows RFC 4180; numbers are written in full, so that a spreadsheet recomputes what the page
// shows. A picture carries the JSON under the keyword of frame/config/restore.ts, which gives its experiment back.
import { csv, type CsvCell } from '../../../core/csv.ts';
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import type { ParamValue } from '../../../core/field.ts';
import { formatPictures } from './codec.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { formatSource } from './model.ts';
import { contenderTitle } from './naming.ts';
import { formatStart } from './start.ts';

/** One measured row: a contender at some number of steps. */
export interface PicturesRow {
  /** The run on screen, at the contender's own number of steps; or a point of the sweep. */
  readonly of: 'this run' | 'sweep';
  readonly contender: number;
  readonly steps: number;
  /** The levels that were walked, the last of them the end. */
  readonly sigmas: readonly number[];
  readonly nfe: number;
  readonly passes: number;
  /** Of all steps; null where the device has no timestamps. */
  readonly gpuMs: number | null;
  readonly wallMs: number;
  /**
   * Relative distance to the reference, its mean over the pictures and the ends of its interval, which one picture has
   * none of; null: not measured.
   */
  readonly error: { readonly mean: number; readonly low: number | null; readonly high: number | null } | null;
}
export interface PicturesExport {
  readonly adapter: string;
  readonly version: string;
  readonly link: string;
  /** Of the pictures that were made. */
  readonly width: number;
  readonly height: number;
  readonly model: {
    readonly title: string;
    /** The commit that was loaded, where it is known. */
    readonly revision: string | null;
    readonly licence: string | null;
    /** How its weights were kept. */
    readonly format: string;
  };
}

type Cells = readonly (readonly [name: string, value: CsvCell])[];
const keysOf = (
  contenders: readonly PictureContender[],
  of: (c: PictureContender) => Readonly<Record<string, ParamValue>>,
) => [...new Set(contenders.flatMap((c) => Object.keys(of(c))))];
/** JSON and spreadsheets have no infinity: nothing stands for no bound. */
const bound = (sigma: number) => (sigma === Infinity ? null : sigma);
const stepMs = (row: PicturesRow) => row.wallMs / row.steps;

/**
 * A row for each result, with every setting that it came from as a column of its own; the link, which holds them all,
 * once.
 */
export function toCsv(e: PicturesExperiment, rows: readonly PicturesRow[], context: PicturesExport): string {
  const params = keysOf(e.contenders, (c) => c.params);
  const scheduleParams = keysOf(e.contenders, (c) => c.scheduleParams);
  const methodParams = keysOf(e.contenders, (c) => c.guide?.params ?? {});
  const shared: Cells = [
    ['model', formatSource(e.model)],
    ['model title', context.model.title],
    ['revision', context.model.revision],
    ['licence', context.model.licence],
    ['weights', context.model.format],
    ['prompt', e.prompt],
    ['negative prompt', e.negative],
    ['width', context.width],
    ['height', context.height],
    ['pictures', e.count],
    ['seed', e.seed],
    ['noise', e.noise],
    ['seed for each picture', e.perPicture],
    ['conventions', e.conventions],
    ['clip skip', e.clipSkip],
    ['class', e.label],
    ['start', e.start ? formatStart(e.start) : null],
    ['reference steps', e.reference],
    ['kernels', formatKernelChoices(e.kernels)],
    ['adapter', context.adapter],
    ['version', context.version],
  ];
  const columns = (r: PicturesRow, first: boolean): Cells => {
    const c = e.contenders[r.contender];
    return [
      ['of', r.of],
      ['contender', r.contender + 1],
      ['sampler', c?.sampler ?? null],
      ...params.map((key) => [`sampler ${key}`, c?.params[key] ?? null] as const),
      ['schedule', c?.schedule ?? null],
      ...scheduleParams.map((key) => [`schedule ${key}`, c?.scheduleParams[key] ?? null] as const),
      ['guidance method', c ? (c.guide?.method ?? 'cfg') : null],
      ...methodParams.map((key) => [`guidance ${key}`, c?.guide?.params[key] ?? null] as const),
      ['guidance', c?.guidance ?? null],
      ['rescale', c?.rescale ?? null],
      ['guided above', c?.guideAbove ?? null],
      ['guided up to', c ? bound(c.guideUpTo) : null],
      ['steps', r.steps],
      ['sigmas', r.sigmas.join(' ')],
      ['nfe', r.nfe],
      ['passes', r.passes],
      ['gpu_ms', r.gpuMs],
      ['wall_ms', r.wallMs],
      ['step_ms', stepMs(r)],
      ['error', r.error?.mean ?? null],
      ['error low', r.error?.low ?? null],
      ['error high', r.error?.high ?? null],
      ...shared,
      ['link', first ? context.link : null],
    ];
  };
  const none: PicturesRow = {
    ...{ of: 'this run', contender: -1, steps: 1, sigmas: [], nfe: 0, passes: 0, gpuMs: null, wallMs: 0, error: null },
  };
  const head = columns(none, false).map(([name]) => name);
  return csv([head, ...rows.map((r, i) => columns(r, i === 0).map(([, value]) => value))]);
}

/** `shown`: what of the run a picture that carries this text shows. */
export function toJson(
  e: PicturesExperiment,
  rows: readonly PicturesRow[],
  context: PicturesExport,
  shown?: object,
): string {
  const contenders = e.contenders.map((c) => ({ ...c, guideUpTo: bound(c.guideUpTo), title: contenderTitle(c) }));
  const { model, ...rest } = context;
  return (
    JSON.stringify(
      {
        format: 'stepscope-pictures',
        formatVersion: 1,
        ...rest,
        hash: formatPictures(e),
        ...(shown && { shown }),
        model: { name: formatSource(e.model), ...model },
        experiment: { ...e, contenders },
        results: rows.map((r) => ({ ...r, stepMs: stepMs(r) })),
      },
      null,
      2,
    ) + '\n'
  );
}
