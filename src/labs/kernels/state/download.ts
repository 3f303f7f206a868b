// Measurements as files on the reader's disk.
import { csv } from '../../../core/csv.ts';
import { formatShape } from '../config/codec.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { shareLink } from './address.ts';
import { kernelDevice } from './connection.ts';
import { catalogue } from './labStore.ts';
import { measured, refused } from './measure.ts';
import { rooflineStore } from './roofline.ts';
import type { KernelResult } from './types.ts';

declare const __APP_VERSION__: string;
/** One row per measurement; RFC 4180. Times in milliseconds, rates per second. */
export function measurementsCsv(results: readonly KernelResult[]): string {
  const head = [
    'family',
    'version',
    'shape',
    'right',
    'median_ms',
    'low_ms',
    'high_ms',
    'samples',
    'repeats',
    'clock',
    'resolution_ms',
    'flops',
    'bytes',
    'moved_bytes',
    'flops_per_s',
    'bytes_per_s',
    'roof_ms',
    'share_of_roof',
    'bound_by',
    'nmse',
    'max_error',
    'tolerance',
    'max_ulp',
    'compile_ms',
    'because',
  ];
  const rows = results.map(({ timing: t, accuracy: a, ...r }) => [
    r.family,
    r.version,
    formatShape(r.shape),
    refused({ accuracy: a }) ? null : a.pass,
    t?.medianMs ?? null,
    t?.lowMs ?? null,
    t?.highMs ?? null,
    t?.samples ?? null,
    t?.repeats ?? null,
    t?.source ?? null,
    t?.resolutionMs ?? null,
    r.work.flops,
    r.work.bytes,
    r.movedBytes,
    r.flops,
    r.bytesPerSecond,
    r.roofMs,
    r.share,
    r.boundBy,
    ...(refused({ accuracy: a }) ? [null, null, null, null] : [a.nmse, a.maxError, a.tolerance, a.maxUlp]),
    r.compileMs,
    r.because,
  ]);
  return csv([head, ...rows]);
}
export function saveMeasurements(format: 'csv' | 'json'): void {
  const results = Object.values(measured.getState().results);
  const text =
    format === 'csv'
      ? measurementsCsv(results)
      : `${JSON.stringify({ format: 'stepscope-kernels', formatVersion: 1, version: __APP_VERSION__, link: shareLink(), device: kernelDevice.getState().report, tuning: catalogue.getState().tuning, roofline: rooflineStore.getState().roofline, results }, null, 2)}\n`;
  saveBlob(
    new Blob([text], { type: format === 'csv' ? 'text/csv' : 'application/json' }),
    `stepscope-kernels.${format}`,
  );
}
