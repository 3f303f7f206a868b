import { expect, test } from '@playwright/test';
import { finished, inked, open, result, watch } from './page.ts';

test('a wrapper is added as a row, leaves evaluations out, travels in the link, and is undone', async ({ page }) => {
  const seen = watch(page);
  await open(page, '#model=grid4&n=64&budgets=4&seeds=1&c=euler:karras:24');
  await finished(page);
  const before = await result(page, 0, 'paired_median');
  const row = page.getByTestId('contender-0');
  await row.getByText('Less than whole evaluations').click();
  await row.getByRole('combobox', { name: /add a wrapper/ }).selectOption('taylor');
  await expect(page).toHaveURL(/c=euler:karras:24:~taylor/);
  await expect.poll(() => result(page, 0, 'nfe')).toBe(8);
  await finished(page);
  // A forecast from every third evaluation is nearer than the run of all of them.
  expect(await result(page, 0, 'paired_median')).toBeLessThan(before);
  await expect(row.getByTestId('bars')).toContainText('8 whole, 16 left out');
  await page.reload();
  await finished(page);
  expect(await result(page, 0, 'nfe')).toBe(8);
  await row.getByRole('button', { name: 'Remove TaylorSeer' }).click();
  await expect(page).toHaveURL(/c=euler:karras:24$/);
  await expect.poll(() => result(page, 0, 'nfe')).toBe(24);
  expect(seen.errors).toEqual([]);
});

test('points are edited by two methods side by side; an edit is undone, and the copied link has all of it', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto('/#model=grid4&edit=edit;grid4;n:64;m:infedit:12;m:sdedit:25');
  const view = page.getByTestId('edit-view');
  await expect(view).toHaveAttribute('data-phase', 'done');
  const rows = page.getByTestId('edit-results').locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText('24');
  await expect(rows.nth(1)).toContainText('25');
  expect(await inked(page, 'edit-0')).toBeGreaterThan(0.001);
  await page
    .getByTestId('method-1')
    .getByRole('button', { name: /remove/i })
    .click();
  await expect(view).toHaveAttribute('data-phase', 'done');
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(view).toHaveAttribute('data-phase', 'done');
  await expect(rows).toHaveCount(2);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/edit=.*infedit:12.*sdedit:25.*;fp:1\./);
  expect(seen.errors).toEqual([]);
});
