import { galleryTool, historyTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { shareLink } from '../state/address.ts';
import { undoable } from '../state/experimentStore.ts';
import { setView } from '../state/viewStore.ts';
import { useDevice, useRun } from './hooks.ts';

const formats = [
  ['csv', 'CSV: one row per result'],
  ['json', 'JSON: experiment and results'],
  ['png', 'PNG: pictures and charts'],
] as const;

type Format = (typeof formats)[number][0];
/** What writes files is loaded when a file is asked for. */
async function save(format: Format): Promise<void> {
  if (format === 'png') return (await import('./savePicture.ts')).savePicture();
  (await import('../state/download.ts')).saveResults(format);
}

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
        save: (format) => void save(format),
      }}
    />
  );
}
