import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { resultKey } from '../../state/measure.ts';
import { showSource, sourceStore } from '../../state/sources.ts';
import type { DispatchSource, FamilyInfo, Shape } from '../../state/types.ts';
import { useGpu } from '../hooks.ts';
import { counted } from '../text.ts';
import { bytes } from '../../../../frame/ui/format.ts';
import { tinted } from './wgsl.ts';

interface Props {
  readonly family: FamilyInfo;
  readonly version: FamilyInfo['versions'][number];
  readonly shape: Shape;
  onVersion(id: string): void;
}
/** A shape being typed is not compiled digit by digit. */
const SETTLE_MS = 300;

/** The WGSL of one version, dispatch by dispatch, with what is bound. */
export function SourceView({ family, version, shape, onVersion }: Props) {
  const { key, version: shown } = useStore(sourceStore);
  const gpu = useGpu();
  const wanted = resultKey(family.id, version.id, shape);
  const runs = version.lacks.length === 0;
  useEffect(() => {
    if (!gpu || !runs) return;
    const timer = setTimeout(() => void showSource(family.id, version.id, shape), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [gpu, runs, family, version, shape]);
  return (
    <section className="source" aria-label="Source" data-testid="source" data-version={key === wanted ? shown : ''}>
      <div className="section-head">
        <h2>Source</h2>
        <select
          aria-label="Version whose source is shown"
          value={version.id}
          onChange={(e) => onVersion(e.target.value)}
        >
          {family.versions.map((v) => (
            <option key={v.id} value={v.id}>
              {v.id}
            </option>
          ))}
        </select>
      </div>
      <Listing lacks={version.lacks} stale={key !== wanted} />
    </section>
  );
}

/** The dispatches of what was asked for last, or why there are none. */
function Listing({ lacks, stale }: { lacks: readonly string[]; stale: boolean }) {
  const { dispatches, failure } = useStore(sourceStore);
  if (lacks.length > 0)
    return <p className="empty">This version needs {lacks.join(', ')}, so that this device cannot compile it.</p>;
  if (failure !== null && !stale)
    return (
      <p className="refusal" role="alert">
        {failure}
      </p>
    );
  return (
    <div className={stale ? 'stale' : ''}>
      {dispatches.map((d, i) => (
        <Dispatch key={`${i}${d.label}`} dispatch={d} number={dispatches.length > 1 ? i + 1 : 0} />
      ))}
    </div>
  );
}

function Dispatch({
  dispatch: { label, code, bound, workgroups, times },
  number,
}: {
  dispatch: DispatchSource;
  number: number;
}) {
  const lines = useMemo(() => tinted(code), [code]);
  const [copied, setCopied] = useState('');
  const copy = () =>
    void navigator.clipboard
      .writeText(code)
      .then(
        () => setCopied('Copied'),
        () => setCopied('The browser does not let the page copy; select the text instead'),
      )
      .then(() => setTimeout(() => setCopied(''), 3000));
  return (
    <details className="dispatch" open={number <= 1}>
      <summary>
        {number > 0 && `${number}. `}
        <b>{label}</b>{' '}
        <span className="fine">
          {workgroups.join(' × ')} workgroups{times > 1 && `, ${times} times`}; {counted(lines.length, 'line')}
        </span>
      </summary>
      <table className="bound">
        <thead>
          <tr>
            <th scope="col">Bound</th>
            <th scope="col">Access</th>
            <th scope="col" className="n">
              Bytes
            </th>
          </tr>
        </thead>
        <tbody>
          {bound.map((b) => (
            <tr key={b.name}>
              <th scope="row">
                <code>{b.name}</code>
              </th>
              <td>{b.access.replace('_', ' and ')}</td>
              <td className="n">{bytes(b.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="code-bar">
        <span className="fine" role="status">
          {copied}
        </span>
        <button type="button" className="small" onClick={copy}>
          Copy WGSL
        </button>
      </div>
      <pre className="wgsl" tabIndex={0} aria-label={`WGSL of ${label}`}>
        <code>
          {lines.map((spans, i) => (
            <span key={i} className="line">
              <span className="line-number" aria-hidden="true">
                {i + 1}
              </span>
              {spans.map((s, k) =>
                s.tint ? (
                  <span key={k} className={`w-${s.tint}`}>
                    {s.text}
                  </span>
                ) : (
                  s.text
                ),
              )}
              {'\n'}
            </span>
          ))}
        </code>
      </pre>
    </details>
  );
}
