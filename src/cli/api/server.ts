// HTTP for one model on this machine. It listens on the loopback address only, and answers no page of another host: a
// page's request carries the page's origin, and one that reached us under another name carries that name.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Cancelled } from '../../core/cancel.ts';
import { Chunks, Whole, type Head } from './answer.ts';
import { readAsk, type Ask } from './ask.ts';
import { ApiRefusal, errorBody } from './refusal.ts';
import type { Writer } from './writer.ts';

/** What a server needs of a writer. */
export type Writes = Pick<Writer, 'write'>;
export interface Served {
  readonly writer: Writes;
  /** As requests and answers name it. */
  readonly model: string;
  /** Hears of faults that are nobody's request. */
  readonly onFault: (error: unknown) => void;
}

export const BODY_LIMIT = 8 * 2 ** 20;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

function assertLocal({ headers }: IncomingMessage): void {
  const { host = '', origin } = headers;
  if (!LOOPBACK.test(host))
    throw new ApiRefusal(`This server is for this machine: ask it as localhost, not as '${host.slice(0, 60)}'.`, {
      status: 403,
    });
  if (origin !== undefined && !LOOPBACK.test(origin.replace(/^https?:\/\//, '')))
    throw new ApiRefusal(`Pages of '${origin.slice(0, 60)}' are not answered, only those of this machine.`, {
      status: 403,
    });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new ApiRefusal('The content type must be application/json.', { status: 415 });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT) throw new ApiRefusal(`The body is larger than ${BODY_LIMIT} bytes.`, { status: 413 });
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ApiRefusal(`The body is no JSON: ${(error as Error).message}.`);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

async function write(served: Served, ask: Ask, response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (ask.model !== null && ask.model !== served.model)
    throw new ApiRefusal(`There is no model '${ask.model.slice(0, 60)}' here; there is '${served.model}'.`, {
      status: 404,
      param: 'model',
      code: 'model_not_found',
    });
  const prefix = ask.endpoint === 'chat' ? 'chatcmpl' : 'cmpl';
  const head: Head = {
    id: `${prefix}-${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: served.model,
  };
  if (!ask.stream) {
    const whole = new Whole(ask);
    const counted = await served.writer.write(ask, (piece) => whole.hear(piece), signal);
    return send(response, 200, whole.body(head, counted));
  }
  const chunks = new Chunks(ask, head);
  // The head goes out with the first piece: what is refused before it is refused with its status.
  const tell = (list: readonly object[]) => {
    if (list.length === 0) return;
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    for (const chunk of list) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const counted = await served.writer.write(ask, (piece) => tell(chunks.of(piece)), signal);
  tell(chunks.last(counted));
  response.end('data: [DONE]\n\n');
}

const POSTS = { '/v1/chat/completions': 'chat', '/v1/completions': 'completions' } as const;

async function answer(served: Served, request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
  assertLocal(request);
  const { origin } = request.headers;
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'origin');
  }
  const path = (request.url ?? '/').split('?')[0]!;
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type, authorization',
    });
    response.end();
    return;
  }
  const list = { object: 'list', data: [{ id: served.model, object: 'model', created: 0, owned_by: 'stepscope' }] };
  if (request.method === 'GET' && path === '/v1/models') return send(response, 200, list);
  if (request.method === 'GET' && path === '/health') return send(response, 200, { status: 'ok' });
  const endpoint = Object.hasOwn(POSTS, path) ? POSTS[path as keyof typeof POSTS] : null;
  if (!endpoint || request.method !== 'POST')
    throw new ApiRefusal(
      `${request.method} ${path.slice(0, 80)} is not here; there are GET /v1/models, POST ${Object.keys(POSTS).join(', POST ')}.`,
      { status: endpoint ? 405 : 404 },
    );
  await write(served, readAsk(await bodyOf(request), endpoint), response, signal);
}

/** A fault as it is told; what is nobody's request is told without its insides. */
function told(error: unknown): ApiRefusal | null {
  if (error instanceof ApiRefusal) return error;
  const { name, message, hint } = error as Error & { readonly hint?: string };
  // Errors with a hint are written for readers.
  return hint !== undefined
    ? new ApiRefusal(`${message} ${hint}`, { status: name === 'DeviceLostError' ? 503 : 400 })
    : null;
}

/** A server that is not listening yet. A client that goes away ends what it asked for. */
export function createApi(served: Served): Server {
  return createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answer(served, request, response, gone.signal).catch((error: unknown) => {
      if (error instanceof Cancelled || response.destroyed) return;
      const known = told(error);
      if (!known) served.onFault(error);
      const { status, message, param, code } =
        known ?? new ApiRefusal('Something went wrong inside; the console says what.', { status: 500 });
      const body = errorBody(message, param, code, status);
      if (!response.headersSent) return send(response, status, body);
      // A stream that has begun can only tell.
      response.end(`data: ${JSON.stringify(body)}\n\n`);
    });
  });
}
