import { useState } from 'react';
import { sortedRows, type Sort } from '../../../../frame/ui/sort.ts';
import { SortHead } from '../../../../frame/ui/SortHead.tsx';
import { resultKey } from '../../state/measure.ts';
import type { FamilyInfo, KernelResult, Shape } from '../../state/types.ts';
import { useMeasured } from '../hooks.ts';
import { Columns } from './Columns.tsx';
import { VersionRow } from './VersionRow.tsx';

interface Head {
  readonly id: string;
  readonly head: string;
  readonly unit: string;
  readonly help: string;
  /** What it sorts by; null where nothing was measured. */
  value(r: KernelResult): number | null;
}
const heads: readonly Head[] = [
  {
    id: 'time',
    head: 'Time',
    unit: 'median, quartiles',
    help: 'Median of one run; the bar spans the quartiles',
    value: (r) => r.timing?.medianMs ?? null,
  },
  {
    id: 'speedup',
    head: '× naive',
    unit: 'as quick',
    help: 'How many times as quick as the plainest version at this shape',
    value: (r) => (r.timing ? 1 / r.timing.medianMs : null),
  },
  {
    id: 'samples',
    head: 'Samples',
    unit: '× runs, clock',
    help: 'Timed passes × runs inside each; the clock’s step divided among the runs',
    value: (r) => (r.timing ? r.timing.samples * r.timing.repeats : null),
  },
  {
    id: 'flops',
    head: 'GFLOP/s',
    unit: 'of the operation',
    help: 'Flops that the operation needs, by the median time',
    value: (r) => r.flops,
  },
  {
    id: 'bytes',
    head: 'GB/s',
    unit: 'that must move',
    help: 'Bytes that must cross memory, by the median time',
    value: (r) => r.bytesPerSecond,
  },
  {
    id: 'roof',
    head: 'Of the roof',
    unit: 'and what it is',
    help: 'What the measured roofline allows at this intensity and working set, and how much of it is reached',
    value: (r) => r.share,
  },
  {
    id: 'nmse',
    head: 'NMSE',
    unit: 'largest ulp',
    help: 'Σ(got − expected)² / Σ expected²; largest distance in units in the last place of float32',
    value: (r) => r.accuracy.nmse,
  },
  {
    id: 'moved',
    head: 'Bytes',
    unit: 'asked for',
    help: 'Inputs read once and outputs written once; and what this version’s own loads and stores ask for, caches aside',
    value: (r) => r.movedBytes,
  },
  {
    id: 'compiled',
    head: 'Compiled',
    unit: 'once',
    help: 'First compilation of this version; later ones come from a cache',
    value: (r) => r.compileMs,
  },
];

interface Props {
  readonly family: FamilyInfo;
  readonly shape: Shape;
  readonly source: string;
  onSource(version: string): void;
}

/** Every version at one shape. A time stands only beside a right output; otherwise the reason does. */
export function VersionTable({ family, shape, source, onSource }: Props) {
  const results = useMeasured((s) => s.results);
  const waiting = useMeasured((s) => s.waiting);
  const busy = useMeasured((s) => s.phase === 'running' && s.family === family.id);
  const [sort, setSort] = useState<Sort | null>(null);
  const rows = family.versions.map((version) => ({
    version,
    result: results[resultKey(family.id, version.id, shape)],
  }));
  const longest = rows.reduce((a, { result }) => Math.max(a, result?.timing?.highMs ?? 0), 0);
  const best = rows.reduce((a, { result }) => Math.min(a, result?.timing?.medianMs ?? Infinity), Infinity);
  const many = family.versions.length > 1;
  // The plainest version comes first in its family: 1.naive in most.
  const plain = rows[0]!;
  const naiveMs = plain.result?.timing?.medianMs;
  const sorting = sort && heads.find((h) => h.id === sort.id);
  const order = sorting
    ? sortedRows(rows.length, (i) => (rows[i]!.result ? sorting.value(rows[i]!.result!) : null), sort.down)
    : rows.map((_, i) => i);
  return (
    <>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Versions, measured">
        <table className="versions">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" title="The output against a float64 reference, before any time is taken">
                Right?
              </th>
              {heads.map((column) => (
                <SortHead
                  key={column.id}
                  column={column.id === 'speedup' ? { ...column, head: `× ${plain.version.id.slice(2)}` } : column}
                  sort={sort}
                  onSort={setSort}
                />
              ))}
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {order
              .map((i) => rows[i]!)
              .map(({ version, result }) => (
                <VersionRow
                  key={version.id}
                  family={family}
                  version={version}
                  result={result}
                  inspected={version.id === source}
                  longest={longest}
                  naiveMs={naiveMs ?? null}
                  fastest={many && result?.timing?.medianMs === best}
                  busy={busy}
                  waiting={waiting}
                  onSource={onSource}
                />
              ))}
          </tbody>
        </table>
      </div>
      <Columns />
    </>
  );
}
