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
  // Parts of a network's passes, from a link: what they cost has columns of its own.
  await page.goto('about:blank');
  await page.goto('/#model=digits&n=4&budgets=2&seeds=1&c=euler:karras:3&c=euler:karras:3:~exit(depths=2,head=own)');
  await expect.poll(() => result(page, 1, 'work'), { timeout: 60_000 }).toBeGreaterThan(1);
  expect(await result(page, 1, 'work')).toBeLessThan(await result(page, 1, 'nfe'));
  expect(await result(page, 0, 'work')).toBe(await result(page, 0, 'nfe'));
  await expect(page.getByTestId('contender-1').getByTestId('bars')).toBeVisible();
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
  // A link that is copied while the undone method runs again has no record yet.
  await expect(async () => {
    await page.getByRole('button', { name: 'Copy link' }).click();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toMatch(/edit=.*infedit:12.*sdedit:25.*;fp:1\./);
  }).toPass();
  expect(seen.errors).toEqual([]);
});

test('noises are searched beside a longer run, stopped with the best kept, and the link has the setup', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto('/#model=grid4&n=64&budgets=4&seeds=1&c=euler:karras:4');
  await finished(page);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.getByRole('button', { name: 'Noise', exact: true }).click();
  const view = page.getByTestId('seek');
  await expect(view).toHaveAttribute('data-phase', 'done', { timeout: 120_000 });
  // It begins with the contender that one came from.
  await expect(page).toHaveURL(/seek=grid4;c:euler:karras:4;b:4\.8\.16\.32\.64$/);
  // The search that any link of its own describes: two lines, two budgets.
  await page.goto('about:blank');
  await page.goto('/#model=grid4&seek=grid4;n:64;seeds:2;c:euler:karras:10;b:10.40;m:random;m:rbf(starts=2);junk');
  await expect(view).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(page.getByText("'junk' means nothing here")).toBeVisible();
  const rows = page.getByTestId('seek-results').locator('tbody tr');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(2)).toContainText('Random (best of n)');
  const cells = await rows.nth(2).locator('td').allTextContents();
  expect(cells.slice(-4, -1)).toEqual(['40', '10', '4']);
  await expect(page.getByTestId('seek-bars')).toContainText('Rollover budget forcing');
  expect(Number(await page.getByTestId('chart-seek-score').getAttribute('data-points'))).toBe(6);
  expect(Number(await page.getByTestId('chart-seek-second').getAttribute('data-points'))).toBe(6);
  expect(await inked(page, 'seek-1')).toBeGreaterThan(0.001);
  // An edit is run by itself, and undone.
  await page
    .getByTestId('search-0')
    .getByRole('button', { name: /remove/i })
    .click();
  await expect(rows).toHaveCount(3);
  await expect(view).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/m:random;m:rbf/);
  await expect(rows).toHaveCount(4);
  // A long one waits to be asked, and gives what it has when it is stopped.
  await page.goto('about:blank');
  await page.goto('/#model=grid4&seek=grid4;n:4096;c:euler:karras:100;b:2000;m:random');
  await expect(page.getByTestId('seek-start')).toBeVisible();
  await page.getByTestId('seek-start').click();
  await expect(page.getByRole('status').filter({ hasText: 'Random (best of n)' })).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('seek-end').click();
  await expect(page.getByTestId('seek-stopped')).toContainText('of 2000 evaluations', { timeout: 60_000 });
  expect(await inked(page, 'seek-1')).toBeGreaterThan(0.001);
  const saved = page.waitForEvent('download');
  await page.getByLabel('Export').selectOption('seek-csv');
  expect((await saved).suggestedFilename()).toBe('stepscope-noise-search-grid4.csv');
  expect(seen.errors).toEqual([]);
});
