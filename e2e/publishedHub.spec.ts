import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { finished, watch } from './page.ts';

const golden = new URL('../training/golden-diffusers/', import.meta.url);
const REPO = 'tester/tiny-sd';
const COMMIT = 'c0ffee'.padEnd(40, '0');
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A vocabulary with no more tokens than the tiny text encoder has rows: bytes as GPT-2 writes them, and some merges. */
function tokenizer(): Record<string, Buffer> {
  const { merges } = JSON.parse(
    readFileSync(new URL('../training/golden-tokenizers/clip.json', import.meta.url), 'utf8'),
  ) as { merges: string };
  let next = 256;
  const bytes = Array.from({ length: 256 }, (_, b) =>
    String.fromCharCode((b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174 ? b : next++),
  );
  const kept = merges
    .split('\n')
    .filter((line) => line.includes(' ') && !line.startsWith('#'))
    .slice(0, 80);
  const tokens = [...bytes, ...bytes.map((c) => `${c}</w>`), ...kept.map((line) => line.replace(' ', ''))];
  return {
    'tokenizer/vocab.json': json(
      Object.fromEntries([...tokens, '<|startoftext|>', '<|endoftext|>'].map((token, id) => [token, id])),
    ),
    'tokenizer/merges.txt': Buffer.from(kept.join('\n')),
    'tokenizer/tokenizer_config.json': json({ model_max_length: 77 }),
  };
}
const part = (name: string, family: string): Record<string, Buffer> =>
  Object.fromEntries(
    readdirSync(new URL(`${family}/`, golden))
      .filter((file) => file !== 'golden.json')
      .map((file) => [`${name}/${file}`, readFileSync(new URL(`${family}/${file}`, golden))]),
  );
/** The smallest Stable Diffusion there is: random weights, in diffusers' own layout. */
const tiny: Record<string, Buffer> = {
  'model_index.json': json({
    _class_name: 'StableDiffusionPipeline',
    scheduler: ['diffusers', 'EulerDiscreteScheduler'],
    text_encoder: ['transformers', 'CLIPTextModel'],
    tokenizer: ['transformers', 'CLIPTokenizer'],
    unet: ['diffusers', 'UNet2DConditionModel'],
    vae: ['diffusers', 'AutoencoderKL'],
  }),
  'scheduler/scheduler_config.json': json({
    _class_name: 'EulerDiscreteScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    prediction_type: 'v_prediction',
  }),
  ...tokenizer(),
  ...part('unet', 'sd2'),
  ...part('vae', 'vae'),
  ...part('text_encoder', 'clip-quick'),
};
/** The same with its weights as pickles alone. */
const pickled = Object.fromEntries(
  Object.entries(tiny).map(([name, bytes]) => [name.replace(/\.safetensors$/, '.bin'), bytes]),
);
/** A consistency model of pixels. */
const consistency: Record<string, Buffer> = {
  'model_index.json': json({
    _class_name: 'ConsistencyModelPipeline',
    scheduler: ['diffusers', 'CMStochasticIterativeScheduler'],
    unet: ['diffusers', 'UNet2DModel'],
  }),
  'scheduler/scheduler_config.json': json({ _class_name: 'CMStochasticIterativeScheduler' }),
  ...part('unet', 'cd'),
};
const repositories: Readonly<Record<string, Record<string, Buffer>>> = {
  [REPO]: tiny,
  'tester/pickled': pickled,
  'tester/diffusers-cd_tiny': consistency,
};

/** Stands in for the hub, and counts the bytes of files that it sends. */
async function fakeHub(context: BrowserContext): Promise<{ sent: number }> {
  const state = { sent: 0 };
  await context.route('https://huggingface.co/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Content-Range, Link, X-Error-Code',
    };
    const answer = (value: unknown) =>
      route.fulfill({ status: 200, headers, contentType: 'application/json', body: JSON.stringify(value) });
    const [repo, files] = Object.entries(repositories).find(([name]) => pathname.includes(`/${name}/`)) ?? [];
    if (!repo || !files)
      return route.fulfill({ status: 401, headers: { ...headers, 'x-error-code': 'GatedRepo' }, body: '' });
    if (pathname === `/api/models/${repo}/revision/main`)
      return answer({ sha: COMMIT, cardData: { license: 'creativeml-openrail-m' } });
    if (pathname === `/api/models/${repo}/tree/${COMMIT}`)
      return answer(
        Object.entries(files).map(([path, f]) => ({
          type: 'file',
          path,
          size: f.length,
          ...(/\.(safetensors|bin)$/.test(path) && { lfs: { oid: sha(f), size: f.length } }),
        })),
      );
    const file = files[pathname.replace(`/${repo}/resolve/${COMMIT}/`, '')];
    const range = /^bytes=(\d+)-(\d+)$/.exec(route.request().headers()['range'] ?? '');
    if (!file || !range) return route.fulfill({ status: 404, headers, body: '' });
    const body = file.subarray(Number(range[1]), Number(range[2]) + 1);
    state.sent += body.length;
    return route.fulfill({
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${range[1]}-${range[2]}/${file.length}` },
      contentType: 'application/octet-stream',
      body,
    });
  });
  return state;
}

const link = (model: string) => `/#lab=pictures&model=${model}&prompt=a+cat&ref=0&c=euler:karras:2`;
const ran = (page: Page) =>
  expect(page.getByTestId('run-status')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
const drawing = (page: Page) => page.getByTestId('picture-0-0').evaluate((c) => (c as HTMLCanvasElement).toDataURL());

test('a repository: what it takes is said first, then it is downloaded, run, and kept over a reload', async ({
  page,
  context,
}) => {
  const hub = await fakeHub(context);
  const seen = watch(page);
  await page.goto(link(`hub:${REPO}`));
  const fit = page.getByTestId('fit');
  await expect(fit).toContainText(REPO, { timeout: 60_000 });
  await expect(fit).toContainText('UNet 518 kB, text encoder 123 kB, autoencoder 441 kB');
  await expect(fit).toContainText('Licence: CreativeML OpenRAIL-M: some uses are forbidden');
  for (const format of ['f32', 'f16', 'int8', 'int4'])
    await expect(fit.getByRole('row').filter({ hasText: format })).toContainText(/[\d.]+ MB.*at 32×32/);
  expect(hub.sent, 'before the reader agrees, no weights').toBeLessThan(50_000);
  await page.getByRole('button', { name: 'Download and load' }).click();
  await ran(page);
  await expect(page.getByTestId('model-facts')).toContainText('UNet2DConditionModel');
  await expect(page.getByTestId('credits')).toContainText('CreativeML OpenRAIL-M');
  await expect(page.getByTestId('picture-0-0')).toHaveAttribute('data-exact', 'true');
  const before = await drawing(page);

  hub.sent = 0;
  await page.goto('about:blank');
  await page.goto(link(`hub:${REPO}`));
  await ran(page);
  expect(await drawing(page)).toBe(before);
  expect(hub.sent, 'bytes of files after a reload').toBe(0);
  expect(seen.errors).toEqual([]);
});

test('pickles are not read, and what is closed is named with what to do', async ({ page, context }) => {
  await fakeHub(context);
  await page.goto(link('hub:tester/pickled'));
  const refused = page.locator('[data-kind="model"]');
  await expect(refused).toContainText(/\.bin/, { timeout: 60_000 });
  await expect(refused).toContainText('try hub:tester/pickled@refs/pr/1');
  await page.goto('about:blank');
  await page.goto(link('hub:someone/gated'));
  await expect(refused).toContainText(/someone\/gated@main .*\(HTTP 401\)/, { timeout: 60_000 });
  await expect(refused).toContainText(/access token/);
  await expect(refused.getByRole('button', { name: 'Take the bundled model' })).toBeVisible();
});

test('looking a repository up is cancelled: nothing more is asked of it, and the form takes another', async ({
  page,
  context,
}) => {
  await fakeHub(context);
  // One that answers when it is let.
  let answer: () => void = () => undefined;
  const asked: string[] = [];
  await context.route('https://huggingface.co/api/models/tester/slow/**', async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    await new Promise<void>((resolve) => (answer = resolve));
    await route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' }, json: { sha: COMMIT } });
  });
  await page.goto('/#lab=pictures&n=1&ref=0&c=euler:karras:1:w=1');
  await finished(page); // a run that begins meanwhile would end the looking up by itself
  await page.getByText('From the hub', { exact: true }).click();
  const repository = page.getByRole('combobox', { name: 'Repository' });
  await repository.fill('tester/slow');
  await page.getByRole('button', { name: 'Does it fit here?' }).click();
  await expect.poll(() => asked.length).toBe(1);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Looking…' })).toHaveCount(0);
  answer();
  await repository.fill(REPO);
  await page.getByRole('button', { name: 'Does it fit here?' }).click();
  await expect(page.getByTestId('fit')).toContainText(REPO);
  expect(asked).toEqual(['/api/models/tester/slow/revision/main']);
});

test('a consistency model runs from listed places, as timesteps of diffusers, and its link has them', async ({
  page,
  context,
}) => {
  await fakeHub(context);
  const seen = watch(page);
  await page.goto('/#lab=pictures&model=hub:tester/diffusers-cd_tiny&n=1&conv=diffusers&c=consistency:karras:2');
  await page.getByRole('button', { name: 'Download and load' }).click({ timeout: 60_000 });
  await ran(page);
  await page.getByTestId('contender-0').locator('details.params summary').click();
  const places = page.getByRole('textbox', { name: 'Contender 1: places of the levels' });
  await places.fill('22, 11');
  await places.blur();
  await expect(page.getByTestId('contender-0')).toContainText('Write whole numbers that fall from at most 39 to 0');
  await places.fill('22, 11, 0');
  await places.blur();
  await expect(page).toHaveURL(/c=consistency:explicit\(80_14\.\d+_1\.38\d+_0\)$/);
  await ran(page);
  await expect(page.locator('[data-kind="run-left-out"]')).toHaveCount(0);
  await expect(page.getByTestId('result-row-0').locator('[data-column="nfe"]')).toHaveAttribute('data-value', '3');
  await places.fill('');
  await places.blur();
  await expect(page).toHaveURL(/c=consistency:karras:3$/);
  expect(seen.errors).toEqual([]);
});
