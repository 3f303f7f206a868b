// Pictures of the page for the README and for looking at: desktop and phone, light and dark.
//   node scripts/screenshots.mjs [folder] [#hash …]     needs a build (npm run build) and a Chromium
import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from 'vite';
import { chromiumArgs as args, root } from './lib.mjs';
import { installBrowser } from './system.mjs';

const [folder = 'docs/images', ...hashes] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await preview({ root, logLevel: 'error', preview: { host: '127.0.0.1', port: 4377 } });
const base = server.resolvedUrls.local[0];
const executablePath = await installBrowser();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args });
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
for (const [n, hash] of (hashes.length > 0
  ? hashes
  : ['', '#lab=pictures', '#lab=language', '#lab=kernels&shape=m:128,n:128,k:128,batch:1,pad:0']
).entries()) {
  const lab = /\blab=(\w+)/.exec(hash)?.[1];
  const language = lab === 'language';
  const kernels = lab === 'kernels';
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({ viewport, colorScheme, serviceWorkers: 'block' });
      page.on(
        'console',
        (m) =>
          ['error', 'warning'].includes(m.type()) &&
          !/Service Worker registration blocked/.test(m.text()) &&
          console.log(`${size} ${colorScheme}: ${m.text()}`),
      );
      await page.goto(`${base}${hash}`);
      if (kernels) {
        await page.locator('[data-testid="kernel-lab"][data-phase="ready"]').waitFor({ timeout: 60_000 });
        // The first table is measured by itself.
        await page.locator('[data-testid="work-measure"][data-phase="done"]').waitFor({ timeout: 300_000 });
      } else
        await page
          .locator('[data-testid="run-status"][data-phase="done"], [data-testid="run-status"][data-phase="failed"]')
          .waitFor({ timeout: 300_000 });
      await page.waitForTimeout(1000);
      if (language && size === 'desktop') {
        // One token explained, which is what the lab is for.
        await page.getByTestId('text-1').locator('.token').nth(7).click();
        await page.locator('[data-testid="inspector"][data-phase="shown"]').waitFor({ timeout: 60_000 });
      }
      // Charts fill after the run where the sweep starts by itself.
      if (!lab || lab === 'diffusion')
        await page.locator('[data-testid="sweep"]:not([data-phase="running"])').waitFor({ timeout: 120_000 });
      await page.waitForTimeout(1000);
      const path = join(
        folder,
        hashes.length === 0 && lab
          ? `${lab}-${size === 'desktop' ? '' : 'phone-'}${colorScheme}.png`
          : `${n || ''}${size}-${colorScheme}.png`,
      );
      await page.screenshot({ path, fullPage: process.env.FULL === '1' });
      console.log(path);
      await page.close();
    }
  }
}
await browser.close();
server.httpServer.close();
process.exit(0);
