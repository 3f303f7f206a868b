import { expect, test, type Page } from '@playwright/test';
import { watch } from './page.ts';

/** The small bundled model, so that a run takes a moment on a software adapter. */
const small =
  '#lab=language&model=sotu_draft&seed=3&len=16&c=sampling[temperature(temperature=0.9)]&c=sampling[temperature(temperature=0.9),top_k(k=5)]&c=greedy';
const ran = (page: Page, timeout = 90_000) =>
  expect(page.getByTestId('run-status')).toHaveAttribute('data-phase', 'done', { timeout });
const words = (page: Page, card: number) => page.getByTestId(`text-${card}`).locator('.token').allTextContents();

test('several samplers write side by side; a token explains itself; another one makes a branch', async ({ page }) => {
  const seen = watch(page);
  await page.goto(`/${small}`);
  await ran(page);
  for (const card of [0, 1, 2]) expect((await words(page, card)).length).toBe(16);
  expect(await words(page, 0)).not.toEqual(await words(page, 2));

  const tokens = page.getByTestId('text-1').locator('.token');
  await tokens.nth(3).click();
  const inspector = page.getByTestId('inspector');
  await expect(inspector).toHaveAttribute('data-phase', 'shown');
  await expect(page.getByTestId('inspected-2')).toContainText('5 kept');
  await expect(page.getByTestId('inspected-0')).toContainText('bits');
  await expect(inspector.locator('.draw-strip')).toContainText('u = 0.');
  await expect(page.getByTestId('why')).toHaveText(/^The draw 0\.\d+ fell on ‘.+’, which held 0\.\d+–[01]\.\d+\.$/);
  // Any token, by its text: where it stands here.
  await page.getByTestId('typed').fill('people');
  await expect(inspector.locator('.typed-found button').first()).toHaveText(/^“␣?people”: rank [\d,]+, /);
  await page.getByTestId('typed').blur();
  await page.getByTestId('text-1').focus();
  await page.keyboard.press('ArrowRight');
  await expect(inspector.locator('output')).toHaveText('5 / 16');
  await expect(inspector).toHaveAttribute('data-phase', 'shown');

  const before = await words(page, 1);
  await page.getByTestId('inspected-0').locator('.candidate:not(.chosen)').first().click();
  await page.getByTestId('go-on').click();
  await expect(page.getByTestId('branch-0')).toBeVisible();
  await ran(page);
  await expect(page.getByTestId('branch-card-1')).toContainText('leaves the text at token 5 with');
  const branch = page.getByTestId('branch-text-1').locator('.token');
  await expect(branch).toHaveCount(16);
  const after = await branch.allTextContents();
  expect(after.slice(0, 4)).toEqual(before.slice(0, 4));
  expect(after[4]).not.toEqual(before[4]);
  expect(page.url()).toContain('branch=1.0.m.4.');

  // A grammar under a search, and what a guided distribution was made of.
  await page.goto(
    '/#lab=language&model=sotu_draft&seed=3&len=8&c=beam(beams=2)[grammar(text=root ::%253d " " %2528"yes" | "no"%2529)]&c=cfg(negative_prompt=Mexico)',
  );
  await page.reload();
  await ran(page);
  expect((await words(page, 0)).join('')).toMatch(/^.(yes|no)/);
  await page.getByTestId('text-0').locator('.token').first().click();
  await expect(inspector).toHaveAttribute('data-phase', 'shown');
  await expect(page.getByTestId('inspected-1')).toContainText(/^Grammar.* of 4096 tokens (is|are) allowed/);
  await expect(page.getByTestId('masked').locator('del').first()).toBeVisible();
  await page.getByTestId('text-1').locator('.token').nth(2).click();
  await expect(page.getByTestId('inspected-1')).toContainText('After the negative prompt');
  await expect(page.getByTestId('inspected-2')).toContainText('Guided, γ = 1.5');
  expect(seen.errors).toEqual([]);
});

test('a link replays the run and says so; an altered one says where it diverged', async ({ page }) => {
  await page.goto(`/${small}`);
  await ran(page);
  await page.evaluate(() => {
    navigator.clipboard.writeText = (text) => (((globalThis as { copied?: string }).copied = text), Promise.resolve());
  });
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.evaluate(() => (globalThis as { copied?: string }).copied!);
  expect(link).toContain('fp=L1.');
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced', { timeout: 90_000 });
  await expect(page.getByTestId('reproduction')).toContainText('48 tokens');
  // In the same page: its kernels are compiled.
  await page.goto(link.replace('seed=3', 'seed=4'));
  await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'diverged', { timeout: 90_000 });
});

