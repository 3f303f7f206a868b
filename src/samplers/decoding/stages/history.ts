import { booleanField, numberField } from '../../../core/field.ts';
import type { StageContext } from '../types.ts';

/** Parameters of the stages that look back. */
export const windowFields = {
  lastN: numberField({
    label: 'Last tokens',
    help: 'How many of the last tokens are looked at; −1 is all of them.',
    default: -1,
    min: -1,
    max: 1000000,
    integer: true,
  }),
  prompt: booleanField({
    label: 'Prompt too',
    help: 'Count the tokens of the prompt as well, not only those that were generated.',
    default: true,
  }),
} as const;
export interface Window {
  readonly lastN: number;
  readonly prompt: boolean;
}

/** The part of the history a stage looks at, oldest first. */
export function windowOf({ history, promptLength }: StageContext, { lastN, prompt }: Window): readonly number[] {
  const from = Math.max(prompt ? 0 : promptLength, lastN < 0 ? 0 : history.length - lastN);
  return from === 0 ? history : history.slice(from);
}

/** How often each token occurs in the window. */
export function countsOf(context: StageContext, window: Window): Map<number, number> {
  const counts = new Map<number, number>();
  for (const token of windowOf(context, window)) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

export const refuseWindow = ({ lastN }: { readonly lastN: number }): string | null =>
  lastN === 0 ? 'A window of 0 tokens looks at nothing: take −1 for all of them, or remove the stage.' : null;
