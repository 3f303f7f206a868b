import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { watch } from './page.ts';

const small =
  '#lab=language&model=sotu_draft&seed=3&len=10&c=sampling[temperature(temperature=0.9)]&c=greedy&view=chat';

test('a conversation: two contenders answer, one goes on, turns are edited, and all of it comes back', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto(`/${small}`);
  const status = page.getByTestId('chat-status');
  const done = () => expect(status).toHaveAttribute('data-phase', 'done', { timeout: 90_000 });
  await page.getByTestId('composer').fill('My fellow Americans,');
  await page.keyboard.press('Enter');
  await done();
  await expect(page.getByTestId('reply')).toHaveCount(2);
  const first = await page.getByTestId('reply-numbers').first().textContent();
  const [, before] = /^0 of (\d+) tokens reused10 tokens/.exec(first!)!.map(Number);
  await page.getByRole('button', { name: 'Go on from this one' }).click();
  await expect(page.getByTestId('beside')).toHaveText('2/2');

  // A turn that only adds text reads only what is new.
  await page.getByTestId('composer').fill('Go on.');
  await page.keyboard.press('Enter');
  await done();
  const numbers = await page.getByTestId('turn-3').getByTestId('reply-numbers').first().textContent();
  const [, reused, of] = /^(\d+) of (\d+) tokens reused/.exec(numbers!)!.map(Number);
  expect(reused).toBeGreaterThanOrEqual(before!);
  expect(of).toBeGreaterThan(reused!);

  // The link has the last replies written again.
  await page.evaluate(() => {
    navigator.clipboard.writeText = (text) => (((globalThis as { copied?: string }).copied = text), Promise.resolve());
  });
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.evaluate(() => (globalThis as { copied?: string }).copied!);
  expect(link).toContain('view=chat&turn=u:My+fellow+Americans,&turn=a');

  // An edited turn stands beside the old one; the template is told something.
  await page.getByLabel('role_names').selectOption('false');
  await page.getByTestId('turn-2').getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Your turn, edited').fill('Well?');
  await page.keyboard.press('Control+Enter');
  await done();
  await expect(page.getByTestId('turn-2').getByTestId('beside')).toHaveText('2/2');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const path = await (await download).path();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    format: 'stepscope-chat',
    variables: { role_names: false },
  });

  // Over a reload the whole tree is there, though the address carries one path.
  await page.waitForTimeout(600);
  await page.reload();
  await expect(page.getByTestId('turn-2').getByTestId('beside')).toHaveText('2/2');
  await page.getByTestId('turn-2').getByRole('button', { name: 'The version before' }).click();
  await expect(page.getByTestId('turn-2')).toContainText('Go on.');
  await page.getByLabel('Conversation file').setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('[{"role":"user","content":"a"},\n{"role":"tool","content":"b"}]'),
  });
  await expect(page.locator('body')).toContainText('“bad.json”, line 2: message 2 has the role "tool"');

  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced', { timeout: 90_000 });
  expect(seen.errors).toEqual([]);
});
