import { expect, test } from '@playwright/test';
import { open } from './page.ts';

test('every sampler is ranked at one budget, and a row becomes a contender', { tag: '@full' }, async ({ page }) => {
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

test('the best is searched for, fresh seeds decide, and the finalists become the comparison', async ({ page }) => {
  await open(page, '#model=grid4&n=64&budgets=4&seeds=1&c=euler:karras:6');
  await page.getByRole('button', { name: 'Find the best…' }).click();
  await page.getByLabel('Samplers').selectOption('First order');
  await page.getByTestId('search-start').click();
  await expect(page.getByTestId('search-summary')).toContainText(/better than every other|cannot be told/);
  const finalists = page.getByTestId('finalists').locator('tbody tr');
  await expect(finalists.first()).toHaveAttribute('data-verdict', 'best');
  // The reader's own contender is among them, whatever it is worth.
  await expect(finalists.filter({ hasText: 'euler:karras:6' })).toHaveCount(1);
  await page.getByRole('button', { name: 'Compare the finalists' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL(/c=euler:karras:6/);
});

test('a contender is fitted to the model, judged, compared with what there was, and can be undone', async ({
  page,
}) => {
  await open(page, '#model=grid4&n=64&budgets=4&seeds=1&c=euler:karras:6');
  await page.locator('details.params > summary').first().click();
  await page.getByRole('button', { name: 'Fit to this model…' }).click();
  await page.getByLabel('Method', { exact: true }).selectOption('gits');
  await expect(page.getByTestId('fit-cost')).toContainText('evaluations of 64 samples');
  await page.getByTestId('fit-start').click();
  await expect(page.getByTestId('fit')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(page.getByTestId('fit-verdict')).toContainText('Nearer by');
  await expect(page.getByTestId('cost-matrix')).toBeVisible();
  await page.getByTestId('fit-apply').click();
  await expect(page).toHaveURL(/c=euler:karras:6&c=euler:explicit\(20_[^&]*:fit\(gits\.grid4\.euler\.6\.0\)/);
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/c=euler:karras:6$|c=euler:karras:6&(?!c=)/);
});

test('a fit is stopped half-way and keeps its best', async ({ page }) => {
  // A fit of some seconds: a page that falls behind its news would press when it is over.
  await open(page, '#model=grid4&n=64&budgets=4&seeds=1&c=dpmpp_2m:karras:7');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.getByTestId('fit-start').click();
  await expect(page.getByTestId('chart-fit-curve')).not.toHaveAttribute('data-points', '0', { timeout: 60_000 });
  await page.getByTestId('fit-end').click();
  await expect(page.getByTestId('fit-verdict')).toContainText(/^Stopped/, { timeout: 60_000 });
});
