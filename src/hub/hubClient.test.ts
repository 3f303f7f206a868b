import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cancelled } from '../core/cancel.ts';
import { ModelError } from './files.ts';
import { HubClient, WHOLE_BYTES } from './hubClient.ts';
import { Unreachable } from './hubRefusal.ts';
import { FakeHub, noise, type Fault } from './hubTesting.ts';

const REPO = 'owner/model';
const bytes = noise(3000);
const never = new AbortController().signal;
const file = { name: 'model.safetensors', bytes: 3000, sha256: null };
let hub: FakeHub;
let client: HubClient;
let waits: number[];
let commit: string;

beforeEach(async () => {
  hub = await new FakeHub().listen();
  commit = hub.put(REPO, { 'model.safetensors': bytes, 'sub/x #1.json': '{}' });
  waits = [];
  client = new HubClient(hub.url, (ms) => (waits.push(ms), Promise.resolve()));
});
afterEach(() => hub.close());

const failure = async (work: Promise<unknown>): Promise<ModelError> => {
  const error = await work.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).hint).not.toBe('');
  return error as ModelError;
};
/** The first n requests that carry a range meet a fault, or all. */
const faulty = (fault: Fault, n = Infinity) => {
  hub.fault = (a) => (a.range && n-- > 0 ? fault : undefined);
};
const get = (begin = 0, end = 3000, of = file) => {
  let arrived = 0;
  return client
    .range({ repo: REPO, revision: commit }, { file: of, begin, end }, null, never, (n) => (arrived += n))
    .then((got) => ({ got, arrived }));
};

describe('revisions and lists', () => {
  test('a branch is its commit, and files have sizes and hashes', async () => {
    expect(await client.about({ repo: REPO, revision: 'main' }, null, never)).toEqual({ commit, licence: null });
    expect(await client.files({ repo: REPO, revision: commit }, null, never)).toEqual([
      { name: 'model.safetensors', bytes: 3000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { name: 'sub/x #1.json', bytes: 2, sha256: null },
    ]);
    expect((await get(0, 2, { name: 'sub/x #1.json', bytes: 2, sha256: null })).got).toEqual(
      new TextEncoder().encode('{}'),
    );
  });
  test.each([
    [
      401,
      '',
      null,
      /owner\/model@main does not exist, or is private or gated \(HTTP 401\)/,
      /accept its terms there if it has any, and give an access token/,
    ],
    [401, '', 'hf_x', /does not show owner\/model@main to the owner of this token/, /not expired/],
    [403, 'GatedRepo', null, /gated/, /accept its terms/],
    [404, 'RevisionNotFound', null, /no such branch, tag or commit/, /owner\/name/],
    [404, 'RepoNotFound', 'hf_x', /nothing of this name/, /owner\/name/],
    [429, '', null, /fewer requests/, /token raises/],
    [503, '', null, /a fault \(HTTP 503\)/, /again/],
    [418, '', null, /HTTP 418/, /Check the name/],
  ])('HTTP %i %s', async (status, code, token, message, hint) => {
    hub.fault = () => ({ status, headers: { 'x-error-code': code } });
    const error = await failure(client.about({ repo: REPO, revision: 'main' }, token, never));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(error.message + error.hint).not.toContain('hf_x');
    const passing = status === 429 || status >= 500;
    expect([error instanceof Unreachable, waits.length]).toEqual([passing, passing ? 3 : 0]);
  });
  test('unknown names: the hub says 401 to strangers', async () => {
    expect((await failure(client.about({ repo: 'a/b', revision: 'main' }, null, never))).message).toMatch(
      /a\/b@main does not exist, or is private/,
    );
    expect((await failure(client.about({ repo: REPO, revision: 'nope' }, null, never))).message).toMatch(
      /no such branch/,
    );
    expect((await failure(get(0, 1, { ...file, name: 'gone.gguf' }))).message).toMatch(
      /gone\.gguf of owner\/model: there is no such file/,
    );
  });
  test('busy for a while', async () => {
    let n = 2;
    hub.fault = () => (n-- > 0 ? { status: 429, headers: { 'retry-after': '7' } } : undefined);
    expect(await client.about({ repo: REPO, revision: 'main' }, null, never)).toEqual({ commit, licence: null });
    expect(waits).toEqual([7000, 7000]);
  });
  test('busy for longer than a reader waits', async () => {
    hub.fault = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await failure(client.about({ repo: REPO, revision: 'main' }, null, never));
    expect(waits).toEqual([]);
  });
  test.each([
    ['<html>log in to this network</html>', /not JSON/],
    ['{"sha":"../../x"}', /names no commit/],
    ['[]', /names no commit/],
    ['null', /names no commit/],
    ['['.repeat(100) + ']'.repeat(100), /no list of files/],
  ])('an answer that is %s', async (text, message) => {
    hub.fault = () => ({ text });
    expect((await failure(client.about({ repo: REPO, revision: 'main' }, null, never))).message).toMatch(message);
  });
  test('entries of a list that are no files are left out', async () => {
    const fine = { type: 'file', path: 'a', size: 1 };
    hub.fault = () => ({
      text: JSON.stringify([
        null,
        1,
        {},
        { ...fine, path: '../x' },
        { ...fine, path: '/x' },
        { ...fine, size: -1 },
        { ...fine, size: 2 ** 60 },
        { ...fine, path: 5 },
        fine,
        { ...fine, path: 'b', lfs: { oid: 'short', size: 9 } },
      ]),
    });
    expect(await client.files({ repo: REPO, revision: commit }, null, never)).toEqual([
      { name: 'a', bytes: 1, sha256: null },
      { name: 'b', bytes: 9, sha256: null },
    ]);
    hub.fault = () => ({ text: '{}' });
    expect((await failure(client.files({ repo: REPO, revision: commit }, null, never))).message).toMatch(
      /is not a list/,
    );
  });
  test('a list without end is refused', async () => {
    hub.put('many/files', Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, 'x'])));
    hub.pageSize = 1;
    expect(
      (
        await failure(
          client.files(
            { repo: 'many/files', revision: hub.repos.get('many/files')!.branches.get('main')! },
            null,
            never,
          ),
        )
      ).message,
    ).toMatch(/more than 20 files/);
  });
});

