import { useStore } from 'zustand';
import { shareLink } from '../state/address.ts';
import { saveMeasurements } from '../state/download.ts';
import { kernelStore, redo, undo } from '../state/experimentStore.ts';
import { DeviceButton } from '../../../frame/ui/DeviceButton.tsx';
import { Icon } from '../../../frame/ui/Icon.tsx';
import { ShareButtons } from '../../../frame/ui/ShareButtons.tsx';
import { useKernelDevice } from './hooks.ts';

const formats = [
  ['csv', 'CSV: one row per measurement'],
  ['json', 'JSON: roofline and measurements'],
] as const;

/** What can be opened, and what can be taken away: the link, and the measurements as files. */
export function KernelTools({ onDevice, onGallery }: { onDevice(): void; onGallery(): void }) {
  // The processor that the other labs fall back on has no part here.
  const device = useKernelDevice();
  const canUndo = useStore(kernelStore, (s) => s.past.length > 0);
  const canRedo = useStore(kernelStore, (s) => s.future.length > 0);
  return (
    <>
      <nav aria-label="Experiments">
        <button
          type="button"
          onClick={onGallery}
          title="Ready-made experiments, each showing one claim on your own machine"
        >
          Gallery
        </button>
        <button type="button" onClick={undo} disabled={!canUndo} aria-label="Undo" title="Undo the last change">
          <Icon name="undo" />
        </button>
        <button type="button" onClick={redo} disabled={!canRedo} aria-label="Redo" title="Redo">
          <Icon name="redo" />
        </button>
      </nav>
      <DeviceButton
        device={device.report?.backend === 'cpu' ? { ...device, phase: 'failed', report: null } : device}
        onOpen={onDevice}
      />
      <ShareButtons fingerprint={null} formats={formats} link={shareLink} save={saveMeasurements} />
    </>
  );
}
