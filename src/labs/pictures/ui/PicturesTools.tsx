import { galleryTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { shareLink } from '../state/address.ts';
import { experimentStore, undoable } from '../state/experimentStore.ts';
import { notify } from '../state/notices.ts';
import { setView } from '../state/viewStore.ts';
import { useDevice, useRun } from './hooks.ts';

const formats = [
  ['png', 'PNG: the pictures, with prompt, settings and link in the file'],
  ['csv', 'CSV: one row per contender'],
  ['json', 'JSON: experiment and figures'],
  ['py', 'Python: the contenders as diffusers scripts'],
  ['comfyui', 'ComfyUI: the contenders as a workflow'],
] as const;
type Format = (typeof formats)[number][0];

/** What writes files is loaded when a file is asked for. */
async function save(format: Format): Promise<void> {
  const files = await import('./export/files.ts');
  return format === 'png' ? files.savePng() : files.saveText(format);
}

/** A link names the picture that runs start from and cannot carry it: said when one is copied. */
function linkToShare(record: string | null): string {
  const { start } = experimentStore.getState().experiment;
  if (start)
    notify({
      kind: 'link-start',
      title: `The link names the start picture “${start.name}”; the picture itself stays here.`,
      hint: 'Send the file along. Whoever opens the link is asked for it, and drops it on the page.',
    });
  return shareLink(record);
}

export function PicturesTools() {
  const device = useDevice((s) => s);
  const fingerprint = useRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  return (
    <LabTools
      tools={[galleryTool]}
      onOpen={(panel) => setView({ panel })}
      experiment={undoable}
      device={device}
      share={{ fingerprint, formats, link: linkToShare, save: (format) => void save(format) }}
    />
  );
}
