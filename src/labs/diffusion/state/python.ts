// The experiment as a Python script, as a file.
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { pythonScript } from '../config/python.ts';
import { shareLink } from './address.ts';
import { experimentStore } from './experimentStore.ts';
import { notify } from './notices.ts';

export function savePython(): void {
  const { experiment } = experimentStore.getState();
  const written = pythonScript(experiment, shareLink(null));
  if ('because' in written) return notify({ kind: 'export', title: 'There is no script', lines: [written.because] });
  saveBlob(new Blob([written.text], { type: 'text/x-python' }), `stepscope-${experiment.model}.py`);
}
