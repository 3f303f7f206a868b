import { expect, test, type Page } from '@playwright/test';
import { drop, exported } from './files.ts';
import { finished, open, result, watch } from './page.ts';

const experiment = '#model=moons&seed=3&n=64&c=euler:karras:8&c=heun:karras:4&budgets=4&seeds=1';

const library = (page: Page) => page.getByRole('dialog', { name: 'Library' });
const rows = (page: Page) => library(page).getByTestId('saved');
const row = (page: Page, name: string) => library(page).locator(`[data-testid="saved"][data-name="${name}"]`);
const said = (page: Page) => library(page).getByTestId('library-said');
const form = (page: Page) => library(page).getByRole('form', { name: 'Save what is on the screen' });

async function save(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+s');
  await expect(form(page).getByLabel('Name')).toBeFocused();
  await form(page).getByLabel('Name').fill(name);
  await form(page).getByLabel('Name').press('Enter');
  await expect(row(page, name)).toBeVisible();
}

test('save, rename, tag, search, reload, open, compare, export, delete, import', async ({ page, context }) => {
  const seen = watch(page);
  await page.goto(`/${experiment}`);
  await finished(page);
  const first = await result(page, 0, 'energy');

  // The lab's own words are suggested; a press keeps experiment, numbers, picture.
  await page.keyboard.press('l');
  await expect(form(page).getByLabel('Name')).toHaveValue('Euler (= DDIM), Heun on Two moons');
  await expect(library(page).getByTestId('library-state')).toContainText('not saved');
  await form(page).getByRole('button', { name: 'Save', exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(/Paired error 0\.\d+ ± 0\.\d+.*: Euler/);
  await expect(rows(page)).toContainText(/swiftshader/i);
  expect(
    await rows(page)
      .locator('img')
      .evaluate((i: HTMLImageElement) => i.naturalWidth),
  ).toBe(192);
  await expect(library(page).getByTestId('library-state')).toHaveAttribute('data-departed', 'false');

  await rows(page)
    .getByRole('button', { name: /^Rename/ })
    .click();
  const words = library(page).getByRole('form', { name: /^Words of/ });
  await words.getByLabel('Name').fill('Moons, seed 3');
  await words.getByLabel(/^Tags/).fill('moons, paper, moons');
  await words.getByLabel('Note').fill('The <b>first</b> of two');
  await words.getByRole('button', { name: 'Keep' }).click();
  await expect(row(page, 'Moons, seed 3')).toContainText('The <b>first</b> of two');
  await page.keyboard.press('Escape');
  await expect(library(page)).toHaveCount(0);

  // An edit departs from it, and the page says so until it is undone or kept.
  const mark = page.getByRole('button', { name: /^Library/ });
  await expect(mark).not.toContainText('•');
  await page.getByRole('textbox', { name: 'Seed' }).fill('4');
  await page.getByRole('textbox', { name: 'Seed' }).press('Enter');
  await expect(mark).toContainText('•');
  await expect(page).toHaveURL(/seed=4/);
  await finished(page);
  await page.getByRole('heading', { name: 'Stepscope' }).click();
  await page.keyboard.press('l');
  await expect(form(page).getByLabel('Name')).toHaveValue('Moons, seed 3: Seed 4');
  await form(page).getByRole('button', { name: 'Save as new' }).click();
  await expect(rows(page)).toHaveCount(2);

  // Found by tag, by name, by what it is set to, and after a reload.
  await page.reload();
  await page.getByRole('button', { name: /^Library/ }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(library(page).getByTestId('library-state')).toContainText('Moons, seed 3: Seed 4');
  const search = library(page).getByRole('searchbox');
  await search.fill('#paper');
  await expect(rows(page)).toHaveCount(1);
  await search.fill('heun karras');
  await expect(rows(page)).toHaveCount(2);
  await search.fill('unipc');
  await expect(rows(page)).toHaveCount(0);
  await search.fill('');
  await library(page).getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'paper 1' }).click();
  await expect(rows(page)).toHaveCount(1);
  await library(page).getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'paper 1' }).click();

  // Side by side: the seed is what differs, and its noise tells the two apart or does not.
  await library(page).getByLabel('Choose “Moons, seed 3”').check();
  await library(page).getByLabel('Choose “Moons, seed 3: Seed 4”').check();
  await library(page).getByRole('button', { name: 'Compare the two' }).click();
  const compare = library(page).getByTestId('library-compare');
  await expect(compare.locator('[data-setting]')).toHaveCount(1);
  await expect(compare.locator('[data-setting="Seed"]')).toContainText(/4.*3|3.*4/);
  await compare.getByLabel('Also what is equal').check();
  expect(await compare.locator('[data-setting]').count()).toBeGreaterThan(8);
  const judged = compare.locator('[data-result="energy"]').first();
  await expect(judged).toContainText(/±.*±.*±/);
  await expect(judged).toContainText(/not distinguishable|is better/);
  await expect(compare.locator('[data-result="wall"]').first()).toHaveAttribute('data-judgement', 'unknown');
  await compare.getByRole('button', { name: /All saved/ }).click();

  // Opening brings back the experiment and its record, and keeps what was on the screen one undo away.
  await row(page, 'Moons, seed 3').getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(/seed=3/);
  await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced');
  expect(await result(page, 0, 'energy')).toBe(first);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/seed=4/);
  // Which is another saved one, and known as that.
  await expect(mark).not.toContainText('•');
  await mark.click();
  await expect(library(page).getByTestId('library-state')).toContainText('Moons, seed 3: Seed 4, as it was saved');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(page).toHaveURL(/seed=3/);

  // Another tab sees the same, and what it saves arrives here by itself.
  await mark.click();
  const other = await context.newPage();
  await open(other, experiment.replace('seed=3', 'seed=9'));
  await finished(other);
  await save(other, 'From another tab');
  await expect(rows(page)).toHaveCount(3);
  await other.close();

  const file = await exported(page, () => library(page).getByRole('button', { name: 'Export all' }).click());
  expect(file.name).toMatch(/^stepscope-library-\d{4}-\d\d-\d\d\.json$/);
  const held = JSON.parse(file.bytes.toString()) as { format: string; saved: Record<string, unknown>[] };
  expect([held.format, held.saved.length]).toEqual(['stepscope-library', 3]);

  await row(page, 'From another tab')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await expect(rows(page)).toHaveCount(2);
  await said(page).getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page)).toHaveCount(3);
  await row(page, 'From another tab')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await row(page, 'Moons, seed 3')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await expect(rows(page)).toHaveCount(1);

  // What is damaged is named; the rest comes back as it was.
  held.saved.push({ ...held.saved[0], id: 'x', name: 'Damaged', changedAt: 'yesterday' });
  const upload = (bytes: Buffer) =>
    library(page)
      .getByTestId('library-file')
      .setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: bytes });
  await upload(Buffer.from(JSON.stringify(held)));
  await expect(rows(page)).toHaveCount(3);
  await expect(said(page)).toContainText('2 experiments added, one experiment here already');
  await expect(said(page)).toContainText('“Damaged” was left out: its changedAt is no number.');
  await expect(row(page, 'Moons, seed 3')).toContainText('paper');
  await upload(file.bytes.subarray(0, 400));
  await expect(said(page)).toContainText('“mine.json” is cut short or is no JSON');
  await expect(rows(page)).toHaveCount(3);
  await page.keyboard.press('Escape');
  await expect(library(page)).toHaveCount(0);

  // The same file dropped on the page.
  await drop(page, 'mine.json', file.bytes);
  await expect(page.getByTestId('notice')).toContainText('3 experiments here already');
  expect(seen.errors).toEqual([]);
  expect(seen.strangers).toEqual([]);
});

