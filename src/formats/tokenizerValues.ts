// Values of tokenizer.json, each checked: FormatError names what was found and what is expected.
import { FormatError, shown } from './error.ts';
import { isObject, type Json } from './json.ts';

export const tokenizerLimits = {
  fileBytes: 64 * 2 ** 20,
  tokens: 1_000_000,
  merges: 2_000_000,
  tokenLength: 65_536,
  steps: 16,
} as const;
export const hint =
  "Take tokenizer.json from the model's own repository, with the weights; the app reads BPE, Unigram, WordPiece and WordLevel models.";
export const fault = (message: string) => new FormatError(message, hint);

export function text(value: unknown, what: string): string {
  if (typeof value === 'string' && value.length <= tokenizerLimits.tokenLength) return value;
  throw fault(`${what} must be a text, got ${shown(value)}`);
}
export function whole(value: unknown, what: string): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < tokenizerLimits.tokens)
    return value as number;
  throw fault(`${what} must be a whole number below ${tokenizerLimits.tokens}, got ${shown(value)}`);
}
export function list(value: unknown, what: string, most: number = tokenizerLimits.steps): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  const got = Array.isArray(value) ? `${value.length} of them` : shown(value);
  throw fault(`${what} must be a list of at most ${most} entries, got ${got}`);
}
export function object(value: unknown, what: string): Json {
  if (isObject(value)) return value;
  throw fault(`${what} must be an object, got ${shown(value)}`);
}
export const absent = (value: unknown): boolean => value === undefined || value === null;
export function flag(value: unknown, what: string): boolean {
  if (absent(value)) return false;
  if (typeof value === 'boolean') return value;
  throw fault(`${what} must be true or false, got ${shown(value)}`);
}

/** Steps of a kind that may be nested in sequences, flattened. */
export function steps(value: unknown, what: string, key: string, depth = 0): Json[] {
  if (absent(value)) return [];
  const step = object(value, what);
  if (step['type'] !== 'Sequence') return [step];
  if (depth > 3) throw fault(`${what} is nested too deep`);
  const all = list(step[key], `the sequence of ${what}`).flatMap((s) => steps(s, what, key, depth + 1));
  if (all.length > tokenizerLimits.steps)
    throw fault(`${what} has ${all.length} steps; at most ${tokenizerLimits.steps} are allowed`);
  return all;
}
export const unknown = (what: string, step: Json, known: string) =>
  fault(`the ${what} ${shown(step['type'])} is not supported; supported are ${known}`);
