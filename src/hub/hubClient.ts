// The three requests that reading a model from the hub takes: a revision's commit, its files, a range of a file's
// bytes.
import { isObject, nesting, type Json } from '../formats/json.ts';
import { shown } from '../formats/error.ts';
import { licenceOf, type Licence } from '../formats/modelCard.ts';
import { Cancelled } from '../core/cancel.ts';
import { ModelError } from './files.ts';
import { LATER, refusal, Unreachable } from './hubRefusal.ts';

export interface HubFile {
  readonly name: string;
  readonly bytes: number;
  /** What the hub says the whole file hashes to; small files have none. */
  readonly sha256: string | null;
}
export interface HubPlace {
  readonly repo: string;
  /** Full hash of a commit, or what the reader wrote for it. */
  readonly revision: string;
}
export interface HubAbout {
  readonly commit: string;
  /** Null where the card names none. */
  readonly licence: Licence | null;
}
export interface RangeWanted {
  readonly file: HubFile;
  readonly begin: number;
  readonly end: number;
}

const API_BYTES = 32 * 2 ** 20;
const PAGES = 20;
/** Largest file that is taken whole when a host does not give ranges: one more copy of it is held in memory. */
export const WHOLE_BYTES = 64 * 2 ** 20;
const WAITS_MS = [500, 1500, 4000] as const;
/** A host that asks for a longer pause than this is not waited for. */
const LONGEST_WAIT_MS = 20_000;

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;
const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new Cancelled());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });

export class HubClient {
  readonly #hub: URL;
  readonly #sleep: Sleep;
  constructor(hub: string, wait: Sleep = sleep) {
    this.#hub = new URL(hub);
    this.#sleep = wait;
  }

