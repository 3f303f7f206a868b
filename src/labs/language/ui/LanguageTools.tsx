import { galleryTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { shareLink } from '../state/address.ts';
import { saveTexts } from '../state/download.ts';
import { undoable } from '../state/experimentStore.ts';
import { setLanguageView } from '../state/viewStore.ts';
import { useLanguageDevice, useLanguageRun } from './hooks.ts';

const formats = [
  ['txt', 'Text: what was written'],
  ['csv', 'CSV: one row per token'],
  ['json', 'JSON: experiment, texts and figures'],
] as const;
const checkTool = {
  panel: 'conformance',
  help: 'Checks every stage and algorithm against its definition, on this machine',
  label: 'Check the samplers',
  title: (
    <>
      Check<span className="more"> the samplers</span>
    </>
  ),
} as const;

export function LanguageTools() {
  const device = useLanguageDevice();
  const fingerprint = useLanguageRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  return (
    <LabTools
      tools={[galleryTool, checkTool]}
      onOpen={(panel) => setLanguageView({ panel })}
      experiment={undoable}
      device={device}
      share={{ fingerprint, formats, link: shareLink, save: saveTexts }}
    />
  );
}
