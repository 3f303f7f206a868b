import { expect, test, type Page } from '@playwright/test';
import { finished, open, watch } from './page.ts';

const row = (page: Page, index: number) => page.getByTestId(`contender-${index}`);
/** Where there is no room for a column, the controls are in a sheet. */
async function openControls(page: Page): Promise<void> {
  const handle = page.locator('.sheet-handle');
  if (await handle.isVisible()) await handle.click();
}
const small = '#model=grid4&n=64&budgets=4.8&seeds=1&c=euler:karras:8&c=heun:karras:4';

test('own noise levels: pasted as PyTorch prints them, moved by key, split, and given back by their own link', async ({
  page,
}) => {
  const seen = watch(page);
  await open(page, small);
  await finished(page);
  await row(page, 0)
    .getByRole('button', { name: /edit the noise levels/ })
    .click();
  const text = row(page, 0).getByRole('textbox', { name: /as text/ });
  await text.fill("tensor([14.6146,  6.4745,\n         2.6970,  0.8861,  0.0000], device='cuda:0')");
  await expect(page).toHaveURL(/c=euler:explicit\(14\.6146_6\.4745_2\.697_0\.8861_0\)/);
  await text.fill('14.6146 6.4745 9 0');
  await expect(row(page, 0).getByRole('alert')).toHaveText(/Level 3 is 9; every level must be lower/);
  // It stays to be put right, and what is in force stays in the link.
  await row(page, 1)
    .getByRole('button', { name: /duplicate/ })
    .focus();
  await expect(text).toHaveValue('14.6146 6.4745 9 0');
  await expect(page).toHaveURL(/14\.6146_6\.4745_2\.697/);
  await row(page, 0).getByRole('button', { name: 'Back to the levels in force' }).click();
  await expect(text).toHaveValue('14.6146 6.4745 2.697 0.8861 0');

  const level = row(page, 0).getByRole('slider', { name: 'σ of level 1' });
  await level.focus();
  for (let k = 0; k < 40; k++) await page.keyboard.press('ArrowUp');
  for (let k = 0; k < 12; k++) await page.keyboard.press('+');
  await finished(page);
  const levels = (await text.inputValue()).split(' ').map(Number);
  expect(levels.length).toBe(17);
  for (const [i, sigma] of levels.entries()) if (i > 0) expect(sigma).toBeLessThan(levels[i - 1]!);
  await expect(page).toHaveURL(new RegExp(levels.join('_').replaceAll('.', '\\.')));
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await finished(page);
  await expect(page.getByTestId('notice')).toHaveCount(0);
  await expect(row(page, 0).getByRole('textbox', { name: /as text/ })).toHaveValue(levels.join(' '));
  expect(seen.errors).toEqual([]);
});

