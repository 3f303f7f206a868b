import { expect, test, type Page } from '@playwright/test';
import { drop, exported as handedOver, textChunk } from './files.ts';
import { finished, watch } from './page.ts';

const experiment =
  'model=ring8&seed=7&n=128&c=euler:karras:8&c=ipndm:karras:8&c=dpmpp_2m_sde:karras:10&budgets=4&seeds=1';

async function copiedLink(page: Page): Promise<string> {
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

test('what is looked at goes with the link: layout, metric, axis, overlays', async ({ page, context }) => {
  const seen = watch(page);
  await page.goto(`/#${experiment}`);
  await finished(page);
  await expect(page).not.toHaveURL(/view=/);
  await page.getByText('Overlay', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'Trajectories' }).uncheck();
  await page.getByRole('combobox', { name: 'Quality metric' }).selectOption('sw1');
  await page.getByText('Wall ms', { exact: true }).click();
  const view = 'view=layout:overlay,metric:sw1,axis:wallMs,trails:0';
  await expect(page).toHaveURL(new RegExp(`${view}$`));
  const link = await copiedLink(page);
  expect(link).toContain(`&${view}&fp=1.`);

  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced');
  await expect(other.getByTestId('canvas-overlay')).toBeVisible();
  await expect(other.getByRole('combobox', { name: 'Quality metric' })).toHaveValue('sw1');
  await expect(other.getByRole('radio', { name: 'Wall ms' })).toBeChecked();
  await expect(other.getByRole('checkbox', { name: 'Trajectories' })).not.toBeChecked();
  // A way of looking is no edit: the record stands, and there is nothing to undo.
  await other.getByText('Side by side', { exact: true }).click();
  await expect(other).toHaveURL(/view=metric:sw1,axis:wallMs,trails:0&fp=1\./);
  await expect(other.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await other.goto('about:blank');
  await other.goto(`/#${experiment}&view=layout:round`);
  await expect(other.getByTestId('notice')).toContainText('Layout is one of side, overlay');
  expect(seen.errors).toEqual([]);
});

/** What the export menu hands over. */
const exported = (page: Page, kind: string) =>
  handedOver(page, () => page.getByRole('combobox', { name: 'Export' }).selectOption(kind));

test('results leave as CSV, JSON, PNG and SVG; JSON and PNG dropped on the page open the experiment and reproduce it', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto(`/#${experiment}`);
  await finished(page);
  await expect(page.getByTestId('sweep')).toHaveAttribute('data-phase', 'done');

  const csv = await exported(page, 'csv');
  expect(csv.name).toBe('stepscope-ring8.csv');
  const [head, ...rows] = csv.bytes.toString().trim().split('\r\n');
  expect(head).toMatch(/^of,contender,sampler,.*,link$/);
  expect(rows.filter((r) => r.startsWith('this run,'))).toHaveLength(3);
  expect(rows.filter((r) => r.startsWith('sweep,')).length).toBeGreaterThan(2);
  expect(rows.filter((r) => r.includes('#seed=7'))).toHaveLength(1);

  const json = await exported(page, 'json');
  expect(json.bytes.toString()).toContain('"format": "stepscope-results"');
  await page.getByRole('slider', { name: 'Step', exact: true }).fill('4');
  const png = await exported(page, 'png');
  const held = JSON.parse(textChunk(png.bytes, 'stepscope')) as { results: unknown[]; shown: object; link: string };
  expect(held.results).toHaveLength(rows.length);
  expect(held.shown).toMatchObject({
    contenders: [
      { step: 3, of: 8 },
      { step: 3, of: 8 },
      { step: 4, of: 10 },
    ],
  });
  // Two device pixels for one of a layout that is 1240 wide.
  expect(png.bytes.readUInt32BE(16)).toBe(2480);
  for (const chart of ['quality', 'latency', 'pareto']) {
    const svg = await exported(page, `svg-${chart}`);
    expect(svg.name).toBe(`stepscope-ring8-${chart}.svg`);
    const text = svg.bytes.toString();
    expect(text).toMatch(/^<\?xml[^]*<\/svg>\n$/);
    expect(text).toContain('<metadata>http');
    expect(text).toContain('iPNDM');
    expect(text).not.toMatch(/var\(--|class=/);
  }

  for (const { name, bytes } of [png, json]) {
    await page.goto('about:blank');
    await page.goto('/#model=moons&n=32&c=euler:karras:4&budgets=4&seeds=1');
    await finished(page);
    await drop(page, name, bytes);
    await expect(page).toHaveURL(/#seed=7&n=128/);
    await expect(page.getByTestId('reproduction')).toHaveAttribute('data-verdict', 'reproduced');
    await expect(page.locator('[data-kind="restored"]')).toContainText(`“${name}” holds this experiment.`);
    await page.keyboard.press('Control+z');
    await expect(page).toHaveURL(/#model=moons&n=32/);
  }
  await drop(page, 'photo.png', png.bytes.subarray(0, 60));
  await expect(page.locator('[data-kind="restored"]')).toContainText(
    '“photo.png” is a picture that carries no experiment.',
  );
  await drop(page, 'config.json', Buffer.from('{"model_type":"llama"}'));
  await expect(page.locator('[data-kind="restored"]')).toContainText('“config.json” is neither a PNG nor a JSON');
  await expect(page).toHaveURL(/#model=moons&n=32/);
  expect(seen.errors).toEqual([]);
});
