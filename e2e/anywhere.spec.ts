import { expect, test } from '@playwright/test';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { finished, inked, result, watch } from './page.ts';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
const prefix = '/some/deep/path/';
let server: Server;
let origin: string;

/** The build as any static host would serve it, under a path that it does not know in advance. */
test.beforeAll(async () => {
  server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://x').pathname;
    const file = join('dist', normalize(path.slice(prefix.length) || 'index.html'));
    if (!path.startsWith(prefix) || !existsSync(file) || statSync(file).isDirectory())
      return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
test.afterAll(() => void server.close());

test('works from a deep path, and offline after the first load', async ({ page, context }) => {
  const seen = watch(page);
  const small = '#model=grid4&n=32&c=euler:karras:4&budgets=4&seeds=1';
  // The page rests for 20 s before it asks for the weights: here every wait is a second at most.
  await page.addInitScript(() => {
    const wait = window.setTimeout;
    const sooner = (work: TimerHandler, ms?: number, ...rest: unknown[]) =>
      wait(work, Math.min(ms ?? 0, 1000), ...rest);
    window.setTimeout = sooner as typeof setTimeout;
  });
  await page.goto(`${origin}${prefix}${small}`);
  await finished(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect
    .poll(
      () =>
        page.evaluate(async () => {
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            if (
              (await cache.match('models/digits/weights.safetensors')) &&
              (await cache.match('models/digits-features/weights.safetensors'))
            )
              return true;
          }
          return false;
        }),
      { message: 'weights are kept for offline use' },
    )
    .toBe(true);
  expect(seen.errors).toEqual([]);
  await context.setOffline(true);
  await page.reload();
  await finished(page);
  expect(await inked(page, 'canvas-0')).toBeGreaterThan(0.001);
  // A model that was never opened: its weights come from what the service worker kept.
  await page.goto('about:blank');
  await page.goto(`${origin}${prefix}#model=digits&n=1&c=euler:karras:2&budgets=1&seeds=1`);
  await finished(page, 120_000);
  expect(await result(page, 0, 'nfe')).toBe(2);
  expect(await inked(page, 'canvas-0')).toBeGreaterThan(0.01);
});

test('a damaged copy in the cache is replaced by the host’s', async ({ page }) => {
  const hash = '#model=digits&n=1&c=euler:karras:1&budgets=1&seeds=1';
  await page.goto(`${origin}${prefix}#model=grid4&n=16&c=euler:karras:2&budgets=2&seeds=1`);
  await finished(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]!);
    await cache.put('models/digits/weights.safetensors', new Response(new Uint8Array(1000)));
  });
  await page.goto('about:blank');
  await page.goto(`${origin}${prefix}${hash}`);
  await finished(page, 120_000);
  expect(await result(page, 0, 'nfe')).toBe(1);
});
