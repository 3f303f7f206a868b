import { redo, undo } from '../state/experimentStore.ts';
import { setView } from '../state/viewStore.ts';
import { DeviceLine } from './DeviceLine.tsx';
import { useExperiment } from './hooks.ts';
import { Icon } from '../../../frame/ui/Icon.tsx';
import { ShareTools } from './ShareTools.tsx';

/** What can be opened in the diffusion lab, and what can be taken away. */
export function DiffusionTools() {
  const canUndo = useExperiment((s) => s.past.length > 0);
  const canRedo = useExperiment((s) => s.future.length > 0);
  return (
    <>
      <nav aria-label="Experiments">
        <button
          type="button"
          onClick={() => setView({ panel: 'gallery' })}
          title="Ready-made experiments, each showing one claim on your own machine"
        >
          Gallery
        </button>
        <button
          type="button"
          onClick={() => setView({ panel: 'history' })}
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
      <DeviceLine />
      <ShareTools />
    </>
  );
}
