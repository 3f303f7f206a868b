import { expect, test } from '@playwright/test';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { watch } from './page.ts';

/** A clone of a repository: the model, and the same once more for other programs, two folders down. */
function cloneAt(folder: string): void {
  const source = new URL('../public/models/sotu-draft/', import.meta.url);
  mkdirSync(join(folder, 'onnx/deep'), { recursive: true });
  for (const name of ['config.json', 'model.safetensors', 'tokenizer.json'])
    cpSync(new URL(name, source), join(folder, name));
  cpSync(new URL('config.json', source), join(folder, 'onnx/deep/config.json'));
}

test('a folder with folders in it, picked or dropped: its files keep their places, and the model writes', async ({
  page,
}, info) => {
  const seen = watch(page);
  const folder = info.outputPath('mine');
  cloneAt(folder);
  await page.goto('/#lab=language&model=sotu_draft&prompt=The%20people&seed=1&len=6&c=greedy');
  await page.getByText('Your disk').click();
  await page.getByLabel('Model folder').setInputFiles(folder);
  await expect(page.getByTestId('fit')).toContainText('mine', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(page.getByTestId('fit')).toHaveCount(0);

  // A drop as the browser's own: only such a one has folders.
  const { x, y } = (await page.getByTestId('drop-zone').boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: x + 20, y: y + 20, data });
  await expect(page.getByTestId('fit')).toContainText('mine', { timeout: 30_000 });
  await page.getByTestId('fit').getByRole('button', { name: 'Load' }).click();
  await expect(page.getByText('In use: mine')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-phase', 'done', { timeout: 90_000 });
  await expect(page.getByTestId('text-0').locator('.token')).toHaveCount(6);
  expect(seen.errors).toEqual([]);
});
