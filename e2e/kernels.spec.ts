import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { watch } from './page.ts';

/** A shape that a software adapter measures quickly. */
const small = '#lab=kernels&family=softmax&shape=rows:16,cols:64,pad:0';
const work = (page: Page, id: string) => page.getByTestId(`work-${id}`);
const ready = (page: Page) =>
  expect(page.getByTestId('kernel-lab')).toHaveAttribute('data-phase', 'ready', { timeout: 60_000 });

test('a kernel is measured: right, timed, under a roofline, with its source; the link brings back view and shape', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto(`/${small}`);
  await ready(page);
  await expect(page.getByTestId('software')).toContainText('software adapter');
  // The limits are measured without being asked for.
  await page.getByRole('button', { name: 'Roofline' }).click();
  await expect(page.getByTestId('limits')).toContainText('GFLOP/s', { timeout: 90_000 });
  await page.getByRole('button', { name: 'Kernels', exact: true }).last().click();
  // So is the first table, at the shape of the link, and how long it takes is said.
  await expect(work(page, 'measure')).toHaveAttribute('data-phase', 'done', { timeout: 90_000 });
  for (const version of ['1.tree', '2.lanes']) {
    const row = page.getByTestId(`version-${version}`);
    await expect(row).toHaveAttribute('data-right', 'true');
    await expect(row.getByTestId('mark')).toHaveText('✓ right');
    expect(Number(await row.getAttribute('data-ms'))).toBeGreaterThan(0);
  }
  await expect(page.getByTestId('source')).toContainText('fn softmax');
  // Against the first version of the family, and sorted by a press on a head: what was not measured comes last.
  await expect(page.getByTestId('version-1.tree').getByTestId('speedup')).toHaveText('1.00×');
  const ms = () =>
    page.locator('table.versions tbody tr').evaluateAll((rows) => rows.map((r) => Number(r.dataset['ms'])));
  const asListed = await ms();
  const heads = page.locator('table.versions thead');
  await heads.getByRole('button', { name: /^Time/ }).click();
  expect(await ms()).toEqual(asListed.toSorted((a, b) => a - b));
  await heads.getByRole('button', { name: /× tree/ }).click();
  expect(await ms()).toEqual(asListed.toSorted((a, b) => b - a));
  await page.getByTestId('version-1.tree').getByRole('button', { name: '1.tree', exact: true }).click();
  await expect(page.getByTestId('source')).toHaveAttribute('data-version', '1.tree');
  await expect(page.getByTestId('source')).toContainText('var<workgroup>');

  await page.getByRole('button', { name: 'Roofline' }).click();
  await expect(page.getByTestId('roofline-chart')).toHaveAttribute('data-points', /[2-9]/);
  // Every point has its name, and every limit, once.
  const names = (of: string) => page.getByTestId('roofline-chart').locator(`text.${of}`).allTextContents();
  await expect.poll(async () => (await names('point-label')).toSorted()).toEqual(['1.tree', '2.lanes', '3.subgroup']);
  const limits = await names('limit');
  expect(limits).toContain('memory');
  expect(new Set(limits).size).toBe(limits.length);
  await expect(page).toHaveURL(/view=roofline/);
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await ready(page);
  await expect(page.getByTestId('roofline')).toBeVisible();
  await page.getByRole('button', { name: 'Kernels', exact: true }).last().click();
  await expect(page.locator('[data-dim="rows"]')).toHaveValue('16');
  await expect(page.locator('[data-dim="cols"]')).toHaveValue('64');
  expect(seen.errors).toEqual([]);
  expect(seen.strangers).toEqual([]);
});

test('a link of junk opens the lab, and says what was refused', async ({ page }) => {
  const seen = watch(page);
  await page.goto(
    '/#lab=kernels&view=nowhere&family=nosuch&shape=a:b&versions=x&samples=0&kernels=matmul:99,lunch:1&work=tea&what=ever',
  );
  await ready(page);
  for (const text of [
    'the views are',
    'no such kernel family',
    'a colon and a whole number',
    'no name of a version',
    'from 20 to 200',
    'matmul has the versions',
    'there is no kernel family',
    'diffusion or token',
    'means nothing here',
  ])
    await expect(page.getByTestId('notice').filter({ hasText: 'not accepted' })).toContainText(text);
  await expect(page.getByRole('region', { name: 'Versions, measured' })).toBeVisible();
  expect(seen.errors).toEqual([]);
});

