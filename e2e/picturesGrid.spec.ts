import { expect, test, type Page } from '@playwright/test';
import { inked, open, watch } from './page.ts';

const bar = (page: Page) => page.getByTestId('grid-run');
const ended = async (page: Page, cells: number) => {
  await expect(bar(page)).toHaveAttribute('data-phase', 'done', { timeout: 120_000 });
  await expect(bar(page)).toHaveAttribute('data-done', String(cells));
  await expect(bar(page)).toHaveAttribute('data-failed', '0');
};
const SMALL = '#lab=pictures&n=1&ref=4&c=euler:karras:2:w=1&axis=prompt~red hair, smile||blue hair&axis=steps~1, 2';

test('prompts cross numbers of steps: pictures, numbers, a cell as an experiment and back, kept over a reload', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const { errors } = watch(page);
  await open(page, SMALL);
  await expect(page.getByLabel('Axis 1: values of Prompt, one a line')).toHaveValue('red hair, smile\nblue hair');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await ended(page, 4);
  for (const board of ['grid-pictures', 'grid-heat']) {
    await page
      .locator(`[data-testid="${board}"] canvas`)
      .evaluate((c, id) => c.setAttribute('data-testid', id), `${board}-canvas`);
    expect(await inked(page, `${board}-canvas`)).toBeGreaterThan(0.1);
  }
  await expect(page.getByTestId('grid-lines')).toHaveAttribute('data-points', '4');

  await page.getByTestId('grid-heat').focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  const reading = page.getByTestId('grid-reading');
  await expect(reading).toContainText('Prompt blue hair, Steps 2');
  await expect(reading).toContainText(/Error [\d.]+.*; 2 evaluations/);
  // The base's own cell is at no distance from itself, and time is a metric of this device.
  await page.getByLabel('Metric of the grid').selectOption('baseline');
  await page.getByTestId('grid-heat').focus();
  for (const key of ['ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  await expect(reading).toContainText('Distance to the contender on the left 0;');
  await page.getByLabel('Metric of the grid').selectOption('ms');
  await expect(page.getByTestId('grid-lines')).toHaveAttribute('data-points', '4');

  await page.getByTestId('grid-heat').focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
  await expect(page.getByTestId('cell-bar')).toContainText('Prompt blue hair, Steps 1');
  await expect(page).toHaveURL(/prompt=blue\+hair&.*c=euler:karras:1:w=1$/);
  await page.getByRole('button', { name: 'Back to the grid' }).click();
  await ended(page, 4);
  await page.reload();
  await ended(page, 4);
  await expect(bar(page)).toContainText('all there');

  // A line more is a prompt more: the cells that are there stay, and what was typed is undone by keys.
  const prompts = page.getByLabel('Axis 1: values of Prompt, one a line');
  await prompts.press('Control+End');
  await prompts.pressSequentially('\ngrey hair');
  await expect(bar(page)).toContainText('6 cells');
  await prompts.press('Control+z');
  await expect(prompts).toHaveValue('red hair, smile\nblue hair');
  await ended(page, 4);
  expect(errors).toEqual([]);
});

test(
  'Find the best: settings meet on two seeds, finalists on fresh ones, and the comparison is made of them',
  { tag: '@full' },
  async ({ page }) => {
    test.setTimeout(240_000);
    const { errors } = watch(page);
    await open(page, '#lab=pictures&n=1&ref=2&c=euler:karras:1:w=1');
    await page.getByRole('button', { name: 'Find the best…' }).click();
    const panel = page.getByRole('dialog', { name: 'Find the best at a budget' });
    await expect(panel.getByRole('spinbutton', { name: 'Evaluations' })).toHaveValue('1');
    await panel.getByRole('combobox', { name: 'Samplers' }).selectOption('First order');
    await panel.getByLabel('Runs at most').fill('1');
    await expect(panel).toContainText('these come first, whatever the limit');
    await panel.getByTestId('best-start').click();
    // At one step all of them are the same: nobody wins.
    await expect(panel.getByTestId('search-summary')).toContainText(/cannot be told from the best/, {
      timeout: 200_000,
    });
    await panel.getByRole('button', { name: 'Compare the finalists' }).click();
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect(page.getByTestId('contender-1')).toBeVisible();
    expect(errors).toEqual([]);
  },
);
