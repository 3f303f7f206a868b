import { expect, test } from '@playwright/test';
import { finished, open } from './page.ts';

test('a number is taken when the typing rests, at Enter, or when its box is left: its first digits are not run', async ({
  page,
}) => {
  // The steps of every run that the worker is asked for.
  await page.addInitScript(() => {
    const asked: number[] = [];
    const ask = Worker.prototype.postMessage;
    Object.assign(window, { asked });
    Worker.prototype.postMessage = function (this: Worker, message: unknown, ...rest: [never]) {
      const { kind, body } = message as { kind?: string; body?: { experiment?: { contenders: { steps: number }[] } } };
      if (kind === 'run') asked.push(body!.experiment!.contenders[0]!.steps);
      ask.call(this, message, ...rest);
    };
  });
  await page.clock.install();
  await open(page, '#model=grid4&n=64&budgets=4.8&seeds=1&c=euler:karras:8&c=heun:karras:4');
  await finished(page);
  const steps = page.getByTestId('contender-0').getByRole('textbox', { name: /steps/i });
  const asked = () => page.evaluate(() => (window as unknown as { asked: number[] }).asked);
  await steps.focus();
  // Slower than the page gathers quick edits, by the page's clock: a busy machine is slower than any typist.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000);
  for (const digit of '120') {
    await page.keyboard.type(digit);
    await page.clock.runFor(220);
  }
  await page.clock.resume();
  await expect(page).toHaveURL(/c=euler:karras:120&/);
  await finished(page);
  expect(await asked()).toEqual([8, 120]);
  await expect(steps).toHaveValue('120');

  // An arrow goes on from what is typed, not from what was in force.
  await steps.fill('30');
  await page.keyboard.press('ArrowUp');
  await expect(page).toHaveURL(/c=euler:karras:31&/);
  await steps.fill('40');
  await page.keyboard.press('Enter');
  await expect(steps).toHaveAttribute('data-undo', 'experiment');
  // What is typed is the box's own until it rests: asked with the page's clock standing.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000);
  await steps.fill('50');
  await expect(steps).not.toHaveAttribute('data-undo');
  await page.clock.resume();
  await page.keyboard.press('Tab');
  await expect(steps).toHaveAttribute('data-undo', 'experiment');
  await expect(page).toHaveURL(/c=euler:karras:50&/);
  await expect.poll(async () => (await asked()).at(-1)).toBe(50);
  expect(await asked()).not.toContain(30);
});
