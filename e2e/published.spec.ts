import { expect, test, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { crc, drop, exported, textChunk } from './files.ts';
import { finished, open, result, watch } from './page.ts';

// One picture, few steps, nothing measured: seconds on a processor.
const small = '#lab=pictures&n=1&ref=0&c=euler:karras:2:w=1';
const notice = (page: Page, kind: string) => page.locator(`[data-kind="${kind}"]`);
/** Stands for what a canvas shows: equal for equal pictures. */
async function drawing(page: Page, id: string): Promise<string> {
  const url = await page.getByTestId(id).evaluate((c) => (c as HTMLCanvasElement).toDataURL());
  return createHash('sha256').update(url).digest('hex');
}

async function copiedLink(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/&fp=1\./);
  return link;
}

test('the bundled model draws what is written; the copied link reproduces, and an altered one says where it differs', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto('/#lab=pictures&n=1&ref=0&seed=3&c=euler:karras:3:w=1&c=dpmpp_2m:karras:3:w=1');
  await finished(page);
  await expect(page.getByTestId('model-facts')).toContainText('UNet2DConditionModel');
  await expect(page.getByTestId('tokens-prompt')).toContainText(/\d+ of \d+ tokens/);
  await expect(page.getByTestId('picture-0-0')).toHaveAttribute('data-exact', 'true');
  expect(await drawing(page, 'picture-0-0')).not.toBe(await drawing(page, 'picture-1-0'));
  expect([await result(page, 0, 'nfe'), await result(page, 1, 'passes')]).toEqual([3, 3]);
  const before = await drawing(page, 'picture-0-0');
  const link = await copiedLink(page);

  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced', { timeout: 60_000 });
  // In the same page: its kernels are compiled.
  await page.goto(link.replace('dpmpp_2m:karras:3', 'dpmpp_2m:karras(rho=5):3'));
  await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'differs', { timeout: 60_000 });
  await expect(page.getByTestId('reproduction')).toContainText(/step \d of DPM-Solver\+\+\(2M\)/);

  // Other words from the same noise are another picture.
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('blue hair, style dylan');
  await expect(page).toHaveURL(/prompt=blue\+hair/);
  await finished(page);
  expect(await drawing(page, 'picture-0-0')).not.toBe(before);
  expect(seen.errors).toEqual([]);
});

test('a contender that cannot be run is named, and the others run', async ({ page }) => {
  const seen = watch(page);
  await page.goto('/#lab=pictures&n=1&ref=0&conv=diffusers&c=restart:karras:4:w=1&c=ddim:uniform:2:w=1');
  await finished(page);
  await expect(notice(page, 'run-left-out')).toContainText('One contender was left out of the run.');
  await expect(notice(page, 'run-left-out')).toContainText(/Contender 1, Restart/);
  expect([await result(page, 0, 'nfe'), await result(page, 1, 'nfe')]).toEqual([NaN, 2]);
  expect(seen.errors).toEqual([]);
});

test('a prompt over the limit: what was cut off is shown', async ({ page }) => {
  const words = Array.from({ length: 60 }, (_, i) => `hair${i}`).join(' ');
  await page.goto(`/${small}&prompt=${words.replaceAll(' ', '+')}`);
  await finished(page);
  await expect(page.getByTestId('cut-prompt')).toContainText(
    /The text encoder reads \d+ tokens: “hair\d+ hair\d+ .*…” was cut off/,
  );
});

