import { expect, test } from '@playwright/test';
import { finished, inked, open, result, watch } from './page.ts';

test('every model of the menu runs and draws', { tag: '@full' }, async ({ page }) => {
  test.setTimeout(400_000);
  const seen = watch(page);
  await page.goto('/#model=ring8&n=16&c=euler:karras:2&budgets=2&seeds=1');
  await finished(page);
  const menu = page.getByRole('combobox', { name: /model/i }).first();
  const ids = await menu.locator('option').evaluateAll((options) => options.map((o) => (o as HTMLOptionElement).value));
  expect(ids.length).toBeGreaterThanOrEqual(10);
  for (const id of ids) {
    const image = /digits|avatars/.test(id);
    await open(
      page,
      `#model=${id}&n=${image ? 2 : 32}&c=dpmpp_2m:karras:${image ? 2 : 6}&budgets=${image ? 1 : 4}&seeds=1`,
    );
    await finished(page, 120_000);
    await expect.poll(() => inked(page, 'canvas-0'), id).toBeGreaterThan(0.001);
    expect(await result(page, 0, 'paired_median'), id).toBeGreaterThan(0);
    if (image) expect(await result(page, 0, 'nfe'), id).toBe(2);
  }
  expect(seen.errors).toEqual([]);
});

test('digits: classes are right after a few evaluations', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto('/#model=digits&n=10&c=dpmpp_2m:karras:10&budgets=1&seeds=1');
  await finished(page, 200_000);
  expect(await result(page, 0, 'accuracy')).toBeGreaterThanOrEqual(0.8);
});

test('points that the reader draws become the target, and travel in the link', async ({ page }) => {
  await page.goto('/#model=drawn&n=64&c=heun:karras:6&budgets=4&seeds=1');
  await finished(page);
  const pad = page.getByTestId('draw-pad');
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.4, { steps: 12 });
  await page.mouse.up();
  await expect(page).toHaveURL(/points=/);
  const drawn = Number(await pad.getAttribute('data-points'));
  expect(drawn).toBeGreaterThan(3);
  // The link follows the stroke; it is whole once it rests.
  let before = '';
  const rests = () => {
    const same = page.url() === before;
    before = page.url();
    return same;
  };
  await expect.poll(rests, { intervals: [500] }).toBe(true);
  await finished(page);
  await page.reload();
  await finished(page);
  expect(Number(await page.getByTestId('draw-pad').getAttribute('data-points'))).toBe(drawn);
});
