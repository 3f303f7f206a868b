// Notices that have had their day: each goes when what it speaks of is mended, or another has taken its place. Those of
// tasks go when the task begins again, which task.ts sees to.
import { formatSource } from '../config/model.ts';
import { experimentStore, type PicturesState } from './experimentStore.ts';
import { modelStore } from './model.ts';
import { dismiss } from './notices.ts';
import { runStore } from './runStore.ts';

/** What speaks of the experiment as it was when it was said. */
const OF_EXPERIMENT = ['restored', 'export', 'sweep', 'sweep-left-out', 'decode', 'link', 'link-start'] as const;

/** An edit, another experiment, undo or redo; not a restatement, which nobody did. */
const edited = (now: PicturesState, before: PicturesState): boolean =>
  now.experiment !== before.experiment && (now.past !== before.past || now.future !== before.future);

/** From here on; once for the page. */
export function followNotices(): void {
  experimentStore.subscribe((now, before) => {
    if (!edited(now, before)) return;
    for (const kind of OF_EXPERIMENT) dismiss(kind);
    if (now.experiment.start !== before.experiment.start) dismiss('start');
    // A model that is put back because another failed is a restatement: of that the notice tells.
    if (formatSource(now.experiment.model) !== formatSource(before.experiment.model)) dismiss('model');
  });
  runStore.subscribe((now, before) => {
    // “Export it when the run has ended.”
    if (now.phase === 'done' && before.phase !== 'done') dismiss('export');
  });
  modelStore.subscribe(({ phase, offer, refused }, before) => {
    const looked = before.phase === 'asking' || before.phase === 'offered' || before.refused !== null;
    if (looked && (phase === 'loading' || (phase === 'idle' && !offer && !refused))) dismiss('looked-at');
  });
}