test('two contenders large: wiped over each other and subtracted', async ({ page }) => {
  const seen = watch(page);
  await page.goto('/#lab=pictures&n=1&ref=0&c=euler:karras:2:w=1&c=ddim:uniform:2:w=1');
  await finished(page);
  await page.getByTestId('picture-0-0').click();
  const large = page.getByTestId('large');
  const whole = await drawing(page, 'large-canvas');
  await large.getByText('Wipe', { exact: true }).click();
  await large.getByRole('slider', { name: 'Divide' }).fill('20');
  const top = large.locator('canvas.large-top');
  await expect(top).toHaveCSS('clip-path', 'inset(0px 0px 0px 20%)');
  expect(await top.evaluate((c) => (c as HTMLCanvasElement).toDataURL())).not.toBe(whole);
  await large.getByText('Difference', { exact: true }).click();
  await expect(large.getByTestId('difference-scale')).toBeVisible();
  await expect.poll(() => drawing(page, 'large-canvas')).not.toBe(whole);
  await page.keyboard.press('Escape');
  // The menu by other tools' names and by keys: one that is not here is told with what is nearest, one that is runs.
  await page.getByRole('button', { name: 'Contender 2: sampler' }).click();
  const menu = page.getByRole('dialog');
  await expect(menu.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('rk6_7s');
  await expect(menu.getByRole('status')).toContainText(/RES4LYF’s rk6_7s is not here: .* Nearest here: Butcher/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('KDPM2DiscreteScheduler');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/c=dpm_2:uniform:2:w=1/);
  await finished(page);
  expect(seen.errors).toEqual([]);
});

test('a step is decoded when the reader asks, and words that the model never met are named', async ({ page }) => {
  const seen = watch(page);
  await page.goto(
    `/${small.replace('karras:2', 'karras:4')}&c=lcm:uniform:2:w=1&steps=2.3&prompt=a+zebra+(red:1.2)+hair`,
  );
  await finished(page);
  await expect(page.getByTestId('unknown-prompt')).toContainText('captions without “zebra”;');
  await expect(page.getByTestId('mark-prompt')).toContainText('“(red:1.2)”: words have no weights here');
  const button = page.getByRole('button', { name: 'Decode this step exactly' });
  await expect(button).toBeDisabled();
  await page.getByRole('slider', { name: 'Step', exact: true }).fill('2');
  const shown = page.getByTestId('picture-0-0');
  await expect(shown).toHaveAttribute('data-exact', 'false');
  const preview = await drawing(page, 'picture-0-0');
  await button.click();
  for (const id of ['picture-0-0', 'picture-1-0'])
    await expect(page.getByTestId(id)).toHaveAttribute('data-exact', 'true');
  expect(await drawing(page, 'picture-0-0')).not.toBe(preview);
  await expect(page.getByTestId('decode')).toHaveAttribute('data-phase', 'done');
  // Another step is a preview, and the way back costs nothing.
  await page.getByRole('slider', { name: 'Step', exact: true }).fill('1');
  await expect(shown).toHaveAttribute('data-exact', 'false');
  await page.getByRole('slider', { name: 'Step', exact: true }).fill('2');
  await expect(shown).toHaveAttribute('data-exact', 'true');

  // The sweep says whom it passes over.
  await page.getByRole('button', { name: 'Run sweep' }).click();
  await expect(page.getByTestId('sweep')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(page.getByTestId('sweep-passed')).toContainText(/LCM.* was passed over: it draws fresh noise/);
  expect(seen.errors).toEqual([]);
});

test('a device that is lost in the middle of a run: the same picture from the next one', async ({ page }) => {
  await page.goto('/#lab=pictures&n=1&ref=0&c=euler:karras:16:w=1');
  await finished(page);
  const before = await drawing(page, 'picture-0-0');
  await page.getByTestId('device').click();
  await page.getByText('Diagnostics').click();
  await page.getByRole('button', { name: 'Run', exact: true }).evaluate((b) => (b as HTMLButtonElement).click());
  await expect(page.getByTestId('picture-0-0')).toHaveAttribute('data-exact', 'false');
  await page.getByRole('button', { name: 'Simulate a lost GPU' }).click();
  await expect(page.getByTestId('notice').filter({ hasText: /is back/i })).toBeVisible();
  await finished(page);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('picture-0-0')).toHaveAttribute('data-exact', 'true');
  expect(await drawing(page, 'picture-0-0')).toBe(before);
});

test('pictures leave as PNG with everything in them, alone or together, and dropped on the page open their experiment', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto(`/${small}&seed=7&c=ddim:uniform:2:w=1`);
  await finished(page);
  const sheet = await exported(page, () => page.getByRole('combobox', { name: 'Export' }).selectOption('png'));
  expect(sheet.name).toBe('stepscope-text-avatars-seed-7.png');
  expect(sheet.bytes.readUInt32BE(16)).toBe(2480);
  expect(JSON.parse(textChunk(sheet.bytes, 'stepscope'))).toMatchObject({
    format: 'stepscope-pictures',
    results: [{ nfe: 2, sigmas: expect.arrayContaining([0]) }, { nfe: 2 }],
  });
  const csv = await exported(page, () => page.getByRole('combobox', { name: 'Export' }).selectOption('csv'));
  expect(csv.bytes.toString().split('\r\n')).toHaveLength(4);
  // The noise is this page's own: there is no script, and why is said.
  await page.getByRole('combobox', { name: 'Export' }).selectOption('py');
  await expect(notice(page, 'export')).toContainText('Conventions are exact');
  await notice(page, 'export').getByRole('button', { name: 'Set as diffusers' }).click();
  await expect(page).toHaveURL(/noise=torch-cpu&conv=diffusers/);
  await expect(notice(page, 'export')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(page).not.toHaveURL(/conv=/);
  await finished(page);

  await page.getByTestId('picture-1-0').click();
  const one = await exported(page, () => page.getByRole('button', { name: 'Save PNG' }).click());
  expect(one.name).toBe('stepscope-text-avatars-seed-7-2-ddim-1.png');
  expect([one.bytes.readUInt32BE(16), one.bytes.readUInt32BE(20)]).toEqual([64, 64]);

  await open(page, small);
  await finished(page);
  for (const { name, bytes } of [sheet, one]) {
    await drop(page, name, bytes);
    await expect(page).toHaveURL(/seed=7/);
    await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced', { timeout: 60_000 });
    await expect(notice(page, 'restored')).toContainText(`“${name}” holds this experiment.`);
    await page.keyboard.press('Control+z');
    await expect(page).toHaveURL(/c=euler:karras:2:w=1$/);
    await expect(notice(page, 'restored')).toHaveCount(0);
  }
  // The same picture as what the present experiment starts from.
  await drop(page, one.name, one.bytes);
  await expect(page).toHaveURL(/seed=7/);
  await notice(page, 'restored').getByRole('button', { name: 'Use as start instead' }).click();
  await expect(page).toHaveURL(/n=1&start=[0-9a-f]{64}:stepscope-[\w.-]+@5&ref=0&c=euler:karras:2:w=1$/);
  await finished(page);
  await copiedLink(page);
  await expect(notice(page, 'link-start')).toContainText('the picture itself stays here. Send the file along.');
  expect(seen.errors).toEqual([]);
});

test(
  'dropped pictures of others: settings are taken as far as they go, plain ones become the start, graphs are refused by name',
  { tag: '@full' },
  async ({ page }) => {
    const seen = watch(page);
    await page.goto(`/${small}`);
    await finished(page);
    const picture = async (type: string) => {
      const url = await page.evaluate((type) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [20, 10];
        canvas.getContext('2d')!.fillRect(0, 0, 9, 9);
        return canvas.toDataURL(type);
      }, type);
      return Buffer.from(url.split(',')[1]!, 'base64');
    };
    const png = await picture('image/png');
    /** The text in a chunk of Latin letters, as Pillow writes it. */
    const withText = (keyword: string, text: string) => {
      const body = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1');
      const chunk = Buffer.concat([Buffer.alloc(4), body, Buffer.alloc(4)]);
      chunk.writeUInt32BE(body.length - 4);
      chunk.writeUInt32BE(crc(body), 4 + body.length);
      return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
    };
    const settings =
      'pink hair\nNegative prompt: hats\nSteps: 3, Sampler: DPM++ 2M Karras, CFG scale: 2, Seed: 5, Size: 64x64, Model: mine, Hires upscale: 2';
    await drop(page, 'a1111.png', withText('parameters', settings));
    await expect(page).toHaveURL(/prompt=pink\+hair&neg=hats&.*seed=5&noise=torch-cuda&.*c=dpmpp_2m:karras:3:w=2$/);
    const told = notice(page, 'restored');
    await expect(told).toContainText('“a1111.png” carries settings as A1111 writes them:');
    await expect(told).toContainText(/Taken: .*Seed 5/);
    await expect(told).toContainText(
      'Model “mine” not taken: a checkpoint’s name and hash do not say where it can be had',
    );
    await expect(told).toContainText('Hires upscale “2” not taken: there is no second pass at a larger size.');
    await page.keyboard.press('Control+z');
    await expect(page).toHaveURL(/c=euler:karras:2:w=1$/);

    await drop(page, 'graph.png', withText('prompt', '{"3":{"class_type":"KSampler","inputs":{}}}'));
    await expect(told).toContainText('“graph.png” holds a graph of ComfyUI with 1 node (KSampler among them)');
    await expect(page).not.toHaveURL(/start=/);
    await told.getByRole('button', { name: 'Start from this picture' }).click();
    await expect(page).toHaveURL(/start=[0-9a-f]{64}:graph\.png@5&/);
    await finished(page);
    const link = await copiedLink(page);

    await drop(page, 'photo.jpg', await picture('image/jpeg'));
    await expect(told).toContainText('“photo.jpg” is what runs start from now, instead of “graph.png”.');
    await expect(page).toHaveURL(/:photo\.jpg@5&/);
    await drop(page, 'notes.doc', Buffer.from('hello'));
    await expect(told).toContainText('“notes.doc” is of a kind that is not read here. Drop an export of this page');
    await drop(page, 'empty.png', Buffer.alloc(0));
    await expect(told).toContainText('“empty.png” is empty: it has 0 bytes.');
    await drop(page, 'cut.png', png.subarray(0, 40));
    await expect(notice(page, 'start')).toContainText(
      '“cut.png” cannot be read as a picture: it begins as a PNG and cannot be decoded: it is cut short or damaged.',
    );
    await expect(page).toHaveURL(/:photo\.jpg@5&/);

    // A link cannot carry the picture: given the same one, the run is the same.
    await page.goto('about:blank');
    await page.goto(link);
    await expect(notice(page, 'start')).toContainText('starts from the picture “graph.png”, which a link cannot carry');
    await drop(page, 'mine.png', png);
    await expect(told).toContainText('“mine.png” is the picture that this experiment starts from.');
    await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced', { timeout: 60_000 });
    expect(seen.errors).toEqual([]);
  },
);
