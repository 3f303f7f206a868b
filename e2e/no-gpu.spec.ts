import { expect, test } from '@playwright/test';
import { finished, result } from './page.ts';

test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      args: [
        '--disable-features=WebGPU',
        '--disable-blink-features=WebGPU',
        '--disable-gpu',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    }),
});

test('without WebGPU the page says so and computes on the processor', async ({ page }) => {
  await page.goto('/#model=ring8&n=64&c=euler:karras:6&budgets=4&seeds=1');
  await expect(page.getByTestId('notice').filter({ hasText: /WebGPU/ })).toContainText(/processor/i);
  await expect(page.getByTestId('device')).toHaveAttribute('data-backend', 'cpu');
  await finished(page);
  expect(await result(page, 0, 'paired_median')).toBeGreaterThan(0);
});

test('without WebGPU the kernel lab says that there is nothing to measure, and what to do', async ({ page }) => {
  await page.goto('/#lab=kernels');
  await expect(page.getByTestId('notice')).toContainText(
    /Nothing can be measured here without WebGPU: open the page in a browser/,
  );
  await expect(page.getByTestId('work-measure').getByRole('button')).toBeDisabled();
  for (const view of ['Roofline', 'Where the time goes', 'Tuning', 'Verify on my GPU']) {
    await page.getByRole('button', { name: view }).first().click();
    await expect(page.locator('.work button').first()).toBeDisabled();
  }
});
