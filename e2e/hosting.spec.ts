import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { finished, watch } from './page.ts';

const small = '#model=grid4&n=32&c=euler:karras:4&budgets=4&seeds=1';
const HUB = 'https://huggingface.co';

/** Answers for every other host of the world, and counts what reaches it. */
async function world(context: BrowserContext): Promise<string[]> {
  const asked: string[] = [];
  const headers = { 'access-control-allow-origin': '*' };
  await context.route(/^https:/, (route) => {
    const url = route.request().url();
    asked.push(url);
    const to = new URL(url).searchParams.get('to');
    return to
      ? route.fulfill({ status: 302, headers: { ...headers, location: to } })
      : route.fulfill({ headers, contentType: 'text/javascript', body: 'globalThis.stranger = true;' });
  });
  await context.routeWebSocket(/^wss:/, (socket) => {
    asked.push(socket.url());
  });
  return asked;
}

/**
 * What came of fetching each address: a status, that the policy refused it, or that it failed on the way. Runs in the
 * page or in a worker.
 */
const fetchAll = async (urls: readonly string[]) => {
  const results: string[] = [];
  for (const url of urls) {
    let refused = false;
    const listen = () => {
      refused = true;
    };
    self.addEventListener('securitypolicyviolation', listen);
    const came = await fetch(url).then(
      (r) => `${r.status}`,
      () => 'failed',
    );
    // The event is a task of its own, and may come after the fetch has failed.
    await new Promise((resolve) => setTimeout(resolve, 50));
    self.removeEventListener('securitypolicyviolation', listen);
    results.push(refused ? 'refused' : came);
  }
  return results;
};
const stranger = 'https://example.com/x.js';
const hosts = [
  stranger,
  'https://evilhuggingface.co/',
  'https://hf.co.example.com/',
  `${HUB}/api/models/a/b`,
  'https://us.aws.cdn.hf.co/weights',
  `${HUB}/redirect?to=https://cas-bridge.xethub.hf.co/weights`,
  `${HUB}/redirect?to=${stranger}`,
];

async function workerOf(page: Page, name: RegExp) {
  await expect.poll(() => page.workers().some((w) => name.test(w.url()))).toBe(true);
  return page.workers().find((w) => name.test(w.url()))!;
}

test('the page reaches its own host alone; its workers that and the hub, on every way out', async ({
  page,
  context,
}) => {
  await page.goto(`/${small}`);
  await finished(page);
  const asked = await world(context);
  expect(await page.evaluate(fetchAll, hosts)).toEqual(hosts.map(() => 'refused'));
  expect(await page.evaluate(fetchAll, ['./icon.svg'])).toEqual(['200']);
  expect(asked).toEqual([]);

  const worker = await workerOf(page, /diffusionWorker/);
  expect(await worker.evaluate(fetchAll, hosts)).toEqual([
    ...['refused', 'refused', 'refused'],
    ...['200', '200'],
    // Playwright answers no request that follows a redirect: what is allowed goes to the network, if there is one.
    expect.stringMatching(/^(failed|\d+)$/),
    'refused',
  ]);
  expect(asked).toEqual([hosts[3], hosts[4], hosts[5], hosts[6]]);
  asked.length = 0;

  const others = await worker.evaluate(async (url) => {
    const failed = (make: () => EventTarget) =>
      new Promise<string>((resolve) => {
        try {
          const target = make();
          target.addEventListener('error', () => resolve('refused'));
          target.addEventListener('open', () => resolve('open'));
        } catch (error) {
          resolve(error instanceof DOMException ? error.name : 'refused');
        }
      });
    const request = () => {
      const xhr = new XMLHttpRequest();
      xhr.addEventListener('load', () => xhr.dispatchEvent(new Event('open')));
      xhr.open('GET', url);
      xhr.send();
      return xhr;
    };
    return {
      xhr: await failed(request),
      events: await failed(() => new EventSource(url)),
      socket: await failed(() => new WebSocket(url.replace('https', 'wss'))),
      module: await import(/* @vite-ignore */ url).then(
        () => 'loaded',
        () => 'refused',
      ),
      code: await import(/* @vite-ignore */ `data:text/javascript,globalThis.stranger=${1}`).then(
        () => 'loaded',
        () => 'refused',
      ),
      worker: await failed(() => new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))),
      ran: 'stranger' in globalThis,
    };
  }, stranger);
  expect(others).toEqual({
    xhr: 'refused',
    events: 'refused',
    socket: 'refused',
    module: 'refused',
    code: 'refused',
    worker: 'refused',
    ran: false,
  });
  expect(asked).toEqual([]);
});

for (const [lab, link, ready] of [
  ['diffusion', small, 'diffusionWorker'],
  ['language', '#lab=language&n=1&len=4&c=greedy', 'languageWorker'],
  ['kernels', '#lab=kernels&family=softmax&shape=rows:16,cols:64,pad:0', 'kernelsWorker'],
] as const)
  test(`the ${lab} lab runs in cross-origin isolation, page and worker`, async ({ page }) => {
    const seen = watch(page);
    await page.goto(`/${link}`);
    if (lab === 'kernels')
      await expect(page.getByTestId('kernel-lab')).toHaveAttribute('data-phase', 'ready', { timeout: 60_000 });
    else await finished(page, 90_000);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const worker = await workerOf(page, new RegExp(ready));
    expect(await worker.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(seen.errors).toEqual([]);
  });

test('what the service worker kept is sent with the same headers', async ({ page, context }) => {
  await page.goto(`/${small}`);
  await finished(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  await finished(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await context.setOffline(false);
  const asked = await world(context);
  const worker = await workerOf(page, /diffusionWorker/);
  expect(await worker.evaluate(fetchAll, [stranger])).toEqual(['refused']);
  expect(asked).toEqual([]);
});
