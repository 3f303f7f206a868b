// The pictures of the gallery, made by the page itself: opens every entry, lets it run, and keeps what came.
//   node scripts/galleryPictures.mjs [lab [id]]     needs a build (npm run build) and a Chromium
/* global document, createImageBitmap */
import { chromium } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from 'vite';
import { chromiumArgs as args, root } from './lib.mjs';
import { installBrowser } from './system.mjs';

/** In the gallery a picture is 96 CSS pixels high. */
const HEIGHT = 120;
const WIDTH = 480;
const QUALITY = 0.55;
const LONGEST_MS = 300_000;
const [onlyLab, onlyId] = process.argv.slice(2);

const server = await preview({ root, logLevel: 'error', preview: { host: '127.0.0.1', port: 4378 } });
const base = server.resolvedUrls.local[0];
const executablePath = await installBrowser();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args });
const newPage = (options) =>
  browser.newPage({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    serviceWorkers: 'block',
    ...options,
  });
const phase = (page, id, ends) =>
  page
    .locator(ends.map((end) => `[data-testid="${id}"][data-phase="${end}"]`).join(', '))
    .first()
    .waitFor({ timeout: LONGEST_MS });

/** On white: transparency would be most of the file. In dark colours the style sheet turns the pictures round. */
async function ofCanvases(page, selector = '.canvases canvas') {
  const task = /[#&](edit|distil|sequences|discrete)=/.exec(page.url())?.[1];
  const seek = /[#&]seek=/.test(page.url());
  if (task) {
    await phase(page, `${task}-view`, ['done']);
    selector = task === 'edit' ? '.edit-pictures canvas' : '.rowed-pictures canvas';
    if (task === 'sequences') return ofFilms(page);
    // Of two maps side by side the first: the law that is computed.
    if (task === 'discrete') selector = '.law-pictures canvas';
  } else if (seek) {
    await phase(page, 'seek', ['done']);
    selector = '.seek-pictures canvas';
  } else await phase(page, 'run-status', ['done']);
  // Played once after the run; the last step is what stays.
  if (!task && !seek) await page.getByRole('slider', { name: 'Step', exact: true }).press('End');
  await page.waitForTimeout(500);
  return page.evaluate(
    ({ HEIGHT, QUALITY, selector }) => {
      const gap = 6;
      const canvases = [...document.querySelectorAll(selector)]
        .filter((c) => c.dataset['testid'] !== 'draw-pad')
        .slice(0, 4);
      const out = document.createElement('canvas');
      out.height = HEIGHT;
      out.width = canvases.length * (HEIGHT + gap) - gap;
      const ctx = out.getContext('2d');
      ctx.imageSmoothingQuality = 'high';
      ctx.fillStyle = '#fff';
      ctx.fillRect(0, 0, out.width, out.height);
      for (const [i, c] of canvases.entries()) {
        const side = c.closest('.law-pictures') ? Math.min(c.width, c.height) : null;
        ctx.drawImage(c, 0, 0, side ?? c.width, side ?? c.height, i * (HEIGHT + gap), 0, HEIGHT, HEIGHT);
      }
      return out.toDataURL('image/webp', QUALITY);
    },
    { HEIGHT, QUALITY, selector },
  );
}

/** Of two rows the first video, its first eight frames. */
const ofFilms = (page) =>
  page.evaluate(
    ({ HEIGHT, WIDTH, QUALITY }) => {
      const films = [0, 1].map((i) => document.querySelector(`[data-testid="film-${i}"]`));
      const out = document.createElement('canvas');
      out.height = HEIGHT;
      out.width = WIDTH;
      const ctx = out.getContext('2d');
      ctx.imageSmoothingEnabled = false;
      ctx.fillStyle = '#fff';
      ctx.fillRect(0, 0, WIDTH, HEIGHT);
      const high = HEIGHT / 2 - 2;
      for (const [i, film] of films.entries()) {
        // Three videos are shown, one under the other.
        const line = film.height / 3 - 2;
        const wide = Math.min(film.width, (WIDTH * line) / high);
        ctx.drawImage(film, 0, 0, wide, line, 0, i * (high + 4), (wide * high) / line, high);
      }
      return out.toDataURL('image/webp', QUALITY);
    },
    { HEIGHT, WIDTH, QUALITY },
  );

/** A piece of the page as WebP. */
async function ofPage(page, element, whole = false) {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  const clip = whole
    ? box
    : { x: box.x, y: box.y, width: Math.min(box.width, WIDTH), height: Math.min(box.height, HEIGHT) };
  const png = (await page.screenshot({ clip })).toString('base64');
  return page.evaluate(
    async ({ png, scale, QUALITY }) => {
      const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const out = document.createElement('canvas');
      out.width = Math.round(bitmap.width * scale);
      out.height = Math.round(bitmap.height * scale);
      const ctx = out.getContext('2d');
      ctx.imageSmoothingQuality = 'high';
      ctx.drawImage(bitmap, 0, 0, out.width, out.height);
      return out.toDataURL('image/webp', QUALITY);
    },
    { png, scale: whole ? HEIGHT / box.height : 1, QUALITY },
  );
}

/** What a view of the kernel lab is known by. */
const shown = {
  kernels: 'main table',
  roofline: '.roofline-chart svg',
  time: 'main .bench',
  tuning: 'main table',
};

const ofLab = {
  diffusion: (page) => ofCanvases(page),
  // The first picture of each contender.
  pictures: (page) => ofCanvases(page, '.canvases figure canvas:first-child'),
  async language(page) {
    await phase(page, 'run-status', ['done']);
    return ofPage(page, page.getByTestId('text-0'));
  },
  async kernels(page) {
    await phase(page, 'kernel-lab', ['ready']);
    const measure = page.getByTestId('work-measure');
    if (await measure.isVisible()) {
      await phase(page, 'work-measure', ['done']);
    } else await page.waitForTimeout(15_000);
    await page.waitForTimeout(1000);
    const { view = 'kernels' } = Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
    return ofPage(page, page.locator(shown[view]).first(), view === 'roofline');
  },
};

for (const [lab, picture] of Object.entries(ofLab)) {
  if (onlyLab && lab !== onlyLab) continue;
  const list = await newPage();
  await list.goto(`${base}${lab === 'diffusion' ? '' : `#lab=${lab}`}`);
  await list.getByRole('button', { name: 'Gallery' }).click();
  await list.locator('.gallery a[data-testid]').first().waitFor();
  const entries = await list
    .locator('.gallery a[data-testid]')
    .evaluateAll((links) => links.map((a) => [a.dataset['testid'].replace('preset-', ''), a.getAttribute('href')]));
  await list.close();
  const folder = join(root, 'public', 'gallery', lab);
  mkdirSync(folder, { recursive: true });
  for (const [id, href] of entries) {
    if (onlyId && id !== onlyId) continue;
    const page = await newPage({});
    await page.goto(`${base}${href}`);
    const data = Buffer.from((await picture(page)).split(',')[1], 'base64');
    writeFileSync(join(folder, `${id}.webp`), data);
    console.log(`${lab}/${id}.webp  ${data.length} bytes`);
    await page.close();
  }
}
await browser.close();
server.httpServer.close();
process.exit(0);
