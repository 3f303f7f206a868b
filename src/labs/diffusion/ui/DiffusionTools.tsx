import { galleryTool, historyTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { shareLink } from '../state/address.ts';
import { saveResults } from '../state/download.ts';
import { undoable } from '../state/experimentStore.ts';
import { setView } from '../state/viewStore.ts';
import { useDevice, useRun } from './hooks.ts';
import { savePicture } from './savePicture.ts';

const formats = [
  ['csv', 'CSV: one row per result'],
  ['json', 'JSON: experiment and results'],
  ['png', 'PNG: pictures and charts'],
] as const;

export function DiffusionTools() {
  const device = useDevice((s) => s);
  const fingerprint = useRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  return (
    <LabTools
      tools={[galleryTool, historyTool]}
      onOpen={(panel) => setView({ panel })}
      experiment={undoable}
      device={device}
      share={{
        fingerprint,
        formats,
        link: shareLink,
        save: (format) => (format === 'png' ? void savePicture() : saveResults(format)),
      }}
    />
  );
}
