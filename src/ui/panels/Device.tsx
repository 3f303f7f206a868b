import { loseDevice, restart } from '../../state/session.ts';
import { setView } from '../../state/viewStore.ts';
import { useDevice } from '../hooks.ts';
import { Panel } from './Panel.tsx';

/** What computes, in detail, and the means to test its faults. */
export function Device() {
  const { phase, report, reason } = useDevice((s) => s);
  const close = () => setView({ panel: 'none' });
  const rows: [string, string][] = report ? [
    ['Adapter', report.name || 'unnamed'], ['Computes with', report.backend === 'cpu' ? 'float64 on the processor' : 'WebGPU, float32'],
    ['Vendor, architecture', [report.vendor, report.architecture].filter(Boolean).join(', ') || 'not told'],
    ['GPU clock', report.timestampMs === null ? 'none: only wall time can be measured' : `in steps of ${report.timestampMs} ms; kernels are timed over repeats`],
    ['Largest buffer', report.maxBindingBytes > 0 ? `${Math.round(report.maxBindingBytes / 2 ** 20)} MiB` : '–'], ['Features', report.features.join(', ') || 'none beyond the WebGPU floor'],
  ] : [];
  return (
    <Panel title="Device">
      {report?.software && <p><b>A software adapter.</b> It runs on the processor: everything works, but its speeds are not a GPU’s.</p>}
      {report?.why && <p><b>{report.why.message}</b> {report.why.hint}</p>}
      {phase !== 'ready' && <p>State: {phase}{reason && ` (${reason})`}</p>}
      <dl className="facts">{rows.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <details>
        <summary>Diagnostics</summary>
        <p className="summary">A graphics driver may take the GPU away at any time. This destroys it on purpose, so that you can see the page recover.</p>
        <p className="buttons">
          <button type="button" disabled={report?.backend !== 'webgpu'} onClick={() => { close(); void loseDevice(); }}>Simulate a lost GPU</button>
          <button type="button" onClick={() => { close(); void restart(report?.backend === 'webgpu'); }}>{report?.backend === 'webgpu' ? 'Compute on the processor' : 'Compute on the GPU'}</button>
        </p>
      </details>
    </Panel>
  );
}
