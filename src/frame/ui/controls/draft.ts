// A text under edit, from its first key to the value that comes of it. Pure; useDraft.ts gives it its clock.

/** How a value is written, and read: the value, or why there is none. */
export interface Grammar<T> {
  format(value: T): string;
  read(text: string): T | Error;
}

/** What is typed into a box and not yet the value as it is written. */
export interface Typed<T> {
  readonly text: string;
  /** How the value in force is written while this is shown. */
  readonly inForce: string;
  /** The value from before the typing. */
  readonly before: T;
  /** Whether it has acted. */
  readonly acted: boolean;
}

/**
 * A decimal comma as a point. Where three digits follow, a comma may as well divide thousands: then nobody guesses, unless
 * nothing but 0 is before it.
 */
export const withPoint = (text: string): string => text.replace(/^(\s*-?(?:0?|\d+(?!,\d{3}\s*$))),(\d+\s*)$/, '$1.$2');

/** One more key: nothing acts yet. */
export const typeOn = <T>(
  typed: Typed<T> | null,
  text: string,
  value: T,
  { format }: Pick<Grammar<T>, 'format'>,
): Typed<T> => ({ text, inForce: format(value), before: typed ? typed.before : value, acted: false });

/**
 * What comes of it when the typing rests: its value; where it has none the value from before the typing, not the one of
 * its own first digits.
 */
export function actOn<T>(
  typed: Typed<T>,
  { format, read }: Grammar<T>,
): { readonly value: T; readonly typed: Typed<T> } {
  const next = read(typed.text);
  const value = next instanceof Error ? typed.before : next;
  return { value, typed: { ...typed, inForce: format(value), acted: true } };
}
