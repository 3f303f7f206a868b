// What is verified of a sampler on this device: one press verifies it, and the menu, the results and the inspector say so, after a
// reload too.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { finished, open, watch } from './page.ts';

const HASH = '#model=grid4&n=64&c=euler:karras:6&c=dpmpp_2m_sde:karras:6&budgets=4&seeds=1';

test('the samplers of a run are verified here by one press, and it is kept', async ({ page }) => {
  const seen = watch(page);
  await open(page, HASH);
  await finished(page);
  const note = page.getByTestId('verified-note');
  await page.locator('.inspector').scrollIntoViewIfNeeded();
  await expect(note.getByRole('listitem')).toHaveText([/Not yet verified/, /Not yet verified/]);
  await note.getByRole('button', { name: 'Verify these 2 here' }).click();
  await expect(note.locator('[data-verdict="passed"]')).toHaveCount(2, { timeout: 60_000 });
  await expect(note).toContainText(/at most \d\.\d·10⁻[⁶⁷] from float64/);
  await expect(page.getByTestId('facts-euler')).toContainText('measured order 1 · 1 evaluation a step · deterministic');
  await expect(page.getByTestId('facts-euler').locator('[data-verdict]')).toHaveAttribute('data-verdict', 'passed');

  await open(page, HASH);
  await finished(page);
  await page.getByRole('button', { name: /^Contender 1: sampler/ }).click();
  const menu = page.getByRole('dialog');
  await expect(menu.getByRole('option', { name: /^Euler \(= DDIM\).*Verified here/ })).toContainText('✓ here');
  await expect(menu.getByRole('option', { name: /^Heun measured/ })).not.toContainText('here');
  // The entry that is marked can be verified from the menu.
  await menu.getByRole('combobox').fill('heun');
  await menu.getByRole('button', { name: 'Verify it here' }).click();
  await expect(menu.getByRole('option', { name: /^Heun measured/ })).toContainText('✓ here', { timeout: 60_000 });
  expect(seen.errors).toEqual([]);
});

test('the contenders leave as a workflow of ComfyUI, which opens them again', async ({ page }) => {
  await open(page, HASH);
  await finished(page);
  const download = page.waitForEvent('download');
  await page.getByLabel('Export').selectOption('comfyui');
  const file = await download;
  expect(file.suggestedFilename()).toBe('stepscope-grid4-comfyui.json');
  const text = readFileSync(await file.path(), 'utf8');
  expect(text).toContain('"class_type": "SamplerCustom"');
  await expect(page.getByTestId('notice')).toContainText('choose a checkpoint of yours');

  await open(page, '#model=ring8&n=64&c=heun:karras:4&budgets=4&seeds=1');
  await finished(page);
  const data = await page.evaluateHandle((held) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([held], 'workflow.json', { type: 'application/json' }));
    return transfer;
  }, text);
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  await expect(page).toHaveURL(/model=grid4.*c=dpmpp_2m_sde:karras:6/);
});
