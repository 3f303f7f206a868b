import type { TaskMethod } from './types.ts';

/** What a method finds. */
export interface Situation {
  /** What the model is called, its classes, and whether the posterior of this measurement is known in closed form. */
  readonly model: string;
  readonly classes: number;
  readonly posterior: boolean;
  /** Samples that were given. */
  readonly given: number;
  /** Numbers of a sample that were seen, of how many. */
  readonly seen: number;
  readonly of: number;
  /** Whether the measurement is a mask; else it is a smaller picture. */
  readonly masked: boolean;
  readonly source: number;
  readonly target: number;
}

/** Why a method cannot run; what to do instead. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly hint: string;
  constructor(because: string, hint: string) {
    super(because);
    this.hint = hint;
  }
}

/** Throws TaskError where a method lacks what it needs. */
export function assertPossible({ title, task, roles, given }: TaskMethod, s: Situation): void {
  if (s.given === 0)
    throw new TaskError(`${title} has nothing to work on: no samples were given.`, 'Choose or draw something first.');
  if (task === 'edit' && roles.includes('source')) {
    if (s.classes === 0)
      throw new TaskError(
        `${title} edits from one class to another, and ${s.model} has no classes.`,
        'Take SDEdit or img2img, which need none, or a model with classes.',
      );
    if (s.source === s.target)
      throw new TaskError(
        `${title} is asked to turn a class into itself: it would give back what it was given.`,
        'Choose another target.',
      );
  }
  if (task !== 'restore') return;
  if (s.masked && s.seen === s.of)
    throw new TaskError(`The mask hides nothing: ${title} has nothing to restore.`, 'Hide a part of the picture.');
  if (s.masked && s.seen === 0)
    throw new TaskError(`The mask hides everything: ${title} would sample from nothing.`, 'Leave a part to be seen.');
  if (given.includes('mask') && !s.masked)
    throw new TaskError(
      `${title} puts seen pixels back, and a smaller picture shows none.`,
      'Take a mask as the measurement, or ResShift.',
    );
  if (roles.includes('posterior') && !s.posterior)
    throw new TaskError(
      `${title} asks for the posterior of the measurement, which is known in closed form for mixtures, points and sets of pictures, not for ${s.model}.`,
      'Take RePaint, or a model with an exact denoiser.',
    );
}
