import { galleryTool, LabTools } from '../../../frame/ui/LabTools.tsx';
import { useStore } from 'zustand';
import { shareLink } from '../state/address.ts';
import { saveTexts } from '../state/download.ts';
import { undoable } from '../state/experimentStore.ts';
import { setLanguageView } from '../state/viewStore.ts';
import { chatStore } from '../state/chat/store.ts';
import { useLanguageDevice, useLanguageRun, useLanguageView } from './hooks.ts';

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
  const compared = useLanguageRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  const answered = useStore(chatStore, (s) => s.fingerprint);
  const chat = useLanguageView((s) => s.view === 'chat');
  const fingerprint = chat ? answered : compared;
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
