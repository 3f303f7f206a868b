import { galleryTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { shareLink } from '../state/address.ts';
import { saveMeasurements } from '../state/download.ts';
import { undoable } from '../state/experimentStore.ts';
import { useKernelDevice } from './hooks.ts';
import type { KernelPanel } from './Panels.tsx';

const formats = [
  ['csv', 'CSV: one row per measurement'],
  ['json', 'JSON: roofline and measurements'],
] as const;

export function KernelTools({ onOpen }: { onOpen(panel: KernelPanel): void }) {
  const device = useKernelDevice();
  // The processor that the other labs fall back on has no part here.
  const shown = device.report?.backend === 'cpu' ? ({ ...device, phase: 'failed', report: null } as const) : device;
  return (
    <LabTools
      tools={[galleryTool]}
      onOpen={onOpen}
      experiment={undoable}
      device={shown}
      share={{ fingerprint: null, formats, link: shareLink, save: saveMeasurements }}
    />
  );
}
