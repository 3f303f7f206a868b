import { expect, test } from '@playwright/test';
import { finished, inked, watch } from './page.ts';

const small = '/#model=grid4&n=64&c=euler:karras:6&c=heun:karras:4&budgets=4&seeds=1';

const longNames =
  '/#model=grid4&n=64&c=dpmpp_3m_corrected:kl_optimal:8&c=deis:uniform(table=ddpm,spacing=normal):8&budgets=4.6.8&seeds=1';

test('at 390 px nothing is cut off and nothing scrolls sideways', async ({ page }) => {
  const seen = watch(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(longNames);
  await finished(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const narrow = await page.getByRole('button').evaluateAll((list) =>
    list
      .filter((b) => {
        const r = b.getBoundingClientRect();
        return r.width > 0 && (r.left < -1 || r.right > 391) && !b.closest('.scroll-x');
      })
      .map((b) => b.textContent),
  );
  expect(narrow).toEqual([]);
  // A chart that is read says more than half of its width may hold.
  await expect(page.getByTestId('sweep')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  const chart = page.locator('.chart-reader').first();
  const box = (await chart.boundingBox())!;
  let read = 0;
  for (const share of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]) {
    await chart.hover({ position: { x: share * box.width, y: box.height / 2 } });
    read += await page.locator('.chart-tip').count();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `read at ${share}`).toBeLessThanOrEqual(
      390,
    );
  }
  expect(read).toBeGreaterThan(3);
  expect(seen.errors).toEqual([]);
});

const kernelLab = '/#lab=kernels&family=softmax&shape=rows:16,cols:64,pad:0&view=';

test('at 390 px every view of the kernel lab fits, and its wide tables scroll by themselves', async ({ page }) => {
  const seen = watch(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${kernelLab}memory`);
  await expect(page.getByTestId('kernel-lab')).toHaveAttribute('data-phase', 'ready', { timeout: 60_000 });
  for (const view of ['Verify on my GPU', 'Tuning', 'Where the time goes', 'Roofline', 'Kernels']) {
    const tab = page.getByRole('navigation', { name: 'Views of the kernel lab' }).getByRole('button', { name: view });
    await tab.click();
    await expect(tab).toHaveAttribute('aria-current', 'page');
    await expect(tab).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBeLessThanOrEqual(390);
    const cut = await page.locator('button, select, input, summary, a').evaluateAll((list) =>
      list
        .filter((b) => {
          const r = b.getBoundingClientRect();
          return r.width > 0 && (r.left < -1 || r.right > 391) && !b.closest('.scroll-x, .views');
        })
        .map((b) => b.outerHTML.slice(0, 80)),
    );
    expect(cut, view).toEqual([]);
  }
  await page.getByText('What the columns say').click();
  await expect(page.getByText('units in the last place')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(seen.errors).toEqual([]);
});

test('the kernel lab is used by keyboard alone: the list of families is one stop, and its arrows go through it', async ({
  page,
}) => {
  await page.goto(`${kernelLab}kernels`);
  await expect(page.getByTestId('kernel-lab')).toHaveAttribute('data-phase', 'ready', { timeout: 60_000 });
  await expect(page.getByTestId('work-measure')).toHaveAttribute('data-phase', 'done', { timeout: 90_000 });
  await page.getByRole('textbox', { name: 'Search the kernel families' }).focus();
  await page.keyboard.press('Tab');
  await expect(page.locator('[data-family="softmax"]')).toBeFocused();
  expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).not.toBe('none');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('shape')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.locator('[data-dim="rows"]')).toBeFocused();
  // A refused number is reported and stays to be put right; nothing is measured under its name.
  await page.keyboard.type('999999999');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'must be a whole number from' })).toBeVisible();
  await expect(page.getByTestId('work-measure')).not.toHaveAttribute('data-phase', 'running');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('alert').filter({ hasText: '16 stays in force' })).toBeVisible();
  await expect(page.locator('[data-dim="rows"]')).toHaveValue('999999999');
  await expect(page.getByRole('button', { name: 'Copy WGSL' })).toBeVisible();
  const names = new Set<string>();
  for (let i = 0; i < 34; i++) {
    await page.keyboard.press('Tab');
    names.add(
      await page.evaluate(
        () =>
          document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.slice(0, 40) ?? '',
      ),
    );
  }
  for (const wanted of [
    /Samples/,
    /Measure all 3 versions/,
    /Measure 1\.tree with the others/,
    /Measure 2\.lanes alone/,
    /What the columns say/,
    /Version whose source is shown/,
    /Copy WGSL/,
  ])
    expect([...names].join('\n')).toMatch(wanted);
  await page.locator('[data-family="softmax"]').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('family')).not.toHaveAttribute('data-value', 'softmax');
});

test('every control can be reached and used by keyboard', async ({ page }) => {
  await page.goto(small);
  await finished(page);
  const names = new Set<string>();
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    names.add(
      await page.evaluate(() => {
        const e = document.activeElement as HTMLElement | null;
        return e ? `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent?.slice(0, 30) ?? ''}` : '';
      }),
    );
  }
  const all = [...names].join('\n');
  for (const wanted of [
    /BUTTON.*sampler/,
    /BUTTON.*schedule/,
    /Copy link/,
    /INPUT.*Step/,
    /duplicate/,
    /INPUT.*Seed|Next seed/,
  ])
    expect(all).toMatch(wanted);
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
      const light = (c: string) =>
        c
          .match(/[\d.]+/g)!
          .slice(0, 3)
          .map(Number)
          .map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i]!, 0);
      return [light(s.color), light(s.backgroundColor)];
    });
    expect((Math.max(ink!, paper!) + 0.05) / (Math.min(ink!, paper!) + 0.05)).toBeGreaterThan(7);
    expect(paper! > ink!).toBe(scheme === 'light');
  });
}

test('colours: the reader’s choice wins over the system, is there before the first paint, and stays', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  // What stood when the first frame was drawn.
  await page.addInitScript(() =>
    requestAnimationFrame(() => {
      document.documentElement.dataset['first'] = document.documentElement.dataset['theme'] ?? 'none';
    }),
  );
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const first = () => page.locator('html').getAttribute('data-first');
  await page.goto(small);
  await expect.poll(paper).toBe('rgb(19, 20, 22)');
  await page.getByRole('button', { name: 'Colours: as the system' }).click();
  await expect.poll(paper).toBe('rgb(250, 250, 247)');
  await expect.poll(first).toBe('dark');
  await page.reload();
  await expect.poll(first).toBe('light');
  await expect.poll(paper).toBe('rgb(250, 250, 247)');
  await expect(page.locator('meta[name="theme-color"]')).toHaveAttribute('content', '#fafaf7');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('button', { name: 'Colours: light' }).click();
  await expect.poll(paper).toBe('rgb(19, 20, 22)');
  await page.getByRole('button', { name: 'Colours: dark' }).click();
  await expect.poll(paper).toBe('rgb(250, 250, 247)');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(paper, { message: 'follows the system again' }).toBe('rgb(19, 20, 22)');
});

test('the keyboard shortcuts are listed by ? and by a button, with those of the open lab', async ({ page }) => {
  await page.goto(small);
  await finished(page);
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await page.keyboard.press('?');
  await expect(list).toContainText('undo the last change');
  await expect(list).toContainText('Drawing area');
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  // A text box keeps its question mark.
  await page.getByTestId('contender-0').getByRole('textbox', { name: /steps/i }).press('?');
  await expect(list).toHaveCount(0);
  await page.getByRole('button', { name: 'Kernels', exact: true }).click();
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await expect(list).toContainText('List of kernel families');
});

test('the tab names the experiment', async ({ page }) => {
  await page.goto(small);
  await expect(page).toHaveTitle('Euler (= DDIM), Heun on Four Gaussians · Stepscope');
  await page.goto('/#lab=kernels&family=softmax&shape=rows:16,cols:64,pad:0');
  await expect(page).toHaveTitle('softmax kernels · Stepscope');
  await page.goBack();
  await expect(page).toHaveTitle('Euler (= DDIM), Heun on Four Gaussians · Stepscope');
});

test('the grid of pictures has no holes, and all pictures are equally large', async ({ page }) => {
  /** Pictures in each row, and whether a row that is not full stands in the middle. */
  const rows = async (contenders: number, width: number) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('about:blank');
    await page.goto(`/#model=grid4&n=16&budgets=2&seeds=1${'&c=euler:karras:2'.repeat(contenders)}`);
    await expect(page.getByTestId(`canvas-${contenders - 1}`)).toBeVisible();
    return page.locator('.canvases').evaluate((grid) => {
      const boxes = [...grid.children].map((c) => c.getBoundingClientRect());
      const tops = [...new Set(boxes.map((b) => b.top))];
      const { left, right } = grid.getBoundingClientRect();
      const last = boxes.filter((b) => b.top === tops.at(-1));
      return {
        rows: tops.map((top) => boxes.filter((b) => b.top === top).length),
        sizes: new Set(boxes.map((b) => Math.round(b.width))).size,
        aside: Math.round(Math.abs(last[0]!.left - left - (right - last.at(-1)!.right))),
      };
    });
  };
  const even = { sizes: 1, aside: 0 };
  expect(await rows(3, 1440)).toEqual({ ...even, rows: [3] });
  expect(await rows(4, 768)).toEqual({ ...even, rows: [4] });
  expect(await rows(5, 1440)).toEqual({ ...even, rows: [5] });
  expect(await rows(5, 768)).toEqual({ ...even, rows: [5] });
  expect(await rows(6, 1440)).toEqual({ ...even, rows: [3, 3] });
  expect(await rows(6, 768)).toEqual({ ...even, rows: [3, 3] });
  expect(await rows(5, 390)).toEqual({ ...even, rows: [2, 2, 1] });
  // Two fill the row as far as their height allows.
  expect(await rows(2, 1440)).toMatchObject({ rows: [2], sizes: 1 });
  expect(await rows(2, 768)).toEqual({ ...even, rows: [2] });
});

test('what is drawn is said: the overlay’s legend, and where to draw', async ({ page }) => {
  await page.goto(small);
  await finished(page);
  await page.getByText('Overlay', { exact: true }).click();
  const legend = page.getByTestId('overlay-legend');
  await expect(legend).toContainText('Grey lines: the target');
  await expect(legend).toContainText('the way of a sample from the noise');
  await page.getByRole('combobox', { name: 'Target' }).selectOption('points');
  await expect(legend).toContainText('Grey points');
  await page.getByRole('checkbox', { name: 'Trajectories' }).uncheck();
  await expect(legend).not.toContainText('the way of a sample');
  await page.goto('about:blank');
  await page.goto('/#model=drawn&n=16&c=euler:karras:2&budgets=2&seeds=1');
  await expect.poll(() => inked(page, 'draw-pad')).toBeGreaterThan(0.001);
});
