import { useStore } from 'zustand';
import { galleryTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { isRowed } from '../config/rowedViews.ts';
import { shareLink, shareRowed, shareTask } from '../state/address.ts';
import { edits } from '../state/edits.ts';
import { editRecord, editText } from '../state/editText.ts';
import { searchKind, seekText } from '../state/seekText.ts';
import { rowedRecords, rowedTexts } from '../state/rowedText.ts';
import { setView, type LabView } from '../state/viewStore.ts';
import { useDevice, useRun, useView } from './hooks.ts';

const formats = [
  ['csv', 'CSV: one row per result'],
  ['json', 'JSON: experiment and results'],
  ['png', 'PNG: pictures, charts, numbers, and all of it to open again'],
  ['python', 'Python: the same numbers in NumPy, and by k-diffusion'],
  ['comfyui', 'ComfyUI: samplers and levels as a workflow'],
  ['svg-quality', 'SVG: quality against cost'],
  ['svg-latency', 'SVG: latency against evaluations'],
  ['svg-pareto', 'SVG: quality against latency'],
] as const;

/** Results are written as the command line writes them. */
const gridFormats = [
  ['grid-csv', 'CSV: one row per cell'],
  ['grid-json', 'JSON: the grid and its results, to open again'],
  ['grid-png', 'PNG: all pictures on one sheet, with link and results'],
] as const;

const seekFormats = [
  ['seek-csv', 'CSV: one row per search, budget and seed'],
  ['seek-json', 'JSON: the searches and their results'],
] as const;

const taskFormats = [
  ['task-csv', 'CSV: one row per method'],
  ['task-json', 'JSON: the task and its results, to open again'],
  ['task-png', 'PNG: all pictures on one sheet, with link and results'],
] as const;

const rowedFormats = [
  ['rowed-csv', 'CSV: one row per method and place on its way'],
  ['rowed-json', 'JSON: the methods and their results, to open again'],
  ['rowed-png', 'PNG: all pictures on one sheet, with link and results'],
] as const;

export type Format =
  | (typeof taskFormats)[number][0]
  | (typeof seekFormats)[number][0]
  | (typeof rowedFormats)[number][0]
  | (typeof formats)[number][0]
  | (typeof gridFormats)[number][0];
/** What writes files is loaded when a file is asked for. */
const save = async (format: Format): Promise<void> => (await import('./export/save.ts')).save(format);

function editsOf(view: LabView, noise: boolean) {
  if (isRowed(view)) return rowedTexts[view];
  if (view === 'edit') return editText;
  return view === 'search' && noise ? seekText : edits;
}
function linkOf(view: LabView): (fingerprint: string | null) => string {
  if (isRowed(view)) return () => shareRowed(view);
  return view === 'edit' ? shareTask : shareLink;
}

export function DiffusionTools() {
  const device = useDevice((s) => s);
  const fingerprint = useRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  const view = useView((s) => s.labView);
  const ofTask = useStore(editRecord, (s) => s.fingerprint);
  const noise = useStore(searchKind, (s) => s.kind === 'noise');
  const ofDistil = useStore(rowedRecords.distil, (s) => s.fingerprint);
  const ofSequences = useStore(rowedRecords.sequences, (s) => s.fingerprint);
  const ofDiscrete = useStore(rowedRecords.discrete, (s) => s.fingerprint);
  const own = {
    compare: fingerprint,
    grid: null,
    search: null,
    edit: ofTask,
    distil: ofDistil,
    sequences: ofSequences,
    discrete: ofDiscrete,
  };
  const files = {
    compare: formats,
    grid: gridFormats,
    search: noise ? seekFormats : formats,
    edit: taskFormats,
    distil: rowedFormats,
    sequences: rowedFormats,
    discrete: rowedFormats,
  };
  return (
    <LabTools
      tools={[galleryTool]}
      onOpen={(panel) => setView({ panel })}
      experiment={editsOf(view, noise)}
      device={device}
      share={{
        fingerprint: own[view],
        formats: files[view],
        link: linkOf(view),
        save: (format) => void save(format),
      }}
    />
  );
}