test('a forced version goes into the link and into what runs; taking it back restores the device’s choice', async ({
  page,
}) => {
  await page.goto('/#lab=kernels&view=tuning');
  await ready(page);
  const row = page.locator('tr[data-family="softmax"]');
  await row.getByRole('combobox').selectOption('1.tree');
  await expect(row).toContainText('forced by the link');
  await expect(page).toHaveURL(/kernels=softmax:1\.tree/);
  await expect(page.getByRole('link', { name: 'Language lab' })).toHaveAttribute(
    'href',
    '#lab=language&kernels=softmax:1.tree',
  );
  await page.getByRole('button', { name: 'Take all back' }).click();
  await expect(row).toContainText('from the table');
  await expect(page).not.toHaveURL(/kernels=softmax/);
});

test('a step is taken apart while it runs, until it is stopped', async ({ page }) => {
  await page.goto('/#lab=kernels&view=time&work=token:sotu_draft:1');
  await ready(page);
  // A few steps come by themselves; then the machine is free.
  await expect(page.locator('[data-part^="gpu:"]').first()).toBeVisible({ timeout: 90_000 });
  await expect(page.getByTestId('profile')).toHaveAttribute('data-phase', 'cancelled', { timeout: 60_000 });
  await work(page, 'profile').getByRole('button', { name: 'Start again' }).click();
  await expect(page.getByTestId('profile')).toHaveAttribute('data-phase', 'running');
  await expect(page.locator('[data-part^="gpu:"]').first()).toBeVisible({ timeout: 90_000 });
  for (const part of ['encode', 'submit', 'readback', 'draw'])
    await expect(page.locator(`[data-part="${part}"]`)).toContainText('%');
  await work(page, 'profile').getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByTestId('profile')).toHaveAttribute('data-phase', 'cancelled');
  await page.getByRole('button', { name: 'Memory' }).click();
  await expect(page.getByTestId('memory')).toContainText('buffer');
  await expect(page.getByTestId('memory-limits')).toContainText(/at most [\d.]+ [MG]B/);
});

test('one section is verified, and the report can be taken away', async ({ page }) => {
  await page.goto('/#lab=kernels&view=verify');
  await ready(page);
  // A first result comes by itself.
  await expect(page.getByTestId('verify')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  expect(Number(await page.getByTestId('verify').getAttribute('data-passed'))).toBeGreaterThan(20);
  await work(page, 'verify').getByRole('button').click();
  const section = page.locator('[data-section="samplers"]');
  await expect(section).toBeVisible({ timeout: 60_000 });
  await work(page, 'verify').getByRole('button', { name: 'Stop' }).click();
  await section.locator('summary').click();
  await section.getByRole('button', { name: 'Verify this section alone' }).click();
  await expect(page.getByTestId('report')).toContainText('All passed', { timeout: 110_000 });
  expect(Number(await page.getByTestId('verify').getAttribute('data-passed'))).toBeGreaterThan(20);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the report' }).click(),
  ]);
  const report = JSON.parse(readFileSync(await download.path(), 'utf8')) as {
    failed: number;
    adapter: { name: string; software: boolean; limits: object };
    cases: { section: string }[];
  };
  expect([report.failed, report.adapter.software, new Set(report.cases.map((c) => c.section)).size]).toEqual([
    0,
    true,
    1,
  ]);
  expect(Object.keys(report.adapter.limits).length).toBeGreaterThan(5);
});

test('a gallery entry opens by its link, undo brings back what was there, redo the entry', async ({ page }) => {
  const seen = watch(page);
  await page.goto(`/${small}&view=memory`);
  await ready(page);
  await page.getByRole('button', { name: 'Gallery' }).click();
  await page.getByTestId('preset-token').click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL(/view=time&.*work=token:sotu:1|view=time&work=token/);
  await expect(page.getByTestId('profile')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/family=softmax/);
  await expect(page).toHaveURL(/view=memory/);
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(page.getByTestId('profile')).toBeVisible();
  expect(seen.errors).toEqual([]);
});