test('a contender that cannot be run is left out of run and sweep, by name; the others have their numbers', async ({
  page,
}) => {
  await open(
    page,
    '#model=grid4&n=64&seeds=1&budgets=6.8&c=euler:karras:8&c=lms:explicit(4_2_1.999999999999998_1.999999999999996_1.999999999999994_1_0)',
  );
  await finished(page);
  await expect(page.getByTestId('sweep')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  for (const task of ['run', 'sweep']) {
    const notice = page.locator(`[data-kind="${task}-left-out"]`);
    await expect(notice).toContainText(`One contender was left out of the ${task}.`);
    await expect(notice).toContainText(/Contender 2, .*: its plan of 6 steps holds the coefficient/);
  }
  await expect(page.getByTestId('result-row-0').locator('[data-column="paired_median"]')).not.toHaveAttribute(
    'data-value',
    '',
  );
});

test('levels that end above 0, or start far from the model’s top, say so in their row', async ({ page }) => {
  await open(page, '#c=heun:explicit(5_1_0.3)&c=euler:karras:8');
  await finished(page);
  await expect(page.getByTestId('remark-0')).toHaveText([
    /Starts at σ 5, far below this model’s top of 20/,
    /Ends at σ 0\.3, not at 0/,
  ]);
  await expect(page.getByTestId('remark-1')).toHaveCount(0);
});

test('a number out of range says its range where it was typed, and stays until it is put right', async ({ page }) => {
  await open(page, small);
  await finished(page);
  const steps = row(page, 0).getByRole('textbox', { name: /steps/i });
  await steps.focus();
  await page.keyboard.type('5000');
  await expect(row(page, 0).getByRole('alert')).toHaveText('Takes a whole number from 1 to 1000; 8 stays in force.');
  await page.keyboard.press('Tab');
  await expect(steps).toHaveValue('5000');
  await expect(steps).toHaveAttribute('aria-invalid', 'true');
  // Not the 500 that the first three digits were.
  await expect(page).toHaveURL(/c=euler:karras:8&/);
  await steps.fill('20');
  await expect(row(page, 0).getByRole('alert')).toHaveCount(0);
  await expect(page).toHaveURL(/c=euler:karras:20/);
  await steps.press('Control+z');
  await expect(steps).toHaveValue('8');
  await steps.press('Control+y');
  await expect(steps).toHaveValue('20');
  await steps.fill('none');
  await steps.press('Escape');
  await expect(steps).toHaveValue('20');

  await page.getByText('Sweep for the charts').click();
  const budgets = page.getByRole('textbox', { name: 'Evaluation budgets' });
  await budgets.fill('4 8 8');
  await expect(page.getByRole('alert').filter({ hasText: '8 does not rise above the 8 before it.' })).toBeVisible();
  await budgets.blur();
  await expect(budgets).toHaveValue('4 8 8');
});

for (const width of [1440, 390])
  test(`help at ${width} px: whole, beside its control, gone when something is used`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await open(page, small);
    await finished(page);
    await openControls(page);
    for (const name of [/Seed/, /: Steps/]) {
      const control = page
        .locator('.labelled')
        .filter({ has: page.getByRole('textbox', { name }) })
        .first();
      const box = control.getByRole('textbox');
      await box.scrollIntoViewIfNeeded();
      await page.mouse.move(1, 1);
      await box.focus();
      const tip = page.locator('.help-tip');
      await expect(tip).toBeVisible();
      const [a, b] = [(await tip.boundingBox())!, (await control.boundingBox())!];
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= 844).toBe(true);
      expect(a.y >= b.y + b.height || a.y + a.height <= b.y).toBe(true);
      const cut = await tip.evaluate((e) => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight);
      expect(cut).toBe(false);
      await page.keyboard.press('ArrowUp');
      await expect(tip).toHaveCount(0);
      await box.blur();
    }
  });

test('lab=diffusion is a link; a lab that is not there is refused by name', async ({ page }) => {
  await open(page, `#lab=diffusion&${small.slice(1)}`);
  await finished(page);
  await expect(page.getByTestId('notice')).toHaveCount(0);
  await open(page, '#lab=paint&model=moons');
  await expect(page.getByTestId('notice')).toContainText('lab: “paint” was refused because there is no such lab');
});

for (const [lab, edit, there] of [
  ['', (page: Page) => page.getByRole('button', { name: 'Next seed' }).click(), /seed=1/],
  ['language', (page: Page) => page.getByRole('button', { name: 'Next seed' }).click(), /seed=1/],
  ['kernels', (page: Page) => page.locator('[data-family="softmax"]').click(), /family=softmax/],
] as const)
  test(`undo and redo by keyboard in the lab ${lab || 'diffusion'}`, async ({ page }) => {
    await open(page, lab && `#lab=${lab}`);
    await edit(page);
    await expect(page).toHaveURL(there);
    await page.keyboard.press('Control+z');
    await expect(page).not.toHaveURL(there);
    await page.keyboard.press('Control+Shift+z');
    await expect(page).toHaveURL(there);
  });

