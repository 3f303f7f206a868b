import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cancelled } from '../core/cancel.ts';
import { languageModels } from '../models/language.ts';
import { openBundled } from './bundled.ts';
import { ModelError } from './files.ts';
import { shaOf } from './hubTesting.ts';

const weights = Uint8Array.from({ length: 5000 }, (_, i) => i * 7);
const signal = new AbortController().signal;
const card = {
  files: {
    'config.json': { bytes: 2, sha256: shaOf(new TextEncoder().encode('{}')) },
    'model.safetensors': { bytes: 5000, sha256: shaOf(weights) },
  },
};
type Answer = {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | Uint8Array;
  readonly cut?: boolean;
};
let server: Server;
let base: string;
let files: Record<string, Answer | (() => Answer)>;
let asked: string[];

beforeEach(async () => {
  asked = [];
  files = {
    'card.json': { body: JSON.stringify(card) },
    'config.json': { body: '{}' },
    'model.safetensors': { body: weights },
  };
  server = createServer((request, response) => {
    const name = request.url!.split('/').at(-1)!;
    const entry = files[name];
    const {
      status = 200,
      type = 'application/octet-stream',
      body,
      cut,
    } = (typeof entry === 'function' ? entry() : entry) ?? { status: 404, body: '' };
    asked.push(request.url!);
    response.writeHead(status, { 'content-type': type, 'content-length': body.length });
    if (cut) response.write(body.slice(0, 100), () => response.destroy());
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/app/`;
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

const open = (s = signal) => openBundled(base, { from: 'bundled', id: 'sotu_draft' }, languageModels.sotu_draft, s);
const read = async () => (await open()).read('model.safetensors', 0, 5000, signal);
const failure = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).hint).not.toBe('');
  return (error as ModelError).message;
};

describe('a model beside the page', () => {
  test('each file is fetched once, from the page’s own folder', async () => {
    const model = await open();
    expect(model.list).toEqual([
      { name: 'card.json', bytes: JSON.stringify(card).length },
      { name: 'config.json', bytes: 2 },
      { name: 'model.safetensors', bytes: 5000 },
    ]);
    const [a, b] = await Promise.all([
      model.read('model.safetensors', 0, 10, signal),
      model.read('model.safetensors', 4000, 5000, signal),
    ]);
    expect([a, b]).toEqual([weights.slice(0, 10), weights.slice(4000)]);
    expect(asked).toEqual(['/app/models/sotu-draft/card.json', '/app/models/sotu-draft/model.safetensors']);
    expect(model.got.network).toBe(5000 + JSON.stringify(card).length);
    expect(await failure(model.read('model.safetensors', 0, 5001, signal))).toMatch(/ends after 5000 bytes, 5001/);
  });
  test('an old copy in between is passed by once', async () => {
    let n = 0;
    files['model.safetensors'] = () => ({ body: n++ === 0 ? new Uint8Array(5000) : weights });
    expect(await read()).toEqual(weights);
    expect(n).toBe(2);
  });
  test('damaged at its host', async () => {
    files['model.safetensors'] = { body: new Uint8Array(5000) };
    expect(await failure(read())).toMatch(/model\.safetensors of State of the Union, draft is damaged/);
  });
  test('missing, or a page in its place', async () => {
    delete files['model.safetensors'];
    expect(await failure(read())).toMatch(/missing here \(HTTP 404\)/);
    files['model.safetensors'] = { body: '<html>', type: 'text/html; charset=utf-8' };
    expect(await failure(read())).toMatch(/missing here \(HTTP 200\)/);
  });
  test('cut on the way', async () => {
    files['model.safetensors'] = { body: weights, cut: true };
    expect(await failure(read())).toMatch(/could not be fetched/);
  });
  test.each([
    ['{}', /lists no files/],
    ['{"files":{"a/b":{"bytes":1,"sha256":""}}}', /lists no files that can be read/],
    ['{"files":{"a":null}}', /lists no files that can be read/],
    ['{"files":5}', /lists no files/],
  ])('a card that is %s', async (body, message) => {
    files['card.json'] = { body };
    expect(await failure(open())).toMatch(message);
  });
  test('no host at all', async () => {
    expect(
      await failure(openBundled('http://127.0.0.1:9/', { from: 'bundled', id: 'sotu' }, languageModels.sotu, signal)),
    ).toMatch(/card\.json of State of the Union could not be fetched/);
  });
  test('abort', async () => {
    await expect(open(AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
  });
});
