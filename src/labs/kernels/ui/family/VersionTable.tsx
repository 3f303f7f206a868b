import { resultKey } from '../../state/measure.ts';
import type { FamilyInfo, Shape } from '../../state/types.ts';
import { useMeasured } from '../hooks.ts';
import { Columns } from './Columns.tsx';
import { VersionRow } from './VersionRow.tsx';

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
  const rows = family.versions.map((version) => ({
    version,
    result: results[resultKey(family.id, version.id, shape)],
  }));
  const longest = rows.reduce((a, { result }) => Math.max(a, result?.timing?.highMs ?? 0), 0);
  const best = rows.reduce((a, { result }) => Math.min(a, result?.timing?.medianMs ?? Infinity), Infinity);
  const many = family.versions.length > 1;
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
              <th scope="col" className="n" title="Median of one run; the bar spans the quartiles">
                Time<span className="unit">median, quartiles</span>
              </th>
              <th
                scope="col"
                className="n"
                title="Timed passes × runs inside each; the clock's step divided among the runs"
              >
                Samples<span className="unit">× runs, clock</span>
              </th>
              <th scope="col" className="n">
                GFLOP/s<span className="unit">of the operation</span>
              </th>
              <th scope="col" className="n" title="Bytes that must cross memory, by the median time">
                GB/s<span className="unit">that must move</span>
              </th>
              <th
                scope="col"
                title="What the measured roofline allows at this intensity and working set, and how much of it is reached"
              >
                Of the roof<span className="unit">and what it is</span>
              </th>
              <th
                scope="col"
                className="n"
                title="Σ(got − expected)² / Σ expected²; largest distance in units in the last place of float32"
              >
                NMSE<span className="unit">largest ulp</span>
              </th>
              <th
                scope="col"
                className="n"
                title="Inputs read once and outputs written once; and what this version's own loads and stores ask for, caches aside"
              >
                Bytes: must move<span className="unit">loads ask for</span>
              </th>
              <th scope="col" className="n" title="First compilation of this version; later ones come from a cache">
                Compiled in<span className="unit">once</span>
              </th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ version, result }) => (
              <VersionRow
                key={version.id}
                family={family}
                version={version}
                result={result}
                inspected={version.id === source}
                longest={longest}
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
