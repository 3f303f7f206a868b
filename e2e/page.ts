import { expect, type Page } from '@playwright/test';

/** Every error that the page reports, and every request to another host. */
export function watch(page: Page): { readonly errors: string[]; readonly strangers: string[] } {
  const errors: string[] = [];
  const strangers: string[] = [];
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') errors.push(`${m.type()}: ${m.text()}`);
  });
  page.on('pageerror', (e) => errors.push(e.message));
  page.on('request', (r) => {
    if (!/^(https?:\/\/127\.0\.0\.1[:/]|data:|blob:)/.test(r.url())) strangers.push(r.url());
  });
  return { errors, strangers };
}

export const status = (page: Page) => page.getByTestId('run-status');

/**
 * Loads the page afresh with this hash: a mere change of hash would leave the last run's "done" in place for a moment.
 */
export async function open(page: Page, hash = ''): Promise<void> {
  if (page.url() !== 'about:blank') await page.goto('about:blank');
  await page.goto(`/${hash}`);
}

/** Waits until the current run has ended. */
export async function finished(page: Page, timeout = 60_000): Promise<void> {
  await expect(status(page)).toHaveAttribute('data-phase', 'done', { timeout });
}

/** A number of the results table; NaN when the cell is empty. */
export async function result(page: Page, row: number, column: string): Promise<number> {
  const text = await page
    .getByTestId(`result-row-${row}`)
    .locator(`[data-column="${column}"]`)
    .getAttribute('data-value');
  return text === null || text === '' ? NaN : Number(text);
}

/** Share of a canvas's pixels that differ from its corner pixel: 0 means that nothing was drawn. */
export const inked = (page: Page, id: string): Promise<number> =>
  page.getByTestId(id).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let other = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i] !== data[0] || data[i + 1] !== data[1] || data[i + 2] !== data[2]) other++;
    return other / (data.length / 4);
  });
