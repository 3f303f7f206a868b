// Contenders that failed by themselves while the others went on: named, with why and what to do.
import { contenderTitle } from '../config/naming.ts';
import type { PictureContender } from '../config/experiment.ts';
import { dismiss, notices, notify } from './notices.ts';

export type Task = 'run' | 'sweep';
const kindOf = (task: Task) => `${task}-left-out`;

/** A new run or sweep begins. */
export const nobodyLeftOut = (task: Task): void => dismiss(kindOf(task));

/** Adds one to those that a run or sweep left out. */
export function tellLeftOut(
  task: Task,
  index: number,
  contender: PictureContender,
  { because, hint }: { readonly because: string; readonly hint: string },
): void {
  const kind = kindOf(task);
  const before = notices.store.getState().notices.find((n) => n.kind === kind)?.lines ?? [];
  const lines = [...before, `Contender ${index + 1}, ${contenderTitle(contender)}: ${because.replace(/[.]$/, '')}.`];
  notify({
    kind,
    tone: 'warning',
    title: `${lines.length === 1 ? 'One contender was' : `${lines.length} contenders were`} left out of the ${task}.`,
    lines,
    hint,
  });
}
