import { shareLink } from '../state/address.ts';
import { saveTexts } from '../state/download.ts';
import { redo, undo } from '../state/experimentStore.ts';
import { setLanguageView } from '../state/viewStore.ts';
import { DeviceButton } from '../../../frame/ui/DeviceButton.tsx';
import { Icon } from '../../../frame/ui/Icon.tsx';
import { ShareButtons } from '../../../frame/ui/ShareButtons.tsx';
import { useLanguage, useLanguageDevice, useLanguageRun } from './hooks.ts';

const formats = [
  ['txt', 'Text: what was written'],
  ['csv', 'CSV: one row per token'],
  ['json', 'JSON: experiment, texts and figures'],
] as const;

/** What can be opened in the language lab, and what can be taken away. */
export function LanguageTools() {
  const canUndo = useLanguage((s) => s.past.length > 0);
  const canRedo = useLanguage((s) => s.future.length > 0);
  const fingerprint = useLanguageRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  const device = useLanguageDevice();
  return (
    <>
      <nav aria-label="Experiments">
        <button
          type="button"
          onClick={() => setLanguageView({ panel: 'gallery' })}
          title="Ready-made experiments, each showing one claim on your own machine"
        >
          Gallery
        </button>
        <button
          type="button"
          onClick={() => setLanguageView({ panel: 'conformance' })}
          title="Checks every stage and algorithm against its definition, on this machine"
          aria-label="Check the samplers"
        >
          Check<span className="more"> the samplers</span>
        </button>
        <button
          type="button"
          onClick={() => setLanguageView({ panel: 'history' })}
          title="The experiments that you ran in this browser"
        >
          History
        </button>
        <button type="button" onClick={undo} disabled={!canUndo} aria-label="Undo" title="Undo the last change">
          <Icon name="undo" />
        </button>
        <button type="button" onClick={redo} disabled={!canRedo} aria-label="Redo" title="Redo">
          <Icon name="redo" />
        </button>
      </nav>
      <DeviceButton device={device} onOpen={() => setLanguageView({ panel: 'device' })} />
      <ShareButtons fingerprint={fingerprint} formats={formats} link={shareLink} save={saveTexts} />
    </>
  );
}
