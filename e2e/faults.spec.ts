import { expect, test } from '@playwright/test';
import { finished, open, result, watch } from './page.ts';

test('a bad link gives a valid experiment and the list of what was refused', async ({ page }) => {
  const seen = watch(page);
  await page.goto(
    '/#model=nonsense&n=-5&seed=<script>alert(1)</script>&c=euler:karras:0&c=wrong&c=heun:karras:4&zzz=1&budgets=4&seeds=1',
  );
  const notice = page.getByTestId('notice').filter({ hasText: 'nonsense' });
  await expect(notice).toBeVisible();
  for (const text of ['-5', 'wrong', 'zzz', '<script>']) await expect(notice).toContainText(text);
  await finished(page);
  expect(await result(page, 1, 'nfe')).toBe(7);
  expect(seen.errors).toEqual([]);
});

test('corrupt weights: a sentence, the experiment kept, other models work', async ({ browser }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  let corrupt = true;
  await page.route('**/models/digits/*.safetensors', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    if (corrupt) body[body.length - 100]! ^= 1;
    await route.fulfill({ response, body });
  });
  await page.goto('/#model=digits&n=2&c=euler:karras:2&budgets=1&seeds=1');
  const notice = page.getByTestId('notice').filter({ hasText: /corrupt/i });
  await expect(notice).toContainText(/sha256/);
  await expect(page).toHaveURL(/model=digits/);
  await open(page, '#model=ring8&n=32&c=euler:karras:4&budgets=4&seeds=1');
  await finished(page);
  corrupt = false;
  await open(page, '#model=digits&n=2&c=euler:karras:2&budgets=1&seeds=1');
  await finished(page, 90_000);
  await context.close();
});

test('missing weights are named', async ({ browser }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.route('**/models/avatars/**', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await page.goto('/#model=avatars&n=1&c=euler:karras:1&budgets=1&seeds=1');
  await expect(page.getByTestId('notice').filter({ hasText: '404' })).toBeVisible();
  await context.close();
});

test('a device that is lost in the middle of a run: the run goes on by itself on the next one', async ({ page }) => {
  const hash = '#model=moons&n=512&seed=2&c=heun:karras:300&budgets=4&seeds=1';
  await page.goto(`/${hash}`);
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-phase', 'running');
  await page.getByTestId('device').click();
  await page.getByText('Diagnostics').click();
  await page.getByRole('button', { name: 'Simulate a lost GPU' }).click();
  await expect(page.getByTestId('notice').filter({ hasText: /is back/i })).toBeVisible();
  await finished(page, 100_000);
  expect(await result(page, 0, 'nfe')).toBe(599);
  expect(await result(page, 0, 'paired_median')).toBeLessThan(0.01);
});

test('a lost device is replaced and the run repeated, with the same result', async ({ page }) => {
  await page.goto('/#model=grid4&n=64&seed=2&c=euler:karras:6&budgets=4&seeds=1');
  await finished(page);
  const before = await result(page, 0, 'paired_median');
  await page.getByTestId('device').click();
  await page.getByText('Diagnostics').click();
  await page.getByRole('button', { name: 'Simulate a lost GPU' }).click();
  await expect(page.getByTestId('device')).toHaveAttribute('data-phase', /recovered|ready/);
  await expect(page.getByTestId('notice').filter({ hasText: /is back|recovered/i })).toBeVisible();
  await finished(page);
  expect(await result(page, 0, 'paired_median')).toBe(before);
});
