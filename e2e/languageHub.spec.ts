import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { watch } from './page.ts';

const folder = new URL('../public/models/sotu/', import.meta.url);
const REPO = 'tester/sotu';
const COMMIT = 'c0ffee'.padEnd(40, '0');
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** The half-precision weights once more in single precision: the same model, in two chunks of 8 MiB. */
function widened(file: Buffer): Buffer {
  const length = Number(file.readBigUInt64LE(0));
  const head = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >;
  const data = file.subarray(8 + length);
  const wide = Buffer.alloc(2 * data.length);
  for (const [name, entry] of Object.entries(head)) {
    if (name === '__metadata__') continue;
    expect(entry.dtype).toBe('F16');
    for (let at = entry.data_offsets[0]; at < entry.data_offsets[1]; at += 2) {
      const half = data.readUInt16LE(at);
      const exponent = (half >> 10) & 31;
      const fraction = half & 1023;
      wide.writeFloatLE(
        (half & 0x8000 ? -1 : 1) *
          (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)),
        2 * at,
      );
    }
    Object.assign(entry, { dtype: 'F32', data_offsets: entry.data_offsets.map((o) => 2 * o) });
  }
  const text = Buffer.from(JSON.stringify(head));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, wide]);
}
const files: Record<string, Buffer> = Object.fromEntries(
  ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'].map((name) => [
    name,
    readFileSync(new URL(name, folder)),
  ]),
);
files['model.safetensors'] = widened(files['model.safetensors']!);
const total = Object.values(files).reduce((n, f) => n + f.length, 0);

/** Stands in for the hub, and counts its requests. */
async function fakeHub(
  context: BrowserContext,
): Promise<{ readonly asked: string[]; sent: number; down: boolean; readonly tokens: Set<string | undefined> }> {
  const state = { asked: [] as string[], sent: 0, down: false, tokens: new Set<string | undefined>() };
  await context.route('https://huggingface.co/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Content-Range, Link, X-Error-Code',
    };
    if (state.down) return route.abort('internetdisconnected');
    state.asked.push(pathname);
    state.tokens.add(route.request().headers()['authorization']);
    const json = (value: unknown, status = 200) =>
      route.fulfill({ status, headers, contentType: 'application/json', body: JSON.stringify(value) });
    if (pathname === `/api/models/${REPO}/revision/main`) return json({ sha: COMMIT });
    if (pathname === `/api/models/${REPO}/tree/${COMMIT}`)
      return json(
        Object.entries(files).map(([path, f]) => ({
          type: 'file',
          path,
          size: f.length,
          ...(path.endsWith('.safetensors') && { lfs: { oid: sha(f), size: f.length } }),
        })),
      );
    const file = files[pathname.replace(`/${REPO}/resolve/${COMMIT}/`, '')];
    const range = /^bytes=(\d+)-(\d+)$/.exec(route.request().headers()['range'] ?? '');
    if (!file || !range)
      return route.fulfill({ status: 401, headers: { ...headers, 'x-error-code': 'RepoNotFound' }, body: '' });
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

const link = (model: string) => `/#lab=language&model=${model}&prompt=The%20people&seed=1&len=8&c=greedy`;
const ran = (page: Page) =>
  expect(page.getByTestId('run-status')).toHaveAttribute('data-phase', 'done', { timeout: 90_000 });
const words = (page: Page) => page.getByTestId('text-0').locator('.token').allTextContents();
/** The page asks before it downloads; what is stored is loaded at once. */
const download = async (page: Page) => {
  await page.getByRole('button', { name: 'Download and load' }).click();
  await expect(page.getByText(`In use: ${REPO}`)).toBeVisible({ timeout: 60_000 });
  await ran(page);
};
const open = async (page: Page, model: string) => {
  await page.goto('about:blank');
  await page.goto(link(model));
};

test('a model of the hub: downloaded once, kept over a reload, there without the hub, deleted by a button', async ({
  page,
  context,
}) => {
  const hub = await fakeHub(context);
  const seen = watch(page);
  await page.goto(link('sotu'));
  await ran(page);
  const bundled = await words(page);
  await open(page, `hub:${REPO}`);
  await download(page);
  expect(await words(page), 'the same weights write the same text').toEqual(bundled);
  expect(hub.sent).toBe(total);
  expect([...hub.tokens]).toEqual([undefined]);

  hub.sent = 0;
  await open(page, `hub:${REPO}`);
  await ran(page);
  expect(await words(page)).toEqual(bundled);
  expect(hub.sent, 'bytes of files after a reload').toBe(0);

  hub.down = true;
  await open(page, `hub:${REPO}`);
  await ran(page);
  expect(await words(page)).toEqual(bundled);
  await expect(page.locator('body')).toContainText(
    /The hub was not reached: this is tester\/sotu@main as it was on \d{4}-/,
  );
  hub.down = false;

  await page.getByText(/On this machine: 1 model/).click();
  await page.getByRole('button', { name: /Delete tester\/sotu .* from this machine/ }).click();
  await expect(page.getByText(/On this machine/)).toHaveCount(0);
  await open(page, `hub:${REPO}`);
  await download(page);
  expect(hub.sent, 'after it was deleted').toBe(total);
  expect(seen.errors.filter((e) => !e.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
});

test('a chunk that was damaged on disk is fetched again, and only that', async ({ page, context }) => {
  const hub = await fakeHub(context);
  await page.goto(link(`hub:${REPO}`));
  await download(page);
  const text = await words(page);
  const damaged = await page.evaluate(async () => {
    type Directory = FileSystemDirectoryHandle & AsyncIterable<[string, FileSystemHandle]>;
    const root = (await (await navigator.storage.getDirectory()).getDirectoryHandle('stepscope-language')) as Directory;
    const sizes: Record<string, number> = {};
    for await (const [folder, handle] of root) {
      for await (const [name, entry] of handle as Directory)
        sizes[name] = (await (entry as FileSystemFileHandle).getFile()).size;
      const chunk = await (handle as FileSystemDirectoryHandle).getFileHandle('3.0');
      const stream = await chunk.createWritable({ keepExistingData: true });
      await stream.write({ type: 'write', position: 1000, data: new Uint8Array([1, 2, 3, 4]) });
      await stream.close();
      return { folder, sizes };
    }
    return null;
  });
  expect(damaged?.sizes).toMatchObject({
    '3.0': 2 ** 23 + 32,
    '3.1': files['model.safetensors']!.length - 2 ** 23 + 32,
    '3.verified': 0,
  });
  hub.sent = 0;
  await open(page, `hub:${REPO}`);
  await ran(page);
  expect(await words(page)).toEqual(text);
  expect(hub.sent).toBe(2 ** 23);
});

test('a repository that is not there is named, with what to do', async ({ page, context }) => {
  await fakeHub(context);
  await page.goto(link('hub:no/body'));
  await expect(page.locator('body')).toContainText(
    /no\/body@main does not exist, or is private or gated \(HTTP 401\)/,
    { timeout: 60_000 },
  );
  await expect(page.locator('body')).toContainText(/give an access token/);
});
