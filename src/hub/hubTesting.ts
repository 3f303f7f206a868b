/**
 * For tests only: a hub on this machine, with the faults of real ones. Files of `lfs` come by redirect from a second
 * host.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly host: 'hub' | 'cdn';
  readonly path: string;
  readonly range: string | null;
  readonly token: string | null;
}
/** What is done instead of a right answer. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string> }
  | { readonly cutAfter: number }
  | { readonly whole: true }
  | { readonly send: Uint8Array; readonly total?: number }
  | { readonly hang: true }
  | { readonly text: string; readonly link?: string };

export const commitOf = (text: string) => createHash('sha1').update(text).digest('hex');
export const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const noise = (n: number, seed = 1) =>
  Uint8Array.from({ length: n }, (_, i) => Math.imul(i + seed * 7919, 2654435761) >>> 24);

export class FakeHub {
  readonly asked: Asked[] = [];
  /** Files by commit, and branches; by repository. */
  readonly repos = new Map<string, { branches: Map<string, string>; commits: Map<string, Map<string, Uint8Array>> }>();
  /** The fault that a request meets, if any. */
  fault: (asked: Asked) => Fault | undefined = () => undefined;
  lie: (name: string) => string | undefined = () => undefined;
  pageSize = 1000;
  /** Fields of the cards of repositories. */
  readonly cards = new Map<string, unknown>();
  url = '';
  #cdn = '';
  readonly #servers = [this.#serve('hub'), this.#serve('cdn')] as const;

  async listen(): Promise<this> {
    const [hub, cdn] = await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<string>((resolve) =>
            server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
          ),
      ),
    );
    this.url = hub!;
    this.#cdn = cdn!;
    return this;
  }
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      ),
    );
  }
  /** Puts a commit on a branch; its hash follows from the content. */
  put(repo: string, files: Readonly<Record<string, Uint8Array | string>>, branch = 'main'): string {
    const entry = this.repos.get(repo) ?? {
      branches: new Map<string, string>(),
      commits: new Map<string, Map<string, Uint8Array>>(),
    };
    const content = new Map(
      Object.entries(files).map(([name, f]) => [name, typeof f === 'string' ? new TextEncoder().encode(f) : f]),
    );
    const commit = commitOf(repo + [...content].map(([name, f]) => name + shaOf(f)).join());
    this.repos.set(repo, entry);
    entry.branches.set(branch, commit);
    entry.commits.set(commit, content);
    return commit;
  }
  /** Bytes of files that were asked for, by range. */
  ranges(): string[] {
    return this.asked
      .filter((a) => a.range && a.path.includes('/resolve/'))
      .map((a) => `${a.path.split('/').at(-1)} ${a.range}`);
  }

  #serve(host: Asked['host']) {
    return createServer((request, response) => {
      const path = request.url!;
      const asked: Asked = {
        host,
        path,
        range: request.headers.range ?? null,
        token: request.headers.authorization ?? null,
      };
      this.asked.push(asked);
      const fault = this.fault(asked);
      if (fault && 'hang' in fault) return;
      if (fault && 'status' in fault) return void response.writeHead(fault.status, fault.headers).end('no');
      if (fault && 'text' in fault)
        return void response
          .writeHead(200, { 'content-type': 'text/html', ...(fault.link && { link: fault.link }) })
          .end(fault.text);
      this.#answer(host, new URL(path, this.url), request, response, fault);
    });
  }

  #answer(
    host: Asked['host'],
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
    fault: Fault | undefined,
  ): void {
    const json = (value: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    const refuse = (status: number, code: string) => response.writeHead(status, { 'x-error-code': code }).end();
    const revision = /^\/api\/models\/(.+)\/revision\/([^/]+)$/.exec(url.pathname);
    const tree = /^\/api\/models\/(.+)\/tree\/([^/]+)$/.exec(url.pathname);
    const file = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const [, repo, rev = '', path = ''] = revision ?? tree ?? file ?? [];
    const found = this.repos.get(repo ?? '');
    // Like the real one, it does not reveal to anonymous requests what exists.
    if (!found) return void refuse(request.headers.authorization ? 404 : 401, 'RepoNotFound');
    const commit = found.branches.get(decodeURIComponent(rev)) ?? rev;
    const files = found.commits.get(commit);
    if (!files) return void refuse(404, 'RevisionNotFound');
    if (revision)
      return void json({
        id: repo,
        sha: commit,
        siblings: [...files.keys()].map((rfilename) => ({ rfilename })),
        cardData: this.cards.get(repo!) ?? null,
      });
    if (tree) {
      const at = Number(url.searchParams.get('cursor') ?? 0);
      const all = [...files].map(([name, bytes]) => ({
        type: 'file',
        path: name,
        size: bytes.length,
        oid: 'x',
        ...(isLfs(name) && { lfs: { oid: this.lie(name) ?? shaOf(bytes), size: bytes.length, pointerSize: 130 } }),
      }));
      const next = at + this.pageSize;
      return void json(
        [{ type: 'directory', path: 'sub', size: 0, oid: 'd' }, ...all.slice(at, next)],
        next < all.length ? { link: `<${this.url}${url.pathname}?recursive=true&cursor=${next}>; rel="next"` } : {},
      );
    }
    const bytes = files.get(decodeURIComponent(path));
    if (!bytes) return void refuse(404, 'EntryNotFound');
    if (host === 'hub' && isLfs(path))
      return void response.writeHead(302, { location: `${this.#cdn}${url.pathname}` }).end();
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!range || (fault && 'whole' in fault))
      return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    const [begin, end] = [Number(range[1]), Number(range[2]) + 1];
    const body = fault && 'send' in fault ? fault.send : bytes.subarray(begin, end);
    const cut = fault && 'cutAfter' in fault ? fault.cutAfter : null;
    const total = fault && 'send' in fault ? (fault.total ?? bytes.length) : bytes.length;
    response.writeHead(206, { 'content-range': `bytes ${begin}-${end - 1}/${total}`, 'content-length': body.length });
    if (cut === null) return void response.end(body);
    response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 5));
  }
}
const isLfs = (name: string) => /\.(safetensors|gguf|bin)$/.test(name) || name.endsWith('tokenizer.json');