test('a link of junk gives a run, and says what was refused', async ({ page }) => {
  await page.goto(
    '/#lab=language&model=hub:../../etc&len=0&seed=-1&c=sampling[nonsense]&c=__proto__&branch=9.9.9&past=never&what=ever',
  );
  for (const text of [
    'not a repository name',
    'from 1 to 4096',
    'from 0 to 4294967295',
    'is not a stage',
    'is not a decoding algorithm',
    'means nothing here',
  ])
    await expect(page.locator('body')).toContainText(text);
  await expect(page.getByTestId('text-0').locator('.token').first()).toBeVisible({ timeout: 90_000 });
});

test('what contradicts itself is refused in its row, and the others run', async ({ page }) => {
  await page.goto('/#lab=language&model=sotu_draft&len=6&c=sampling[mirostat_v2,top_p(p=0.5)]&c=greedy');
  await ran(page);
  await expect(page.getByTestId('card-0')).toContainText('Will not run');
  expect((await words(page, 1)).length).toBe(6);
});

test('leaving the lab in mid-stream stops the run; it goes on when the reader returns, and stopping leaves only the weights', async ({
  page,
}) => {
  await page.goto('/#lab=language&model=sotu_draft&len=400&c=sampling[temperature]&c=greedy');
  await expect(page.getByTestId('text-0').locator('.token').nth(3)).toBeVisible({ timeout: 90_000 });
  const status = page.getByTestId('run-status');
  const device = page.getByRole('button', { name: /adapter|swiftshader|processor/i });
  const dialog = page.getByRole('dialog');
  // The caches exist while it streams, so that their absence later means something.
  await device.click();
  await expect(dialog).toContainText('cache and activations');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Diffusion' }).click();
  await expect(page.getByTestId('text-0')).toBeHidden();
  await page.getByRole('button', { name: 'Language' }).click();
  // Texts appear at once; the interrupted run starts again, and ends where the reader stops it.
  await expect(status).toHaveAttribute('data-phase', 'running');
  await page.getByRole('button', { name: 'Stop' }).first().click();
  await expect(status).toHaveAttribute('data-phase', 'cancelled');
  await expect(async () => {
    await device.click();
    await expect(dialog).toContainText('target weights', { timeout: 2_000 });
    const memory = await dialog.textContent();
    await page.keyboard.press('Escape');
    expect(memory).not.toContain('cache and activations');
  }).toPass({ timeout: 20_000 });
});

test('a lost device in mid-stream: the text goes on, and is the same', async ({ page }) => {
  const long = '#lab=language&model=sotu_draft&len=60&c=sampling[temperature]';
  await page.goto(`/${long}`);
  await ran(page);
  const undisturbed = await words(page, 0);
  await page.goto('about:blank');
  await page.goto(`/${long}`);
  await expect(page.getByTestId('text-0').locator('.token').nth(5)).toBeVisible({ timeout: 90_000 });
  await page.getByRole('button', { name: /adapter|swiftshader|processor/i }).click();
  await page.getByText('Diagnostics').click();
  await page.getByRole('button', { name: 'Simulate a lost GPU' }).click();
  await expect(page.locator('body')).toContainText('The GPU was lost');
  await ran(page, 110_000);
  expect(await words(page, 0)).toEqual(undisturbed);
});

test('files that are no model: a sentence that says why, and the model in use goes on', async ({ page }) => {
  await page.goto('/#lab=language&model=sotu_draft&len=6&c=greedy');
  await ran(page);
  const before = await words(page, 0);
  await page.getByText('Your disk').click();
  const input = page.getByLabel('Model files');
  const offer = async (name: string, body: string | Buffer) =>
    input.setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(body) });
  await offer(
    'broken.gguf',
    Buffer.concat([
      Buffer.from('GGUF'),
      Buffer.from([3, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]),
    ]),
  );
  await expect(page.locator('.refusal').first()).toContainText(/GGUF|cut|version|header/i);
  await offer('model.safetensors', Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123]));
  await expect(page.locator('.refusal').first()).toContainText('config.json');
  await page.getByText('Bundled', { exact: true }).click();
  await page.getByRole('button', { name: /^Run/ }).first().click();
  await ran(page);
  expect(await words(page, 0)).toEqual(before);
});