describe('ranges', () => {
  test('follow the redirect of large files', async () => {
    expect(await get(100, 2000)).toEqual({ got: bytes.slice(100, 2000), arrived: 1900 });
    expect(hub.asked.map((a) => [a.host, a.range])).toEqual([
      ['hub', 'bytes=100-1999'],
      ['cdn', 'bytes=100-1999'],
    ]);
  });
  test('a host that sends no parts: the whole file, when it is small', async () => {
    faulty({ whole: true });
    expect((await get(100, 200)).got).toEqual(bytes);
    expect((await get(0, 3000)).got).toEqual(bytes);
    expect((await failure(get(0, 1000, { ...file, bytes: WHOLE_BYTES + 1 }))).message).toMatch(
      /does not send parts of files, only all 67108865 bytes/,
    );
    // Cut in the middle of the whole, then a host that does send parts.
    let first = true;
    hub.fault = (a) => {
      if (a.host !== 'cdn' || !first) return undefined;
      first = false;
      return { whole: true };
    };
    expect((await get(100, 200)).got).toEqual(bytes);
  });
  test('goes on in the middle', async () => {
    hub.fault = (a) => (a.host === 'cdn' && a.range === 'bytes=500-2999' ? { cutAfter: 700 } : undefined);
    expect(await get(500)).toEqual({ got: bytes.slice(500), arrived: 2500 });
    expect(hub.asked.filter((a) => a.host === 'cdn').map((a) => a.range)).toEqual([
      'bytes=500-2999',
      'bytes=1200-2999',
    ]);
  });
  test('cuts that still bring much are not counted against it', async () => {
    const large = noise(500_000);
    const of = { name: 'large.bin', bytes: large.length, sha256: null };
    commit = hub.put(REPO, { 'large.bin': large });
    hub.fault = (a) => (a.host === 'cdn' ? { cutAfter: 70_000 } : undefined);
    expect((await get(0, large.length, of)).got).toEqual(large);
    expect(waits.length).toBeGreaterThan(5);
    hub.fault = (a) => (a.host === 'cdn' ? { cutAfter: 10 } : undefined);
    expect((await failure(get(0, large.length, of))).message).toMatch(/large\.bin of owner\/model/);
  });
  test('always too few bytes', async () => {
    faulty({ send: bytes.subarray(0, 100) });
    expect((await failure(get())).message).toMatch(/400 of 3000 bytes arrived, then the connection ended/);
  });
  test('too few bytes: the rest is asked for', async () => {
    hub.fault = (a) => (a.range === 'bytes=0-2999' && a.host === 'cdn' ? { send: bytes.subarray(0, 1000) } : undefined);
    expect((await get()).got).toEqual(bytes);
  });
  test('too many bytes', async () => {
    faulty({ send: noise(3001) });
    expect((await failure(get())).message).toMatch(/more bytes arrive than the 3000/);
  });
  test('another length of the file than the list said', async () => {
    faulty({ send: bytes, total: 4000 });
    expect((await failure(get())).message).toMatch(/the host sends 'bytes 0-2999\/4000'; byte 0 of 3000 was asked for/);
  });
  test('abort during a request and during a wait', async () => {
    const abort = new AbortController();
    hub.fault = () => ({ hang: true });
    const hanging = client.range(
      { repo: REPO, revision: commit },
      { file, begin: 0, end: 10 },
      null,
      abort.signal,
      () => {},
    );
    setTimeout(() => abort.abort(), 20);
    await expect(hanging).rejects.toBeInstanceOf(Cancelled);
    const patient = new HubClient(hub.url);
    const stop = new AbortController();
    hub.fault = () => {
      setTimeout(() => stop.abort(), 300);
      return { status: 429, headers: { 'retry-after': '15' } };
    };
    const began = performance.now();
    const waiting = patient.about({ repo: REPO, revision: 'main' }, null, stop.signal);
    await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    // Far from the 15 s that the host asks for, on a busy machine too.
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
