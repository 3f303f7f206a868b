import { toggleVersion } from '../../state/experimentStore.ts';
import { cancelMeasure, measure, refused } from '../../state/measure.ts';
import type { FamilyInfo, KernelResult } from '../../state/types.ts';
import { bytes, compact, three } from '../../../../frame/ui/format.ts';
import { useGpu, useKernels } from '../hooks.ts';
import { duration, giga, percent, powers } from '../text.ts';
import { Whisker } from './Whisker.tsx';

type Version = FamilyInfo['versions'][number];
interface Props {
  readonly family: FamilyInfo;
  readonly version: Version;
  readonly result: KernelResult | undefined;
  /** Its source is shown. */
  readonly inspected: boolean;
  readonly longest: number;
  /** Time of the plainest version at this shape. */
  readonly naiveMs: number | null;
  readonly fastest: boolean;
  readonly busy: boolean;
  readonly waiting: readonly string[];
  onSource(version: string): void;
}

/** One version: what it is, what was measured, and its own measurement. */
export function VersionRow({
  family,
  version: v,
  result,
  inspected,
  longest,
  naiveMs,
  fastest,
  busy,
  waiting,
  onSource,
}: Props) {
  const versions = useKernels((e) => e.versions);
  const gpu = useGpu();
  const many = family.versions.length > 1;
  return (
    <tr
      data-testid={`version-${v.id}`}
      data-right={result && !refused(result) ? String(result.accuracy.pass) : ''}
      data-ms={result?.timing?.medianMs ?? ''}
      className={inspected ? 'inspected' : ''}
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
          aria-pressed={inspected}
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
        naiveMs={naiveMs}
        fastest={fastest}
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
  );
}

const COLUMNS = 10;
function ulps(n: number): string {
  if (n < 10) return compact(n, 2);
  return n < 1e6 ? Math.round(n).toLocaleString('en') : compact(n);
}
function Cells({
  version,
  result: r,
  longest,
  naiveMs,
  fastest,
  waits,
}: {
  version: Version;
  result: KernelResult | undefined;
  longest: number;
  naiveMs: number | null;
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
        <td colSpan={6} className="why">
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
      <td className="n" data-testid="speedup">
        {naiveMs === null ? '–' : `${three(naiveMs / t.medianMs)}×`}
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
