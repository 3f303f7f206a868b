import type { DeviceState } from '../../state/deviceStore.ts';

/** What computes, in detail; `more` adds rows of the lab's own. */
export function DeviceFacts({
  device: { phase, report, reason },
  more = [],
}: {
  device: DeviceState;
  more?: readonly (readonly [string, string])[];
}) {
  const rows: (readonly [string, string])[] = report
    ? [
        ['Adapter', report.name || 'unnamed'],
        ['Computes with', report.backend === 'cpu' ? 'float64 on the processor' : 'WebGPU, float32'],
        ['Vendor, architecture', [report.vendor, report.architecture].filter(Boolean).join(', ') || 'not told'],
        [
          'GPU clock',
          report.timestampMs === null
            ? 'none: only wall time can be measured'
            : `in steps of ${report.timestampMs} ms; kernels are timed over repeats`,
        ],
        ['Largest buffer', report.maxBindingBytes > 0 ? `${Math.round(report.maxBindingBytes / 2 ** 20)} MiB` : '–'],
        ['Features', report.features.join(', ') || 'none beyond the WebGPU floor'],
        ...more,
      ]
    : [...more];
  return (
    <>
      {report?.software && (
        <p>
          <b>A software adapter.</b> It runs on the processor: everything works, but its speeds are not a GPU’s.
        </p>
      )}
      {report?.why && (
        <p>
          <b>{report.why.message}</b> {report.why.hint}
        </p>
      )}
      {phase !== 'ready' && (
        <p>
          State: {phase}
          {reason && ` (${reason})`}
        </p>
      )}
      <dl className="facts">
        {rows.map(([k, v]) => (
          <div key={k}>
            <dt>{k}</dt>
            <dd>{v}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
