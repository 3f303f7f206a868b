import { expect, test } from '@playwright/test';
import { finished } from './page.ts';

const experiment =
  'model=ring8&seed=7&n=128&c=euler:karras:8&c=ipndm:karras:8&c=dpmpp_2m_sde:karras:10&budgets=4&seeds=1';

async function copiedLink(page: import('@playwright/test').Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/&fp=1\./);
  return link;
}

test('a shared link reproduces itself, and says when it does not', async ({ page, context }) => {
  await page.goto(`/#${experiment}`);
  await finished(page);
  const link = await copiedLink(page);

  const same = await context.newPage();
  await same.goto(link);
  await expect(same.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced');
  await expect(same.getByTestId('reproduction')).toContainText(/reproduced/i);
  await same.close();

  const other = await context.newPage();
  await other.goto(link.replace('ipndm:karras:8', 'ipndm(order=2):karras:8'));
  await expect(other.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'differs');
  await expect(other.getByTestId('reproduction')).toContainText(/step \d/);
  await other.close();

  const junk = await context.newPage();
  await junk.goto(link.replace(/fp=.*/, 'fp=1.junk'));
  await expect(junk.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'unreadable');
});

test('results leave as CSV, JSON and PNG', async ({ page }) => {
  await page.goto(`/#${experiment}`);
  await finished(page);
  await expect(page.getByTestId('sweep')).toHaveAttribute('data-phase', 'done');
  for (const [kind, test] of [
    ['csv', /^contender,sampler,/],
    ['json', /"format": "stepscope-results"/],
    ['png', /PNG/],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('combobox', { name: 'Export' }).selectOption(kind);
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${kind}$`));
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('latin1');
    expect(text).toMatch(test);
    if (kind === 'csv') expect(text.trim().split('\r\n').length).toBeGreaterThan(3);
  }
});
