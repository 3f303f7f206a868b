// What an answer of the hub that is not the file means for a reader.
import { ModelError } from './files.ts';

export const LATER = 'Load it again in a while: what has arrived is kept.';
const TERMS =
  'Open the repository on the hub, accept its terms there if it has any, and give an access token that may read it.';
const missing: ReadonlyMap<string, string> = new Map([
  ['RevisionNotFound', 'there is no such branch, tag or commit'],
  ['EntryNotFound', 'there is no such file'],
]);

/** The hub was not reached at all, or would not answer now; the same request may work later. */
export class Unreachable extends ModelError {
  readonly waitMs: number | null;
  constructor(message: string, hint: string, waitMs: number | null = null) {
    super(message, hint);
    this.waitMs = waitMs;
  }
}

/** The error that an answer other than success stands for; `what` was asked for, with `token` or without any. */
export function refusal({ status, headers }: Response, what: string, token: string | null): ModelError {
  const code = headers.get('x-error-code') ?? '';
  if (code === 'GatedRepo')
    return new ModelError(`${what} is gated: its owner asks readers to accept terms first (HTTP ${status}).`, TERMS);
  if ((status === 401 || status === 403) && token)
    return new ModelError(
      `The hub does not show ${what} to the owner of this token (HTTP ${status}).`,
      `${TERMS} Check that the token is not expired.`,
    );
  if (status === 401 || status === 403)
    return new ModelError(
      `${what} does not exist, or is private or gated (HTTP ${status}).`,
      `Check the name. ${TERMS}`,
    );
  if (status === 404)
    return new ModelError(
      `${what}: ${missing.get(code) ?? 'there is nothing of this name'} on the hub (HTTP 404).`,
      'Check the name as the hub writes it: owner/name, and after @ a branch, tag or commit.',
    );
  if (status === 429 || status === 408 || status >= 500) {
    const seconds = Number(headers.get('retry-after') ?? NaN);
    const why = status === 429 ? 'the hub asks for fewer requests' : 'the hub has a fault';
    return new Unreachable(
      `${what}: ${why} (HTTP ${status}).`,
      status === 429 ? `${LATER} A token raises the limit.` : LATER,
      Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
    );
  }
  return new ModelError(
    `${what}: the hub answers HTTP ${status}.`,
    'Check the name of the repository, its revision and its files.',
  );
}
