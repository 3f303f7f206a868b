import { galleryTool, historyTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { shareLink } from '../state/address.ts';
import { undoable } from '../state/experimentStore.ts';
import { setView } from '../state/viewStore.ts';
import { useDevice, useRun } from './hooks.ts';

const formats = [
  ['png', 'PNG: the pictures, with prompt, settings and link in the file'],
  ['csv', 'CSV: one row per contender'],
  ['json', 'JSON: experiment and figures'],
  ['py', 'Python: the contenders as diffusers scripts'],
] as const;
type Format = (typeof formats)[number][0];

/** What writes files is loaded when a file is asked for. */
async function save(format: Format): Promise<void> {
  const files = await import('./export/files.ts');
  return format === 'png' ? files.savePng() : files.saveText(format);
}

export function PicturesTools() {
  const device = useDevice((s) => s);
  const fingerprint = useRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  return (
    <LabTools
      tools={[galleryTool, historyTool]}
      onOpen={(panel) => setView({ panel })}
      experiment={undoable}
      device={device}
      share={{ fingerprint, formats, link: shareLink, save: (format) => void save(format) }}
    />
  );
}
