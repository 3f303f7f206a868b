import { editKernels, forceVersion } from '../../state/experimentStore.ts';
import type { TuneStep } from '../../state/types.ts';
import { duration } from '../text.ts';
import type { TuningRow } from './rows.ts';

const WHY = { override: 'forced by the link', measured: 'measured here', table: 'from the table' } as const;

interface Props {
  readonly row: TuningRow;
  /** The version that the link forces, '' for none. */
  readonly override: string;
  /** The search is at this family. */
  readonly searched: boolean;
  readonly searching: boolean;
}

/** What runs for one family and why, the reader's override, and what the search found. */
export function FamilyRow({ row: r, override, searched, searching }: Props) {
  return (
    <tr data-family={r.family} className={searched ? 'inspected' : ''}>
      <th scope="row" title={r.title}>
        {r.opens === null ? (
          r.family
        ) : (
          <button
            type="button"
            className="as-link"
            title="Measure its versions and see their source"
            onClick={() => editKernels({ view: 'kernels', family: r.opens!, shape: null, versions: [] })}
          >
            {r.family}
          </button>
        )}
        <span className="version-title">{r.title === r.family ? '' : r.title}</span>
      </th>
      <td>
        <b>{r.runs ?? '–'}</b>
        <span className="unit">{WHY[r.why]}</span>
      </td>
      <td>
        <select
          value={override}
          aria-label={`Force a version of ${r.family}`}
          onChange={(e) => forceVersion(r.family, e.target.value || null)}
        >
          <option value="">the device’s choice</option>
          {r.versions.map((v) => (
            <option key={v.id} value={v.id} disabled={v.lacks.length > 0}>
              {v.id}
              {v.lacks.length > 0 && ` (needs ${v.lacks.join(', ')})`}
            </option>
          ))}
        </select>
      </td>
      <td>{r.table ?? '–'}</td>
      <td>{r.step ? <Candidates step={r.step} /> : <span className="none">{searching ? '' : 'not searched'}</span>}</td>
    </tr>
  );
}

function Candidates({ step }: { step: TuneStep }) {
  const slowest = step.candidates.reduce((a, c) => Math.max(a, c.medianMs ?? 0), 0);
  return (
    <ul className="candidates" title={`At ${step.shapes.join('; ')}`}>
      {step.candidates.map((c) => (
        <li key={c.version} className={c.version === step.chosen ? 'best' : ''}>
          <span>{c.version}</span>
          <span className="meter-cell">
            {c.medianMs !== null && (
              <span className="meter" style={{ width: `${(100 * c.medianMs) / Math.max(slowest, 1e-9)}%` }} />
            )}
          </span>
          <span>
            {c.medianMs === null ? (
              <span className="none" title={c.because}>
                {c.because}
              </span>
            ) : (
              duration(c.medianMs)
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
