// npm run measure -- start [--repeats=3]: how long a reader waits for the first picture and the first token, in
// headless Chromium on its software adapter. Cold: an empty profile. Warm: the same profile again (service worker, HTTP
// cache, the driver's own caches). Needs a build.
/* global navigator -- in a function that the page runs */
import { chromium } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from 'vite';
import { chromiumArgs, root } from './lib.mjs';
import { installBrowser } from './system.mjs';

const starts = [
  { title: 'diffusion, ring8', hash: '', mark: 'first picture' },
  { title: 'diffusion, digits', hash: '#model=digits', mark: 'first picture' },
  { title: 'diffusion, avatars', hash: '#model=avatars', mark: 'first picture' },
  { title: 'language, sotu', hash: '#lab=language', mark: 'first token' },
  { title: 'language, countdown', hash: '#lab=language&model=countdown', mark: 'first token' },
];
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

export async function measureStart(repeats) {
  const server = await preview({ root, logLevel: 'error', preview: { host: '127.0.0.1', port: 4378 } });
  const base = server.resolvedUrls.local[0];
  const executablePath = await installBrowser();
  const rows = [];
  for (const { title, hash, mark } of starts) {
    const times = { cold: [], warm: [] };
    for (let i = 0; i < repeats; i++) {
      const profile = mkdtempSync(join(tmpdir(), 'stepscope-start-'));
      const context = await chromium.launchPersistentContext(profile, {
        ...(executablePath && { executablePath }),
        args: chromiumArgs,
        viewport: { width: 1440, height: 900 },
      });
      for (const state of ['cold', 'warm']) {
        const page = await context.newPage();
        await page.goto(base + hash);
        await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, mark, { timeout: 180_000 });
        times[state].push(await page.evaluate((name) => performance.getEntriesByName(name)[0].startTime, mark));
        // The service worker keeps the page in the background: a warm start has it.
        if (state === 'cold') await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
        await page.waitForTimeout(1500);
        await page.close();
      }
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    }
    const range = (list) =>
      `${(median(list) / 1000).toFixed(2)} s (${list
        .map((v) => (v / 1000).toFixed(2))
        .sort()
        .join(', ')})`;
    rows.push(`| ${title} | ${mark} | ${range(times.cold)} | ${range(times.warm)} |`);
    console.log(rows.at(-1));
  }
  server.httpServer.close();
  return rows;
}

const repeats = Number(/--repeats=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 3);
console.log('| lab, model | until | cold | warm |\n|---|---|---|---|');
await measureStart(repeats);
process.exit(0);