test('experiments of two labs are not compared, and changes are saved in place', async ({ page }) => {
  const seen = watch(page);
  await page.goto(`/${experiment}`);
  await finished(page);
  await save(page, 'In the plane');
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Seed' }).fill('12');
  await page.getByRole('textbox', { name: 'Seed' }).press('Enter');
  await expect(page).toHaveURL(/seed=12/);
  await finished(page);
  await page.getByRole('button', { name: /^Library/ }).click();
  await library(page).getByRole('button', { name: 'Save changes to “In the plane”' }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(library(page).getByTestId('library-state')).toContainText('as it was saved');
  await page.keyboard.press('Escape');

  await page.getByRole('navigation', { name: 'Labs' }).getByRole('button', { name: 'Kernels' }).click();
  await expect(page).toHaveURL(/lab=kernels/);
  await page.getByRole('button', { name: /^Library/ }).click();
  await expect(library(page).getByTestId('library-state')).toContainText('not saved');
  await library(page).getByRole('button', { name: 'Compare “In the plane” with the screen' }).click();
  await expect(library(page).getByTestId('library-compare')).toContainText('only experiments of one lab are compared');
  await library(page)
    .getByRole('button', { name: /All saved/ })
    .click();
  await row(page, 'In the plane').getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(/model=moons&seed=12/);
  await expect(page.getByTestId('canvas-0')).toBeVisible();
  // A link to something else comes from nothing that was saved.
  await page.evaluate(() => (location.hash = 'model=ring8&seed=2'));
  await page.getByRole('button', { name: /^Library/ }).click();
  await expect(library(page).getByTestId('library-state')).toContainText('not saved');
  expect(seen.errors).toEqual([]);
});

test('the history survives, by lab, with its number; without storage the page says so and works on', async ({
  page,
  browser,
}) => {
  await page.goto(`/${experiment}`);
  await finished(page);
  const history = page.getByTestId('history');
  const look = async () => {
    await page.getByRole('button', { name: /^Library/ }).click();
    await page.getByRole('button', { name: 'History' }).click();
  };
  await look();
  await expect(history.getByRole('listitem')).toHaveCount(1, { timeout: 10_000 });
  await page.reload();
  await look();
  await expect(history).toContainText('Two moons, seed 3');
  await expect(history).toContainText(/Paired endpoint error 0\.\d+ ± 0\.\d+.*: Euler.*swiftshader/i);
  await page.getByRole('dialog').getByRole('combobox').selectOption('language');
  await expect(page.getByRole('dialog')).toContainText('Nothing yet');
  await page.getByRole('dialog').getByRole('combobox').selectOption('diffusion');
  await page.getByRole('button', { name: 'Clear the history of Diffusion' }).click();
  await expect(history).toHaveCount(0);

  const context = await browser.newContext();
  const blocked = await context.newPage();
  const seen = watch(blocked);
  // As in windows whose storage is blocked.
  await blocked.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  await blocked.goto(`/${experiment}`);
  await finished(blocked);
  await save(blocked, 'Kept as long as the page');
  await expect(library(blocked).getByRole('alert')).toContainText('lasts until the page is closed');
  const file = await exported(blocked, () => library(blocked).getByRole('button', { name: 'Export all' }).click());
  expect(file.bytes.toString()).toContain('Kept as long as the page');
  expect(seen.errors).toEqual([]);
  await context.close();
});
