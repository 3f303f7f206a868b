import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { createWeightLoader } from './weights.ts';

const { signal } = new AbortController();
const FOLDER = 'mlp2d';
/** The bundled models as a host gives them; weights when `ready`. Hears every file asked for. */
function host(ready: Promise<unknown> = Promise.resolve()): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    const { pathname } = new URL(url);
    asked.push(pathname.split('/').at(-1)!);
    if (pathname.endsWith('.safetensors')) await ready;
    return new Response(readFileSync(new URL(`../../../public${pathname}`, import.meta.url)));
  });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

test('the card is told to everybody who waits, while the weights of one download are still on their way', async () => {
  let arrive = () => {};
  const asked = host(new Promise<void>((resolve) => (arrive = resolve)));
  const load = createWeightLoader('https://example.org/', () => {});
  const told: string[] = [];
  const loads = [load(FOLDER, signal, () => told.push('first')), load(FOLDER, signal, () => told.push('second'))];
  await vi.waitFor(() => expect(told).toEqual(['first', 'second']), 20_000);
  arrive();
  await Promise.all(loads);
  expect(asked).toEqual(['model.json', 'weights.safetensors']);
});

test('a card that its reader refuses breaks nothing but that reader', async () => {
  host();
  const unhandled = vi.fn();
  const load = createWeightLoader('https://example.org/', () => {});
  process.on('unhandledRejection', unhandled);
  await load(FOLDER, signal, () => {
    throw new Error('another kind of model');
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('when all bytes are here the words are of what follows: 100 % of a download stands for nothing else', async () => {
  host();
  const told: [string, number | null][] = [];
  await createWeightLoader('https://example.org/', (text, fraction) => told.push([text, fraction]))(FOLDER, signal);
  expect(told.at(-1)).toEqual([expect.stringMatching(/^Preparing /), null]);
  expect(told.filter(([, fraction]) => fraction === 1)).toEqual([]);
});
