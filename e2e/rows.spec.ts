import { expect, test } from '@playwright/test';
import { inked, watch } from './page.ts';

test('particles are moved by two methods and a window; a stop keeps what there is, and the copied link has all of it', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto('/#distil=grid4;n:32;steps:100;m:sds:optimiser=adam;m:sds:optimiser=adam:window=7;m:dream');
  const view = page.getByTestId('distil-view');
  await expect(view).toHaveAttribute('data-phase', 'done');
  await expect(page.getByText(/there is no such method/)).toBeVisible();
  const rows = page.getByTestId('distil-results').locator('tbody tr');
  await expect(rows).toHaveCount(2);
  const depth = async (row: number) => Number(await rows.nth(row).locator('td').nth(-2).innerText());
  expect(await depth(0)).toBe(100);
  expect(await depth(1)).toBeLessThan(50);
  expect(await inked(page, 'distil-1')).toBeGreaterThan(0.001);
  await page.getByRole('slider', { name: 'Step that is shown' }).fill('0');
  await expect(page.getByText('step 0, 0 evaluations').first()).toBeVisible();
  // Long enough to be stopped on the way.
  await page
    .getByTestId('method-1')
    .getByRole('button', { name: /remove/i })
    .click();
  await expect(view).toHaveAttribute('data-phase', 'done');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(view).toHaveAttribute('data-phase', 'done');
  await expect(rows).toHaveCount(2);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/distil=.*window=7.*;fp:1\./);
  await page.goto('/#distil=grid4;n:512;steps:5000;m:vsd');
  await expect(page.getByText(/step 8\d,/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(view).toHaveAttribute('data-phase', 'cancelled');
  await expect(page.getByText('Stopped. What was there stays.')).toBeVisible();
  await expect(rows).toHaveCount(1);
  expect(seen.errors).toEqual([]);
});

test('films are made frame by frame, with curves of what is forgotten and what adds up; a row is added and undone', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto('/#sequences=scene;frames:8;n:4;m:euler:w=1;m:euler:w=7');
  const view = page.getByTestId('sequences-view');
  await expect(view).toHaveAttribute('data-phase', 'done');
  const rows = page.getByTestId('sequences-results').locator('tbody tr');
  await expect(rows).toHaveCount(2);
  const forgotten = async (row: number) => Number(await rows.nth(row).locator('td').nth(1).innerText());
  expect(await forgotten(0)).toBeGreaterThan(0.5);
  expect(await forgotten(1)).toBe(0);
  expect(await inked(page, 'film-truth')).toBeGreaterThan(0.1);
  expect(await inked(page, 'film-1')).toBeGreaterThan(0.1);
  await expect(page.getByRole('combobox', { name: 'Trade that is shown' })).toBeVisible();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(view).toHaveAttribute('data-phase', 'done');
  await expect(rows).toHaveCount(3);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(view).toHaveAttribute('data-phase', 'done');
  await expect(rows).toHaveCount(2);
  await page.goto('/#sequences=moving;frames:4;n:2;m:dpmpp_2m:w=2:steps=6');
  await expect(rows).toHaveCount(1);
  await expect(view).toHaveAttribute('data-phase', 'done');
  await expect(page.getByTestId('sequences-results')).toContainText('straight on');
  // Tokens of a known law: masks, whose error is known, and what was learned, step by step.
  await page.goto('/#discrete=ring;process:absorbing;m:tweedie:steps=4;m:lsd:steps=2');
  const discrete = page.getByTestId('discrete-view');
  await expect(discrete).toHaveAttribute('data-phase', 'done');
  const error = async (row: number) =>
    Number(await page.getByTestId('discrete-results').locator('tbody tr').nth(row).locator('td').first().innerText());
  expect((await error(1)) / (await error(0))).toBeCloseTo(2, 1);
  expect(await inked(page, 'law-1')).toBeGreaterThan(0.1);
  await page.getByRole('slider', { name: 'Step that is shown' }).fill('0');
  await expect(page.getByText(/^step 0, time 1/).first()).toBeVisible();
  await page.getByTestId('course-1').locator('summary').click();
  await expect(page.getByTestId('course-1').locator('tbody tr')).toHaveCount(2);
  expect(seen.errors).toEqual([]);
});
