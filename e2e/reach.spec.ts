import { expect, test } from '@playwright/test';
import { finished, watch } from './page.ts';

const small = '/#model=grid4&n=64&c=euler:karras:6&c=heun:karras:4&budgets=4&seeds=1';

test('at 390 px nothing is cut off and nothing scrolls sideways', async ({ page }) => {
  const seen = watch(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(small);
  await finished(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const narrow = await page.getByRole('button').evaluateAll((list) => list.filter((b) => {
    const r = b.getBoundingClientRect();
    return r.width > 0 && (r.left < -1 || r.right > 391) && !b.closest('.scroll-x');
  }).map((b) => b.textContent));
  expect(narrow).toEqual([]);
  expect(seen.errors).toEqual([]);
});

test('every control can be reached and used by keyboard', async ({ page }) => {
  await page.goto(small);
  await finished(page);
  const names = new Set<string>();
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    names.add(await page.evaluate(() => {
      const e = document.activeElement as HTMLElement | null;
      return e ? `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent?.slice(0, 30) ?? ''}` : '';
    }));
  }
  const all = [...names].join('\n');
  for (const wanted of [/SELECT.*sampler/, /SELECT.*schedule/, /Copy link/, /INPUT.*Step/, /duplicate/, /INPUT.*Seed|Next seed/]) expect(all).toMatch(wanted);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(outline).not.toBe('none');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`follows the system: ${scheme}, with readable text`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(small);
    await finished(page);
    const [ink, paper] = await page.evaluate(() => {
      const s = getComputedStyle(document.body);
      const light = (c: string) => c.match(/[\d.]+/g)!.slice(0, 3).map(Number).map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i]!, 0);
      return [light(s.color), light(s.backgroundColor)];
    });
    expect((Math.max(ink!, paper!) + 0.05) / (Math.min(ink!, paper!) + 0.05)).toBeGreaterThan(7);
    expect(paper! > ink!).toBe(scheme === 'light');
  });
}
