import { once } from 'node:events';
import { request, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { Cancelled } from '../../core/cancel.ts';
import type { Ask } from './ask.ts';
import { ApiRefusal } from './refusal.ts';
import { createApi, BODY_LIMIT, type Writes } from './server.ts';
import type { Counted, Piece } from './writer.ts';

const COUNTED: Counted = { seed: 7, promptTokens: 3, cachedTokens: 1, writtenTokens: 2, promptMs: 1, writtenMs: 2 };
const token = { id: 4, text: 'é', logprob: -0.5, top: [{ id: 5, text: 'x', logprob: -1 }] };
const PIECES: readonly Piece[] = [
  { choice: 0, text: 'é', token, why: null },
  { choice: 0, text: '', token: null, why: null },
  { choice: 0, text: '!', token: null, why: 'end token' },
];
const writes = (pieces: readonly Piece[]): Writes => ({
  write(_, heard) {
    for (const piece of pieces) heard(piece);
    return Promise.resolve(COUNTED);
  },
});

let server: Server;
const faults: unknown[] = [];
afterEach(() => {
  server.closeAllConnections();
  server.close();
  faults.length = 0;
});
async function serve(writer: Writes = writes(PIECES)): Promise<number> {
  server = createApi({ writer, model: 'm', onFault: (error) => faults.push(error) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}
interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}
/** fetch does not let its user lie about the host. */
const ask = (port: number, path: string, body: string | null, headers: Record<string, string> = {}): Promise<Told> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { port, path, host: '127.0.0.1', method: body === null ? 'GET' : 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response.on('data', (part) => (text += String(part)));
        response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
      },
    ); // prettier-ignore
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
const CHAT = JSON.stringify({ messages: [{ role: 'user', content: 'hi' }], logprobs: true, top_logprobs: 1 });
const events = (text: string) =>
  text
    .trim()
    .split('\n\n')
    .map((line) => line.replace(/^data: /, ''))
    .map((line) => (line === '[DONE]' ? line : (JSON.parse(line) as Record<string, unknown>)));

test('an answer as a whole: text, reason, bytes of tokens, usage, the seed', async () => {
  const { status, text } = await ask(await serve(), '/v1/chat/completions', CHAT);
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    object: 'chat.completion',
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'é!' },
        finish_reason: 'stop',
        logprobs: { content: [{ token: 'é', logprob: -0.5, bytes: [195, 169], top_logprobs: [{ token: 'x' }] }] },
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, prompt_tokens_details: { cached_tokens: 1 } },
    timings: { cache_n: 1, prompt_n: 2 },
    seed: 7,
  });
});

test('an answer piece by piece joins to the same text, and ends with its usage', async () => {
  const port = await serve();
  const body = { ...(JSON.parse(CHAT) as object), stream: true, stream_options: { include_usage: true } };
  const { text, headers } = await ask(port, '/v1/chat/completions', JSON.stringify(body));
  expect(headers['content-type']).toContain('text/event-stream');
  const told = events(text);
  expect(told.at(-1)).toBe('[DONE]');
  type Chunk = {
    choices: { delta: { role?: string; content?: string }; finish_reason: string | null }[];
    usage: unknown;
  };
  const chunks = told.slice(0, -1) as unknown as Chunk[]; // prettier-ignore
  expect(chunks[0]!.choices[0]!.delta.role).toBe('assistant');
  expect(chunks.map((c) => c.choices[0]?.delta.content ?? '').join('')).toBe('é!');
  expect(chunks.flatMap((c) => c.choices.map((x) => x.finish_reason)).filter((r) => r)).toEqual(['stop']);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 5 } });
});

test('completions: offsets of tokens, whole and in pieces', async () => {
  const port = await serve(writes([PIECES[0]!, PIECES[0]!, PIECES[2]!]));
  const body = { prompt: 'a', logprobs: 1 };
  const whole = JSON.parse((await ask(port, '/v1/completions', JSON.stringify(body))).text) as Record<string, never>;
  expect(whole['choices']![0]).toMatchObject({ text: 'éé!', logprobs: { text_offset: [0, 1], tokens: ['é', 'é'] } });
  const { text } = await ask(port, '/v1/completions', JSON.stringify({ ...body, stream: true }));
  const offsets = events(text).flatMap((e) =>
    e === '[DONE]' ? [] : ((e as never as { choices: [{ logprobs: { text_offset: number[] } | null }] }).choices[0].logprobs?.text_offset ?? []),
  ); // prettier-ignore
  expect(offsets).toEqual([0, 1]);
});

test.each<[string, string | null, Record<string, string>, number, string]>([
  ['/v1/models', null, {}, 200, '"id":"m"'],
  ['/v1/models', null, { host: 'evil.example' }, 403, "not as 'evil.example'"],
  ['/v1/models', null, { host: 'localhost:80', origin: 'https://evil.example' }, 403, 'only those of this machine'],
  ['/v1/models', null, { origin: 'http://localhost:4173' }, 200, '"id":"m"'],
  ['/v1/completions', '{"prompt":"a"}', { 'content-type': 'text/plain' }, 415, 'application/json'],
  ['/v1/completions', '{', {}, 400, 'The body is no JSON'],
  ['/v1/completions', 'null', {}, 400, 'it must be a JSON object'],
  ['/v1/completions', '{"prompt":"a","model":"other"}', {}, 404, 'model_not_found'],
  ['/v1/embeddings', '{}', {}, 404, 'there are GET /v1/models'],
  ['/v1/completions', null, {}, 405, 'there are GET /v1/models'],
  ['/v1/completions', `"${'x'.repeat(BODY_LIMIT)}"`, {}, 413, 'larger than'],
])('%s %.20s %j: %d', async (path, body, headers, status, part) => {
  const told = await ask(await serve(), path, body, headers);
  expect([told.status, told.text]).toEqual([status, expect.stringContaining(part)]);
});

test('what fails inside is told without its insides, and kept for the console; a stream that has begun says it', async () => {
  const fails = (first: readonly Piece[], error: Error): Writes => ({
    write(_, heard) {
      for (const piece of first) heard(piece);
      return Promise.reject(error);
    },
  });
  const port = await serve(fails([], new TypeError('x is not a function')));
  const { status, text } = await ask(port, '/v1/completions', '{"prompt":"a"}');
  expect([status, text]).toEqual([500, expect.not.stringContaining('function')]);
  expect(faults).toHaveLength(1);
  server.close();
  const second = await serve(fails(PIECES.slice(0, 1), new ApiRefusal('No more.')));
  const streamed = await ask(second, '/v1/completions', '{"prompt":"a","stream":true}');
  expect(streamed.status).toBe(200);
  expect(events(streamed.text).at(-1)).toMatchObject({ error: { message: 'No more.' } });
});

test('a client that goes away ends what it asked for', async () => {
  let ended: () => void = () => {};
  const gone = new Promise<void>((resolve) => (ended = resolve));
  const port = await serve({
    write: (_: Ask, heard, signal) => {
      heard(PIECES[0]!);
      return new Promise((__, reject) =>
        signal.addEventListener('abort', () => {
          ended();
          reject(new Cancelled());
        }),
      );
    },
  });
  const asked = request({
    port,
    path: '/v1/completions',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  asked.on('error', () => {});
  asked.end('{"prompt":"a","stream":true}');
  const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
  await once(response, 'data');
  asked.destroy();
  await gone;
  expect(faults).toEqual([]);
});
