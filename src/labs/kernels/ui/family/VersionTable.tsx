import { toggleVersion } from '../../state/experimentStore.ts';
import { cancelMeasure, measure, refused, resultKey } from '../../state/measure.ts';
import type { FamilyInfo, KernelResult, Shape } from '../../state/types.ts';
import { compact } from '../../../../frame/ui/format.ts';
import { useGpu, useKernels, useMeasured } from '../hooks.ts';
import { duration, giga, percent, powers } from '../text.ts';
import { bytes } from '../../../../frame/ui/format.ts';
import { Columns } from './Columns.tsx';
import { Whisker } from './Whisker.tsx';

type Version = FamilyInfo['versions'][number];
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
  const versions = useKernels((e) => e.versions);
  const gpu = useGpu();
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
            {rows.map(({ version: v, result }) => (
              <tr
                key={v.id}
                data-testid={`version-${v.id}`}
                data-right={result && !refused(result) ? String(result.accuracy.pass) : ''}
                data-ms={result?.timing?.medianMs ?? ''}
                className={v.id === source ? 'inspected' : ''}
              >
                <th scope="row">
                  {many && v.lacks.length === 0 && (
                    <input
                      type="checkbox"
                      aria-label={`Measure ${v.id} with the others`}
                      title="Measured with the others"
                      checked={versions.length === 0 || versions.includes(v.id)}
                      onChange={() => toggleVersion(family, v.id)}
                    />
                  )}
                  <button
                    type="button"
                    className="as-link"
                    aria-pressed={v.id === source}
                    onClick={() => onSource(v.id)}
                    title={`${v.title}. Press for its source`}
                  >
                    {v.id}
                  </button>
                  {v.chosen && many && (
                    <span className="tag" title="What the labs run on this device">
                      {result && refused(result) && result.because.includes('cannot take this shape')
                        ? 'runs at other shapes'
                        : 'runs here'}
                    </span>
                  )}
                  <span className="version-title">{v.title}</span>
                  {result?.timing && result.because !== '' && (
                    <span className="version-title remark">{powers(result.because)}</span>
                  )}
                </th>
                <Cells
                  version={v}
                  result={result}
                  longest={longest}
                  fastest={many && result?.timing?.medianMs === best}
                  waits={busy && waiting.includes(v.id)}
                />
                <td>
                  {busy && waiting[0] === v.id ? (
                    <button type="button" className="small" onClick={cancelMeasure}>
                      Stop
                    </button>
                  ) : (
                    <button
                      type="button"
                      className="small"
                      disabled={!gpu || v.lacks.length > 0 || busy}
                      aria-label={`Measure ${v.id} alone`}
                      onClick={() => void measure(v.id)}
                    >
                      {result ? 'Again' : 'Measure'}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Columns />
    </>
  );
}

const COLUMNS = 9;
const ulps = (n: number) => (n < 10 ? compact(n, 2) : n < 1e6 ? Math.round(n).toLocaleString('en') : compact(n));
function Cells({
  version,
  result: r,
  longest,
  fastest,
  waits,
}: {
  version: Version;
  result: KernelResult | undefined;
  longest: number;
  fastest: boolean;
  waits: boolean;
}) {
  if (version.lacks.length > 0)
    return (
      <td colSpan={COLUMNS} className="why">
        needs {version.lacks.join(', ')}, which this device lacks
      </td>
    );
  if (!r)
    return (
      <td colSpan={COLUMNS} className="why">
        {waits ? 'to be measured…' : 'not measured at this shape'}
      </td>
    );
  if (refused(r))
    return (
      <td colSpan={COLUMNS} className="why">
        {powers(r.because) || 'it did not run'}
      </td>
    );
  const { accuracy: a, timing: t } = r;
  const where = a.worst
    ? `; worst at ${a.worst.output}[${a.worst.index}]: ${compact(a.worst.got, 6)} instead of ${compact(a.worst.expected, 6)}`
    : '';
  const error = `Largest error ${compact(a.maxError)}, allowed ${compact(a.tolerance)}; ${a.checked.toLocaleString('en')} of ${a.count.toLocaleString('en')} elements checked${where}`;
  const mark = (
    <td title={error}>
      <span className={a.pass ? 'good' : 'bad'} data-testid="mark">
        {a.pass ? '✓ right' : '✗ wrong'}
      </span>
    </td>
  );
  const nmse = (
    <td className="n" title={error}>
      {compact(a.nmse)}
      <span className="unit">{ulps(a.maxUlp)} ulp</span>
    </td>
  );
  const tail = (
    <>
      {nmse}
      <td className="n">
        {bytes(r.work.bytes)}
        <span className="unit">{bytes(r.movedBytes)}</span>
      </td>
      <td className="n">{duration(r.compileMs)}</td>
    </>
  );
  if (!t)
    return (
      <>
        {mark}
        <td colSpan={5} className="why">
          {powers(r.because) || 'no time'}
          {!a.pass && <> {error}.</>}
        </td>
        {tail}
      </>
    );
  return (
    <>
      {mark}
      <td className={`n${fastest ? ' best' : ''}`} data-testid="time">
        {duration(t.medianMs)}
        <Whisker timing={t} longest={longest} />
      </td>
      <td
        className="n"
        title={`Clock: ${t.source === 'timestamp' ? 'the GPU’s own timestamps' : 'the clock on the wall'}, in steps of ${duration(t.resolutionMs * t.repeats)}, so ${duration(t.resolutionMs)} a run`}
      >
        {t.samples} × {t.repeats}
        <span className="unit">
          {t.source === 'timestamp' ? 'GPU' : 'wall'} ± {duration(t.resolutionMs)}
        </span>
      </td>
      <td className="n">{r.flops ? giga(r.flops) : '–'}</td>
      <td className="n">{r.bytesPerSecond === null ? '–' : giga(r.bytesPerSecond)}</td>
      <td title={`The roof allows ${duration(r.roofMs)}`}>
        {r.share === null ? (
          '–'
        ) : (
          <>
            <span className="share-bar" aria-hidden="true">
              <span style={{ width: `${Math.min(100, 100 * r.share)}%` }} />
            </span>{' '}
            {percent(r.share)}
          </>
        )}
        <span className="unit">{r.boundBy}</span>
      </td>
      {tail}
    </>
  );
}
