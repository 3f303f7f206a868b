import { shareLink } from '../../state/kernels/address.ts';
import { saveMeasurements } from '../../state/kernels/download.ts';
import { DeviceButton } from '../DeviceButton.tsx';
import { ShareButtons } from '../ShareButtons.tsx';
import { useKernelDevice } from './hooks.ts';

const formats = [['csv', 'CSV: one row per measurement'], ['json', 'JSON: roofline and measurements']] as const;

/** The device, the link, and the measurements as files. */
export function KernelTools({ onDevice }: { onDevice(): void }) {
  return (
    <>
      <DeviceButton device={useKernelDevice()} onOpen={onDevice} />
      <ShareButtons fingerprint={null} formats={formats} link={shareLink} save={saveMeasurements} />
    </>
  );
}
