import { expect, test } from '@playwright/test';
import { finished, open } from './page.ts';

const hash = '#model=grid4&n=64&budgets=4&seeds=1&c=euler:karras:6&c=heun:karras:4&c=dpmpp_2m:karras:6';
const outside = (id: string) => `[data-testid="${id}"]:not([data-outside="0"])`;

test('a picture opens large, is compared with another, and all show the same part', async ({ page }) => {
  await open(page, hash);
  await finished(page);
  await page.getByTestId('canvas-1').focus();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  // Zoomed once, seen in all: points are cut off in each and counted there.
  for (const id of ['canvas-0', 'canvas-1', 'canvas-2']) await expect(page.locator(outside(id))).toBeVisible();
  await expect(page.locator('.contender-canvas').first()).toContainText('out of view');
  await page.keyboard.press('0');
  await expect(page.locator(outside('canvas-0'))).toHaveCount(0);
  await page.keyboard.press('Enter');
  const large = page.getByTestId('large');
  await expect(large).toContainText('Heun');
  await large.getByText('Flip', { exact: true }).click();
  await large.getByTestId('large-canvas').click();
  await expect(large.getByTestId('large-canvas')).toHaveAttribute('aria-label', /Samples of Euler/);
  await large.getByText('Difference', { exact: true }).click();
  await expect(large.getByTestId('difference-scale')).toContainText('≥ 1');
  await large.getByTestId('difference-scale').getByRole('combobox').selectOption('10');
  await expect(large.getByTestId('difference-scale')).toContainText('≥ 0.1');
  await page.keyboard.press('Escape');
  await expect(large).toHaveCount(0);
});

test('contenders are hidden, shown alone and reordered', async ({ page }) => {
  await open(page, hash);
  await finished(page);
  const pictures = page.locator('.contender-canvas');
  await page.getByRole('button', { name: 'Contender 2: shown' }).click();
  await expect(pictures).toHaveCount(2);
  await page.getByRole('button', { name: 'Contender 1: shown' }).click({ modifiers: ['Shift'] });
  await expect(pictures).toHaveCount(1);
  await page.getByRole('button', { name: 'Contender 1: shown' }).click({ modifiers: ['Shift'] });
  await expect(pictures).toHaveCount(3);
  await page
    .getByTestId('contender-0')
    .locator('.drag-handle')
    .dragTo(page.getByTestId('contender-2'), { targetPosition: { x: 60, y: 12 } });
  await expect(page).toHaveURL(/c=heun:karras:4&c=dpmpp_2m:karras:6&c=euler:karras:6/);
});

test('charts are read by arrow keys and hold their numbers', async ({ page }) => {
  await open(page, hash);
  await finished(page);
  await expect(page.getByTestId('sweep')).toHaveAttribute('data-phase', 'done');
  const chart = page.getByTestId('chart-quality');
  await chart.locator('.chart-reader').focus();
  await page.keyboard.press('End');
  await expect(chart.locator('.chart-tip')).toContainText('NFE 7');
  await expect(chart.locator('.chart-tip')).toContainText('Heun this run, 4 steps');
  await page.keyboard.press('ArrowLeft');
  await expect(chart.locator('.chart-tip')).toContainText(/NFE 6\s*.*Euler.* this run, 6 steps/);
  await page.keyboard.press('Escape');
  await expect(chart.locator('.chart-tip')).toHaveCount(0);
  await chart.getByText('Numbers', { exact: true }).click();
  await expect(chart.locator('.numbers-box tbody tr').first()).toBeVisible();
});
