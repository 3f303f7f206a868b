import { expect, test } from '@playwright/test';
import { open } from './page.ts';

test('every sampler is ranked at one budget, and a row becomes a contender', async ({ page }) => {
  await open(page, '#model=grid4&n=64&budgets=4&seeds=1&c=heun:karras:4&c=dpmpp_sde:karras:4');
  await page.getByRole('button', { name: 'Rank all…' }).click();
  await page.getByLabel('Evaluations', { exact: true }).fill('8');
  await page.getByTestId('rank-start').click();
  const rows = page.getByTestId('ranking').locator('tbody tr');
  await expect(page.getByTestId('rank-start')).toBeVisible();
  await expect(rows).not.toHaveCount(0);
  // The first is the best, and steps are what the budget buys: Heun pays 2n − 1.
  await expect(rows.first()).toHaveAttribute('data-verdict', 'best');
  await expect(page.locator('tr[data-sampler="heun"] td').nth(3)).toHaveText('4');
  await page.locator('tr[data-sampler="ipndm"]').getByRole('button', { name: 'Add' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL(/c=ipndm:karras:8/);
  await page.getByLabel('Same evaluations for all').fill('6');
  await page.getByRole('button', { name: 'Match' }).click();
  await expect(page).toHaveURL(/c=heun:karras:3&c=dpmpp_sde:karras:3&c=ipndm:karras:6/);
});
