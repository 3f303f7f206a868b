import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { open } from './page.ts';

test('the flow is followed when the reader asks, and its values join the results and the files', async ({ page }) => {
  await open(page, '#model=grid4&n=64&budgets=4&seeds=1&c=euler:karras:4&c=heun:karras:8&c=euler:karras:4:apg');
  const results = page.getByRole('region', { name: 'Results table' });
  await expect(results.locator('[data-column="log_likelihood"]')).toHaveCount(0);
  await page.getByRole('button', { name: 'Log-likelihood…' }).click();
  await page.getByRole('spinbutton', { name: 'Steps' }).fill('24');
  await page.getByRole('spinbutton', { name: 'Steps' }).press('Enter');
  const rows = page.getByTestId('likelihoods').locator('tbody tr');
  await expect(rows.last()).toContainText('The target');
  await expect(rows).toHaveCount(3);
  // Beside the closed form: log p of the samples as they are, on both sides.
  const cells = await rows.last().locator('td').allTextContents();
  const [flow, exact] = [cells[0]!, cells[1]!].map((text) => parseFloat(text.replace('−', '-')));
  expect(Math.abs(flow! - exact!)).toBeLessThan(0.02);
  await expect(page.getByTestId('likelihood-left-out')).toContainText('its guidance, APG, looks at the step it is in');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(results.locator('[data-column="log_likelihood"]')).toHaveCount(3);
  await expect(results.locator('[data-column="log_likelihood"]').first()).toContainText('±');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('combobox', { name: 'Export' }).selectOption('csv'),
  ]);
  expect(readFileSync((await file.path())!, 'utf8')).toContain(',log_likelihood,');
});
