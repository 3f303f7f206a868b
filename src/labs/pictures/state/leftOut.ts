// Contenders that failed by themselves while the others went on, and those that could not be measured: named, with why
// and what to do.
import { contenderTitle } from '../config/naming.ts';
import type { PictureContender } from '../config/experiment.ts';
import { dismiss, notices, notify } from './notices.ts';

export type Task = 'run' | 'sweep';
interface Reason {
  readonly because: string;
  readonly hint: string;
}
const kindOf = (task: Task) => `${task}-left-out`;
const UNMEASURED = 'run-unmeasured';

/** A new run or sweep begins. */
export function nobodyLeftOut(task: Task): void {
  dismiss(kindOf(task));
  if (task === 'run') dismiss(UNMEASURED);
}

/** Adds a contender's line to a notice; the title counts them. */
function add(
  kind: string,
  index: number,
  contender: PictureContender,
  { because, hint }: Reason,
  title: (count: number) => string,
): void {
  const before = notices.store.getState().notices.find((n) => n.kind === kind)?.lines ?? [];
  const lines = [...before, `Contender ${index + 1}, ${contenderTitle(contender)}: ${because.replace(/[.]$/, '')}.`];
  notify({ kind, tone: 'warning', title: title(lines.length), lines, hint });
}

/** Adds one to those that a run or sweep left out. */
export const tellLeftOut = (task: Task, index: number, contender: PictureContender, reason: Reason): void =>
  add(
    kindOf(task),
    index,
    contender,
    reason,
    (count) => `${count === 1 ? 'One contender was' : `${count} contenders were`} left out of the ${task}.`,
  );

/** Adds one to those whose pictures stand and whose paired error is missing. */
export const tellUnmeasured = (index: number, contender: PictureContender, reason: Reason): void =>
  add(
    UNMEASURED,
    index,
    contender,
    reason,
    (count) =>
      `The many-step solution of ${count === 1 ? 'one contender' : `${count} contenders`} could not be computed: the pictures stand, and there is no paired error.`,
  );
