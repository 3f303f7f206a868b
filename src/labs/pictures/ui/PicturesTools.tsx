import { galleryTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { shareLink } from '../state/address.ts';
import { edits } from '../state/edits.ts';
import { experimentStore } from '../state/experimentStore.ts';
import { notify } from '../state/notices.ts';
import { setView } from '../state/viewStore.ts';
import { useDevice, useRun, useView } from './hooks.ts';

const formats = [
  ['png', 'PNG: the pictures, with prompt, settings and link in the file'],
  ['csv', 'CSV: one row per contender'],
  ['json', 'JSON: experiment and figures'],
  ['py', 'Python: the contenders as diffusers scripts'],
  ['comfyui', 'ComfyUI: the contenders as a workflow'],
] as const;
/** Results are written as the command line writes them. */
const gridFormats = [
  ['grid-csv', 'CSV: one row per cell'],
  ['grid-json', 'JSON: the grid and its results, to open again'],
  ['grid-png', 'PNG: all pictures on one sheet, with link and results'],
] as const;
type Format = (typeof formats | typeof gridFormats)[number][0];

/** What writes files is loaded when a file is asked for. */
async function save(format: Format): Promise<void> {
  if (format === 'grid-csv' || format === 'grid-json' || format === 'grid-png')
    return (await import('./grid/save.ts')).saveGrid(format);
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
  const grid = useView((s) => s.labView === 'grid');
  return (
    <LabTools
      tools={[galleryTool]}
      onOpen={(panel) => setView({ panel })}
      experiment={edits}
      device={device}
      share={{
        fingerprint: grid ? null : fingerprint,
        formats: grid ? gridFormats : formats,
        link: linkToShare,
        save: (format) => void save(format),
      }}
    />
  );
}
