import type { ReactNode } from 'react';
import type { DeviceState } from '../state/deviceStore.ts';

function wordsOf({ phase, report }: DeviceState): string {
  if (phase === 'starting') return 'Starting…';
  if (phase === 'lost') return 'GPU lost';
  if (!report) return 'No device';
  return report.backend === 'cpu' ? 'Processor, float64' : report.name;
}

function noteOf(report: DeviceState['report']): ReactNode {
  if (!report) return '';
  if (report.backend === 'cpu') return 'exact but slow';
  if (!report.software) return 'WebGPU';
  return (
    <>
      software adapter<span className="more">, its speeds are not a GPU’s</span>
    </>
  );
}

/** What computes: adapter, backend, and whether its speeds mean anything. */
export function DeviceButton({ device, onOpen }: { device: DeviceState; onOpen(): void }) {
  const { phase, report } = device;
  const note = noteOf(report);
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
      <span className="lamp" aria-hidden="true" /> <span className="device-name">{wordsOf(device)}</span>{' '}
      {note && <span className="device-note">{note}</span>}
    </button>
  );
}