  /** The commit that a branch, tag or hash stands for now, and what the model's card says of its licence. */
  async about({ repo, revision }: HubPlace, token: string | null, signal: AbortSignal): Promise<HubAbout> {
    const { value } = await this.#json(
      `/api/models/${repo}/revision/${encodeURIComponent(revision)}`,
      `${repo}@${revision}`,
      token,
      signal,
    );
    const { sha, cardData } = isObject(value) ? value : {};
    if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha))
      throw new ModelError(`The hub names no commit for ${repo}@${revision}: ${shown(sha)}.`, LATER);
    return { commit: sha, licence: licenceOf(cardData) };
  }

  /** Every file of a commit. */
  async files({ repo, revision }: HubPlace, token: string | null, signal: AbortSignal): Promise<readonly HubFile[]> {
    const files: HubFile[] = [];
    let next: string | null = `/api/models/${repo}/tree/${revision}?recursive=true`;
    for (let page = 0; next !== null; page++) {
      if (page === PAGES)
        throw new ModelError(
          `${repo} has more than ${files.length} files; they cannot all be listed.`,
          'Choose a repository that holds one model.',
        );
      const answer: { value: unknown; next: string | null } = await this.#json(
        next,
        `the file list of ${repo}`,
        token,
        signal,
      );
      if (!Array.isArray(answer.value))
        throw new ModelError(`The file list of ${repo} is not a list: ${shown(answer.value)}.`, LATER);
      for (const entry of answer.value as unknown[]) {
        const file = isObject(entry) && entry.type === 'file' ? fileOf(entry) : null;
        if (file) files.push(file);
      }
      next = answer.next;
    }
    return files;
  }

  /**
   * Exactly the bytes [begin, end) of a file, going on where a connection was cut; or, from a host that gives no
   * ranges, the whole file. `arrived` is told of bytes as they come.
   */
  async range(
    place: HubPlace,
    { file, begin, end }: RangeWanted,
    token: string | null,
    signal: AbortSignal,
    arrived: (bytes: number) => void,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const what = `${file.name} of ${place.repo}`;
    const url = this.#url(
      `/${place.repo}/resolve/${place.revision}/${file.name.split('/').map(encodeURIComponent).join('/')}`,
    );
    const part = { bytes: new Uint8Array(end - begin), have: 0 };
    await this.#patiently(
      what,
      signal,
      () => part.have,
      async () => {
        const from = begin + part.have;
        const response = await this.#get(url, what, token, signal, { Range: `bytes=${from}-${end - 1}` });
        const length = response.status === 206 ? end - from : file.bytes;
        const told = response.headers.get('content-range') ?? '';
        const total = /^bytes (\d+)-\d+\/(\d+)$/.exec(told);
        try {
          if (total && (Number(total[2]) !== file.bytes || Number(total[1]) !== from))
            throw new ModelError(
              `${what}: the host sends '${told}'; byte ${from} of ${file.bytes} was asked for.`,
              'The file has changed or is damaged there: load the model again, or another revision.',
            );
          if (response.status !== 206) {
            if (file.bytes > WHOLE_BYTES)
              throw new ModelError(
                `${what}: the host does not send parts of files, only all ${file.bytes} bytes at once.`,
                'A proxy in between may do this. Download the file and open it from your disk.',
              );
            part.bytes = new Uint8Array(length);
            part.have = 0;
          }
          if (!response.body) throw new Unreachable(`${what}: the answer is empty.`, LATER);
          const reader = response.body.getReader();
          for (;;) {
            const { done, value } = await reader.read();
            if (done) break;
            if (part.have + value.length > part.bytes.length)
              throw new ModelError(
                `${what}: more bytes arrive than the ${length} that were asked for.`,
                'The file has changed or is damaged there: load the model again, or another revision.',
              );
            part.bytes.set(value, part.have);
            part.have += value.length;
            arrived(value.length);
          }
        } catch (error) {
          if (error instanceof ModelError) await response.body?.cancel().catch(() => {});
          throw error;
        }
        if (part.have < part.bytes.length) {
          const message = `${what}: ${part.have} of ${part.bytes.length} bytes arrived, then the connection ended.`;
          // Half of a whole file is no beginning of the part that is asked for next.
          if (part.bytes.length !== end - begin) Object.assign(part, { bytes: new Uint8Array(end - begin), have: 0 });
          throw new Unreachable(message, LATER);
        }
      },
    );
    return part.bytes;
  }

  async #json(
    path: string,
    what: string,
    token: string | null,
    signal: AbortSignal,
  ): Promise<{ value: unknown; next: string | null }> {
    return this.#patiently(
      what,
      signal,
      () => 0,
      async () => {
        const response = await this.#get(this.#url(path), what, token, signal, { Accept: 'application/json' });
        const text = await response.text();
        if (text.length > API_BYTES || nesting(text) > 32)
          throw new ModelError(
            `The hub's answer about ${what} has ${text.length} characters; that is no list of files.`,
            LATER,
          );
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          throw new ModelError(
            `The hub's answer about ${what} is not JSON: ${shown(text.slice(0, 80))}.`,
            'Something between here and the hub may have answered instead, e.g. the login page of a network.',
          );
        }
        const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
        const next = link ? new URL(link, this.#hub) : null;
        // The next page is asked for with the token: only at home.
        if (next && next.origin !== this.#hub.origin)
          throw new ModelError(`The list of ${what} goes on at ${next.origin}, which is not the hub.`, LATER);
        return { value, next: next && next.pathname + next.search };
      },
    );
  }

  #url(path: string): URL {
    return new URL(path, this.#hub);
  }

  async #get(
    url: URL,
    what: string,
    token: string | null,
    signal: AbortSignal,
    headers: Record<string, string>,
  ): Promise<Response> {
    // Weights come by redirect from other hosts; the Fetch standard drops Authorization on the way there (tested). Our
    // own store keeps the bytes: the HTTP cache need not.
    const response = await fetch(url, {
      signal,
      redirect: 'follow',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      headers: token ? { ...headers, Authorization: `Bearer ${token}` } : headers,
    });
    if (response.ok) return response;
    await response.body?.cancel().catch(() => {});
    throw refusal(response, what, token);
  }

  /** Repeats what may work later; three failures without anything new between them are one too many. */
  async #patiently<T>(what: string, signal: AbortSignal, progress: () => number, work: () => Promise<T>): Promise<T> {
    for (let failures = 0, seen = progress(); ;) {
      let fault: Unreachable;
      try {
        if (signal.aborted) throw new Cancelled();
        return await work();
      } catch (error) {
        if (signal.aborted) throw new Cancelled();
        if (error instanceof Unreachable) fault = error;
        else if (error instanceof ModelError || error instanceof Cancelled) throw error;
        // Browsers do not tell a missing network from a missing CORS header.
        else
          fault = new Unreachable(
            `${what} could not be fetched (${error instanceof Error ? error.message : String(error)}).`,
            'Check the connection. Models that are kept on this machine, bundled models and files from your disk work offline.',
          );
      }
      if (progress() - seen >= 2 ** 16) failures = 0;
      seen = progress();
      const wait = fault.waitMs ?? WAITS_MS[failures];
      if (
        failures === WAITS_MS.length ||
        wait === undefined ||
        wait > LONGEST_WAIT_MS ||
        (globalThis.navigator as Navigator | undefined)?.onLine === false
      )
        throw fault;
      failures++;
      await this.#sleep(wait, signal);
    }
  }
}

function fileOf(entry: Json): HubFile | null {
  const lfs = isObject(entry.lfs) ? entry.lfs : {};
  const bytes = lfs.size ?? entry.size;
  const sha256 = lfs.oid ?? null;
  const { path } = entry;
  const fine =
    typeof path === 'string' &&
    path.length <= 500 &&
    !path.split('/').some((p) => p === '' || p === '.' || p === '..') &&
    Number.isSafeInteger(bytes) &&
    (bytes as number) >= 0;
  return fine
    ? {
        name: path,
        bytes: bytes as number,
        sha256: typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
      }
    : null;
}
