import { shareLink } from '../../state/kernels/address.ts';
import { saveMeasurements } from '../../state/kernels/download.ts';
import { DeviceButton } from '../DeviceButton.tsx';
import { ShareButtons } from '../ShareButtons.tsx';
import { useKernelDevice } from './hooks.ts';

const formats = [['csv', 'CSV: one row per measurement'], ['json', 'JSON: roofline and measurements']] as const;

/** The device, the link, and the measurements as files. */
export function KernelTools({ onDevice }: { onDevice(): void }) {
  // The processor that the other labs fall back on has no part here.
  const device = useKernelDevice();
  return (
    <>
      <DeviceButton device={device.report?.backend === 'cpu' ? { ...device, phase: 'failed', report: null } : device} onOpen={onDevice} />
      <ShareButtons fingerprint={null} formats={formats} link={shareLink} save={saveMeasurements} />
    </>
  );
}