test('the sampler menu is searched by any tool’s name and used by keyboard; a name sets what that tool runs', async ({
  page,
}) => {
  const seen = watch(page);
  await open(page, small);
  await finished(page);
  const menu = page.getByRole('dialog');
  const sampler = row(page, 0).getByRole('button', { name: /: sampler/ });
  await sampler.focus();
  await page.keyboard.press('Enter');
  const search = page.getByRole('combobox', { name: 'Contender 1: sampler: search' });
  await expect(search).toBeFocused();
  await expect(menu.getByRole('option')).toHaveCount(143);
  await expect(menu.getByRole('group', { name: 'Multistep' }).getByRole('option').first()).toHaveText(
    'iPNDMorder 21 NFE',
  );
  await expect(menu.getByRole('option', { name: 'iPNDM measured order 2 · 1 evaluation a step' })).toBeVisible();
  await expect(menu.getByRole('option', { selected: true })).toHaveText(/^Euler/);
  // To a family's head and its first entry; the keys go on from there.
  await menu.getByRole('button', { name: 'Runge-Kutta 31' }).click();
  await expect(search).toBeFocused();
  await expect(menu.getByRole('option', { name: /^Midpoint / })).toBeInViewport();
  await page.keyboard.press('ArrowDown');
  const first = await search.getAttribute('aria-activedescendant');
  await expect(page.locator(`[id="${first}"]`)).toHaveText(/^Ralston 2/);
  await page.keyboard.type('dpmpp_2m');
  await expect(menu.getByRole('option')).toHaveText([
    /^DPM-Solver\+\+\(2M\)order 2/,
    /^DPM-Solver\+\+\(2M\) SDE/,
    /^DPM-Solver\+\+\(2M\) v2/,
    /^DPM-Solver\+\+\(2M\) CFG\+\+/,
  ]);
  await page.keyboard.press('ArrowDown');
  const active = await search.getAttribute('aria-activedescendant');
  await expect(page.locator(`[id="${active}"]`)).toHaveText(/^DPM-Solver\+\+\(2M\) SDE/);
  await page.keyboard.press('Escape');
  await expect(sampler).toBeFocused();
  await expect(page).toHaveURL(/c=euler:karras:8/);

  // At once: a key of the moment in which the menu closes opens it again.
  await page.keyboard.press('ArrowDown');
  await expect(search).toBeFocused();
  await page.keyboard.type('dpmpp_2m_sde_heun');
  await expect(menu.getByRole('option')).toHaveText([/ComfyUI: dpmpp_2m_sde_heun/]);
  await expect(page.locator('.picker-foot')).toContainText('Sets solver_type heun.');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/c=dpmpp_2m_sde\(solver_type=heun\):karras:8/);

  await row(page, 1)
    .getByRole('button', { name: /: schedule/ })
    .click();
  await page.getByRole('combobox', { name: 'Contender 2: schedule: search' }).fill('nothing of that name');
  await expect(page.locator('.picker-foot')).toContainText('Nothing is called “nothing of that name”');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Contender 2: schedule: search' }).fill('SGM Uniform');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/c=heun:uniform\(spacing=sgm_uniform\):4/);
  await page.keyboard.press('Control+z');
  await expect(page).toHaveURL(/c=heun:karras:4/);
  expect(seen.errors).toEqual([]);
});

for (const [width, height] of [
  [1440, 900],
  [1024, 700],
  [390, 844],
] as const)
  test(
    `at ${width} px the menus fit the window and nothing in a control is cut`,
    { tag: width === 1024 ? '@full' : [] },
    async ({ page }) => {
      await page.setViewportSize({ width, height });
      await open(
        page,
        '#n=64&budgets=4&seeds=1&c=dpmpp_3m_corrected:kl_optimal:8&c=deis:uniform(table=ddpm,spacing=normal):8&c=edm_stochastic:beta_time:8&c=dpmpp_2m_sde:ays(end=append):8',
      );
      await finished(page);
      await openControls(page);
      for (const index of [0, 3]) {
        const opener = row(page, index).getByRole('button', { name: /: schedule/ });
        await opener.scrollIntoViewIfNeeded();
        await opener.click();
        const box = (await page.locator('.picker-list').boundingBox())!;
        expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true);
        await page.keyboard.press('Escape');
      }
      for (const index of [0, 1, 2, 3]) await row(page, index).locator('details.params > summary').first().click();
      await page.getByText('Sweep for the charts').click();
      const cut = await page.locator('.controls').evaluate((column) => {
        const pen = document.createElement('canvas').getContext('2d')!;
        const found: string[] = [];
        for (const e of column.querySelectorAll<HTMLElement>('button, select, input[type=text], label, summary span')) {
          const style = getComputedStyle(e);
          if (e instanceof HTMLSelectElement || e instanceof HTMLInputElement) {
            pen.font = style.font;
            const text = e instanceof HTMLSelectElement ? (e.selectedOptions[0]?.textContent ?? '') : e.value;
            const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
            // A select's arrow takes about its own height.
            const arrow = e instanceof HTMLSelectElement ? 16 : 0;
            if (pen.measureText(text).width > room - arrow + 0.5) found.push(`${e.tagName} ${text}`);
          } else if (e.scrollWidth > e.clientWidth && e.clientWidth > 0 && style.overflow !== 'visible')
            found.push(`${e.tagName} ${e.textContent}`);
          else if (style.textOverflow === 'ellipsis' && e.scrollWidth > e.clientWidth) found.push(`… ${e.textContent}`);
        }
        return found;
      });
      expect(cut).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
    },
  );
