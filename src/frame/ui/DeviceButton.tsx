import type { DeviceState } from '../state/deviceStore.ts';

/** What computes: adapter, backend, and whether its speeds mean anything. */
export function DeviceButton({ device: { phase, report }, onOpen }: { device: DeviceState; onOpen(): void }) {
  const words =
    phase === 'starting'
      ? 'Starting…'
      : phase === 'lost'
        ? 'GPU lost'
        : !report
          ? 'No device'
          : report.backend === 'cpu'
            ? 'Processor, float64'
            : report.name;
  const note =
    report?.backend === 'cpu' ? (
      'exact but slow'
    ) : report?.software ? (
      <>
        software adapter<span className="more">, its speeds are not a GPU’s</span>
      </>
    ) : report ? (
      'WebGPU'
    ) : (
      ''
    );
  return (
    <button
      type="button"
      className={`device ${phase}`}
      data-testid="device"
      data-phase={phase}
      data-backend={report?.backend ?? ''}
      onClick={onOpen}
      title="The device that computes; press for its details"
    >
      <span className="lamp" aria-hidden="true" /> <span className="device-name">{words}</span>{' '}
      {note && <span className="device-note">{note}</span>}
    </button>
  );
}
