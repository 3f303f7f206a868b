import { expect, test, type Locator, type Page } from '@playwright/test';
import { finished, watch } from './page.ts';

const four = '#model=grid4&n=32&budgets=2&seeds=1&c=euler:karras:4&c=heun:karras:4&c=ipndm:karras:4&c=lms:karras:4';
const language = '#lab=language&n=1&len=8&c=greedy&c=sampling[temperature(temperature=1.5)]';
const kernels = '#lab=kernels&family=softmax&shape=rows:16,cols:64,pad:0';
const pictures = '#lab=pictures&n=1&ref=0&c=euler:karras:2';
const ready = (page: Page) =>
  expect(page.getByTestId('kernel-lab')).toHaveAttribute('data-phase', 'ready', { timeout: 60_000 });

test('the phone’s header takes at most 64 pixels in every lab, and all of it can be pressed', async ({ page }) => {
  const seen = watch(page);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const link of [four, pictures, language, kernels]) {
    await page.goto('about:blank');
    await page.goto(`/${link}`);
    const header = page.locator('header.top');
    await expect(header.getByRole('button', { name: 'Copy link' })).toBeVisible();
    expect((await header.boundingBox())!.height, link).toBeLessThanOrEqual(64);
    // What stands outside of its row, or under something else, cannot be pressed. A phone has no keys to tell of.
    const hidden = await header.locator('button:not(.skip, .keys), select').evaluateAll((list) =>
      list
        .filter((b) => {
          const r = b.getBoundingClientRect();
          const at = (x: number) => document.elementFromPoint(x, (r.top + r.bottom) / 2);
          return ![at(r.left + 3), at(r.right - 3)].every((e) => e !== null && b.contains(e));
        })
        .map((b) => b.getAttribute('aria-label') ?? b.textContent),
    );
    expect(hidden, link).toEqual([]);
  }
  expect(seen.errors).toEqual([]);
});

/** Whole in the window, and nothing over it. */
async function inSight(page: Page, element: Locator): Promise<boolean> {
  const box = await element.boundingBox();
  if (!box) return false;
  const size = page.viewportSize()!;
  const inside = box.y >= 0 && box.x >= 0 && box.y + box.height <= size.height && box.x + box.width <= size.width;
  return (
    inside &&
    element.evaluate((e) => {
      const r = e.getBoundingClientRect();
      const hits = [r.top + 2, (r.top + r.bottom) / 2, r.bottom - 2].map((y) =>
        document.elementFromPoint((r.left + r.right) / 2, y),
      );
      return hits.every((hit) => hit !== null && (e.contains(hit) || hit.contains(e)));
    })
  );
}

for (const [width, height] of [
  [390, 844],
  [768, 1024],
  [1024, 768],
] as const)
  test(`at ${width} px a control and the pictures that it changes are in sight together`, async ({ page }) => {
    const seen = watch(page);
    await page.setViewportSize({ width, height });
    await page.goto(`/${four}`);
    await finished(page);
    await page.getByRole('button', { name: 'Change the experiment' }).click();
    const steps = page.getByTestId('contender-3').getByRole('textbox', { name: /steps/i });
    await steps.fill('9');
    await steps.press('Enter');
    await expect(page).toHaveURL(/lms:karras:9/);
    await finished(page);
    // Where a reader holds it: not half under the window's edge.
    await steps.evaluate((e) => e.scrollIntoView({ block: 'nearest' }));
    expect(await inSight(page, steps)).toBe(true);
    for (const i of [0, 1, 2, 3]) expect(await inSight(page, page.getByTestId(`canvas-${i}`)), `${i}`).toBe(true);
    // The end of the page is not under the sheet.
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    expect(await inSight(page, page.locator('footer'))).toBe(true);
    await page.getByRole('button', { name: 'Close the controls' }).click();
    await expect(steps).toBeHidden();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(seen.errors).toEqual([]);
  });

test('at 390 px the language lab’s controls and texts are in sight together', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/${language}`);
  await finished(page, 90_000);
  await page.getByRole('button', { name: 'Change the experiment' }).click();
  const prompt = page.getByRole('textbox', { name: /prompt/i }).first();
  await prompt.fill('The people');
  await expect(page).toHaveURL(/prompt=The/);
  await finished(page, 90_000);
  expect(await inSight(page, prompt)).toBe(true);
  for (const i of [0, 1]) expect(await inSight(page, page.getByTestId(`text-${i}`)), `${i}`).toBe(true);
});

test('wide tables keep their names in sight when they are scrolled', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/${four}`);
  await finished(page);
  const name = page.getByTestId('result-row-0').getByRole('rowheader');
  const frame = page.locator('.scroll-x', { has: page.getByTestId('result-row-0') });
  const before = (await name.boundingBox())!.x;
  expect(await frame.evaluate((e) => (e.scrollLeft = 200) && e.scrollLeft)).toBe(200);
  expect((await name.boundingBox())!.x).toBe(before);
  // Figures go under the name, not over it.
  await name.scrollIntoViewIfNeeded();
  expect(
    await name.evaluate((e) => {
      const r = e.getBoundingClientRect();
      return e.contains(document.elementFromPoint(r.right - 6, (r.top + r.bottom) / 2));
    }),
  ).toBe(true);
  await page.goto(`/${kernels}`);
  await ready(page);
  const version = page.locator('table.versions tbody th').first();
  const at = (await version.boundingBox())!.x;
  await page.locator('.scroll-x', { has: version }).evaluate((e) => (e.scrollLeft = 150));
  expect((await version.boundingBox())!.x).toBe(at);
});

test('the gallery shows a picture of each entry, fetched when it comes into sight', async ({ page }) => {
  const seen = watch(page);
  await page.setViewportSize({ width: 390, height: 700 });
  await page.goto(`/${four}`);
  await finished(page);
  const fetched = () =>
    page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.includes('/gallery/')).length);
  expect(await fetched()).toBe(0);
  await page.getByRole('button', { name: 'Gallery' }).click();
  const pictures = page.getByRole('dialog', { name: 'Gallery' }).locator('img');
  const sizeOf = (at: number) => pictures.nth(at).evaluate((i) => (i as HTMLImageElement).naturalWidth);
  await expect(pictures).not.toHaveCount(0);
  expect(await fetched()).toBeLessThan(await pictures.count());
  for (let i = 0; i < (await pictures.count()); i++) {
    await pictures.nth(i).scrollIntoViewIfNeeded();
    await expect.poll(() => sizeOf(i), { message: `picture ${i}` }).toBeGreaterThan(200);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(seen.errors).toEqual([]);
});
