import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { finished, inked, open, watch } from './page.ts';

const bar = (page: Page) => page.getByTestId('grid-run');
const ended = async (page: Page, cells: number) => {
  await expect(bar(page)).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(bar(page)).toHaveAttribute('data-done', String(cells));
};
/** The canvas of a board, told apart by a test id of its own. */
const drawn = async (page: Page, board: string) => {
  await page
    .locator(`[data-testid="${board}"] canvas`)
    .evaluate((c, id) => c.setAttribute('data-testid', id), `${board}-canvas`);
  return inked(page, `${board}-canvas`);
};
const SMALL = '#model=grid4&n=64&axis=sampler~euler,heun&axis=nfe~4,6,8&axis=seed~0,1';

test('a grid is run, read, opened cell by cell, kept over a reload, stopped and gone on with', async ({ page }) => {
  const { errors } = watch(page);
  await open(page, SMALL);
  await ended(page, 12);
  expect(await drawn(page, 'grid-heat')).toBeGreaterThan(0.2);
  expect(await drawn(page, 'grid-pictures')).toBeGreaterThan(0.01);
  await expect(page.getByTestId('grid-lines')).toHaveAttribute('data-points', '6');
  await expect(page.getByTestId('grid-verdict')).toContainText('Fewer than 4 repeats');

  // Read by keys: to the second row, third column.
  await page.getByTestId('grid-heat').focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  const reading = page.getByTestId('grid-reading');
  await expect(reading).toContainText('Sampler heun, Evaluations 8');
  await expect(reading).toContainText(/Paired endpoint error [\d.]+ ± [\d.]+ data units, mean of 2/);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('cell-bar')).toContainText('Sampler heun, Evaluations 8, Seed 0');
  await finished(page);
  await expect(page).toHaveURL(/c=heun:karras:4$/); // seven evaluations are what eight buy
  await page.getByRole('button', { name: 'Back to the grid' }).click();
  await expect(page).toHaveURL(/axis=sampler~euler/);
  await ended(page, 12);

  await page.reload();
  await ended(page, 12);
  await expect(bar(page)).toContainText('all there');

  // What is typed into an axis is undone by the keys that undo everything else.
  await page.getByLabel('Axis 2: values of Evaluations').fill('4');
  await ended(page, 4);
  await page.keyboard.press('Control+z');
  await expect(page.getByLabel('Axis 2: values of Evaluations')).toHaveValue('4,6,8');
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(page.getByLabel('Axis 2: values of Evaluations')).toHaveValue('4');
  await page.getByRole('button', { name: 'Undo' }).click();
  await ended(page, 12);

  // A longer grid takes over what it shares; stopped, it keeps what is there, also over a reload.
  await page.getByLabel('Axis 2: values of Evaluations').fill('4, 6, .., 60');
  await page.getByLabel('Axis 3: values of Seed').fill('0, 1, .., 9');
  await expect(bar(page)).toHaveAttribute('data-phase', 'running');
  await expect(bar(page)).toContainText('of 580 cells');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(bar(page)).toHaveAttribute('data-phase', 'cancelled');
  const there = Number(await bar(page).getAttribute('data-done'));
  expect(there).toBeGreaterThanOrEqual(12);
  expect(there).toBeLessThan(580);
  // At once: that it was stopped is known all the same; cells of the last moment, not yet written down, are run again.
  await page.reload();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeEnabled();
  const kept = Number(await bar(page).getAttribute('data-done'));
  expect(kept).toBeGreaterThanOrEqual(12);
  expect(kept).toBeLessThanOrEqual(there);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(async () => Number(await bar(page).getAttribute('data-done'))).toBeGreaterThan(there);
  expect(errors).toEqual([]);
});

test('what cannot be read or run is a sentence at its place, a failing cell ends no other, and results come back from a file', async ({
  page,
}) => {
  await open(page, SMALL.replace('euler,heun', 'euler,nobody'));
  await ended(page, 12);
  await expect(bar(page)).toHaveAttribute('data-failed', '6');
  await expect(page.getByTestId('grid-unmakeable')).toContainText('6 of 12 cells cannot be made');
  await page.getByTestId('grid-pictures').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('grid-reading')).toContainText("failed: Sampler 'nobody'");

  const download = page.waitForEvent('download');
  await page.getByLabel('Export').selectOption('grid-json');
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text).toMatch(/^\{"head":\{"format":"stepscope-grid","version":1,"link":"model=grid4&n=64&c=euler:karras:12"/);

  const values = page.getByLabel('Axis 2: values of Evaluations');
  await values.fill('4, 8, ..*, 30');
  await expect(page.getByTestId('axis-1')).toContainText('misses 30');
  await values.fill('1, 2, .., 1000');
  await page.getByLabel('Axis 3: values of Seed').fill('0, 1, .., 999');
  await expect(page.getByRole('alert')).toContainText('2,000,000 cells; at most 10,000 are run');
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();

  // Dropped on another experiment, the results are there again, without being computed.
  await open(page, '#model=spiral&n=64&budgets=4&seeds=1&c=euler:karras:4');
  await finished(page);
  await page.evaluate((json) => {
    const data = new DataTransfer();
    data.items.add(new File([json], 'results.json', { type: 'application/json' }));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, text);
  await expect(page).toHaveURL(/axis=sampler~euler,%20nobody/);
  await ended(page, 12);
  await expect(page.getByTestId('grid-lines')).toHaveAttribute('data-points', '3');
});

test('a lost device is replaced and the grid goes on with the cell in hand', async ({ page }) => {
  await open(page, '#model=grid4&n=64&axis=sampler~euler,heun,dpmpp_2m&axis=nfe~4,6,..,40&axis=seed~0,1,..,9');
  await expect.poll(async () => Number(await bar(page).getAttribute('data-done'))).toBeGreaterThan(5);
  await page.getByTestId('device').click();
  await page.getByText('Diagnostics').click();
  await page.getByRole('button', { name: 'Simulate a lost GPU' }).click();
  await expect(bar(page)).toHaveAttribute('data-phase', 'running');
  await expect(page.getByTestId('notice').filter({ hasText: /is back/i })).toBeVisible();
  await ended(page, 570);
  await expect(bar(page)).toHaveAttribute('data-failed', '0');
});
