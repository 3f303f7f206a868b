// The experiment as a workflow of ComfyUI, as a file; what it leaves open is told.
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { comfyWorkflow } from '../config/comfy.ts';
import { shareLink } from './address.ts';
import { experimentStore } from './experimentStore.ts';
import { notify } from './notices.ts';

export function saveComfy(): void {
  const { experiment } = experimentStore.getState();
  const { text, notes } = comfyWorkflow(experiment, shareLink(null));
  saveBlob(new Blob([text], { type: 'application/json' }), `stepscope-${experiment.model}-comfyui.json`);
  notify({
    kind: 'export',
    title: 'A workflow for ComfyUI was saved, in its API format.',
    lines: notes,
    hint: 'Drop it on ComfyUI’s page, or on this one to open this experiment again.',
  });
}
