// The address bar's language for the kernel lab: `lab=kernels&…`. Any text gives a valid experiment and the list of
// what was refused; defaults are omitted and the key order is fixed, so equal experiments give equal links.
import type { Refusal } from '../../../core/refusal.ts';
import { encodeLink, readLink } from '../../../frame/config/link.ts';
import { formatKernelChoices, parseKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { kernelViews, type KernelExperiment, type KernelView, type KernelWorkload } from './experiment.ts';
import {
  batchField,
  defaultKernels,
  defaultWorkload,
  MAX_DIMS,
  MAX_VERSIONS,
  samplesField,
  workloadModels,
} from './fields.ts';

export interface ParsedKernels {
  readonly experiment: KernelExperiment;
  readonly refusals: readonly Refusal[];
}
const GRAMMAR = {
  keys: ['lab', 'view', 'family', 'shape', 'versions', 'samples', 'kernels', 'work'],
  lists: [],
  longest: 20_000,
  otherwise: 'the usual view',
} as const;

/** `m:256,n:256`; the reason when it cannot be read. */
function parseShape(text: string): Record<string, number> | string {
  const out: Record<string, number> = {};
  const parts = text.split(',');
  if (parts.length > MAX_DIMS) return `a shape has at most ${MAX_DIMS} numbers`;
  for (const part of parts) {
    const match = /^([a-z][a-zA-Z0-9_]{0,23}):(\d{1,9})$/.exec(part);
    if (!match) return `'${part.slice(0, 40)}' is not a name, a colon and a whole number`;
    if (Object.hasOwn(out, match[1]!)) return `${match[1]} is given twice`;
    out[match[1]!] = Number(match[2]);
  }
  return out;
}
export const formatShape = (shape: Readonly<Record<string, number>>): string =>
  Object.entries(shape)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');

/** `token:sotu:1`: kind, model, batch; what cannot be read is refused part by part. */
function parseWorkload(
  text: string,
  refuse: (where: string, value: string, because: string, used: string) => void,
): KernelWorkload {
  const [kindText = '', model, batchText, ...rest] = text.split(':');
  const kind = kindText === 'diffusion' || kindText === 'token' ? kindText : undefined;
  if (!kind || rest.length > 0) {
    refuse(
      'work',
      text,
      'it is diffusion or token, a model and a number, joined by colons',
      formatWorkload(defaultWorkload('diffusion')),
    );
    return defaultWorkload('diffusion');
  }
  const usual = defaultWorkload(kind);
  const field = batchField(kind);
  const batch = batchText === undefined ? usual.batch : field.parse(batchText);
  const known = model === undefined || workloadModels[kind].some((m) => m.id === model);
  if (!known)
    refuse(
      'work',
      text,
      `there is no ${kind === 'token' ? 'bundled language model' : 'diffusion model'} '${model.slice(0, 40)}'`,
      usual.model,
    );
  if (batch === undefined)
    refuse(
      'work',
      text,
      `${field.label.toLowerCase()} must be a whole number from ${field.min} to ${field.max}`,
      String(usual.batch),
    );
  return { kind, model: known ? (model ?? usual.model) : usual.model, batch: batch ?? usual.batch };
}
export const formatWorkload = ({ kind, model, batch }: KernelWorkload): string => `${kind}:${model}:${batch}`;

/** Why a version is left out. */
function versionFault(version: string, before: readonly string[]): string | null {
  if (!/^\d[A-Za-z0-9._-]{0,40}$/.test(version)) return 'it is no name of a version';
  if (before.includes(version)) return 'it is given twice';
  return before.length >= MAX_VERSIONS ? `at most ${MAX_VERSIONS} are measured` : null;
}

/**
 * Reads a location hash (with or without its #). Total: never throws. What the catalogue must confirm is checked by
 * settle.ts.
 */
export function parseKernels(hash: string): ParsedKernels {
  const { given, refusals, refuse } = readLink(hash, GRAMMAR);
  const usual = defaultKernels();
  const read = <T>(
    key: string,
    fallback: T,
    parse: (text: string) => T | undefined,
    because: string,
    used: string,
  ): T => {
    const text = given.get(key);
    const value = text === undefined ? fallback : parse(text);
    if (value === undefined) refuse(key, text!, because, used);
    return value ?? fallback;
  };
  const view = read(
    'view',
    usual.view,
    (t) => kernelViews.find((v): v is KernelView => v === t),
    `the views are ${kernelViews.join(', ')}`,
    usual.view,
  );
  const family = read(
    'family',
    usual.family,
    (t) => (/^[a-z][a-z0-9_]{0,40}$/.test(t) ? t : undefined),
    'it is no name of a kernel family',
    usual.family,
  );
  const samples = read(
    'samples',
    usual.samples,
    samplesField.parse,
    `it must be a whole number from ${samplesField.min} to ${samplesField.max}`,
    String(usual.samples),
  );
  const shapeText = given.get('shape');
  const shape = shapeText === undefined ? null : parseShape(shapeText);
  if (typeof shape === 'string') refuse('shape', shapeText!, shape, 'the family’s first shape');
  const versions: string[] = [];
  for (const v of (given.get('versions') ?? '').split(',').filter((t) => t !== '')) {
    const because = versionFault(v, versions);
    if (because) refuse('versions', v, because, 'left out');
    else versions.push(v);
  }
  const kernels = parseKernelChoices(given.get('kernels') ?? '', refusals);
  const workText = given.get('work');
  return {
    experiment: {
      view,
      family,
      shape: typeof shape === 'string' ? null : shape,
      versions,
      samples,
      kernels,
      workload: workText === undefined ? usual.workload : parseWorkload(workText, refuse),
    },
    refusals,
  };
}

/** The hash of an experiment, without its #. */
export function formatKernels(e: KernelExperiment): string {
  const usual = defaultKernels();
  const out = ['lab=kernels'];
  const put = (key: string, value: string, otherwise: string) =>
    void (value !== otherwise && out.push(`${key}=${encodeLink(value, ',:')}`));
  put('view', e.view, usual.view);
  put('family', e.family, usual.family);
  put('shape', e.shape ? formatShape(e.shape) : '', '');
  put('versions', e.versions.join(','), '');
  put('samples', String(e.samples), String(usual.samples));
  put('kernels', formatKernelChoices(e.kernels), '');
  put('work', formatWorkload(e.workload), formatWorkload(usual.workload));
  return out.join('&');
}
