// What narrower weights cost: the model is ready without it, it is measured when asked for, and what reads the file once
// more is freed; it ends when the reader wants something else.
import { expect, test } from 'vitest';
import type { LanguageSource } from '../../../hub/source.ts';
import { freshContext } from '../../../gpu/testing.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { labOn } from './testing.ts';

const never = new AbortController().signal;
const draft: LanguageSource = { from: 'bundled', id: 'sotu' };

test('is measured after the model is ready, for narrower weights only', async () => {
  const ctx = await freshContext();
  const lab = labOn(() => Promise.resolve(ctx));
  await lab.use('target', draft, 'f16', nothingGiven, () => {}, never);
  expect(await lab.loss(never)).toBeNull();
  let loads = 0;
  const use = (format: 'int8' | 'int4') =>
    lab.use('target', draft, format, nothingGiven, (p) => void (p.phase === 'read' && p.done === 0 && loads++), never);
  await use('int4');
  // Read once: nothing was compared before the model was ready.
  expect(loads).toBe(1);
  const held = lab.memory().owners;
  const four = (await lab.loss(never))!;
  expect(lab.memory().owners).toEqual(held);
  await use('int8');
  const eight = (await lab.loss(never))!;
  expect([four.tokens, four.before]).toEqual([eight.tokens, eight.before]);
  expect(Math.abs(eight.after - eight.before)).toBeLessThan(0.02);
  expect(Math.abs(four.after - four.before)).toBeLessThan(0.3);
  expect(Math.abs(four.after - four.before)).toBeGreaterThan(Math.abs(eight.after - eight.before));
  expect(four.savedBytes).toBeGreaterThan(eight.savedBytes);

  const stop = new AbortController();
  const going = lab.loss(stop.signal);
  stop.abort();
  await expect(going).rejects.toMatchObject({ name: 'Cancelled' });
  expect(lab.memory().owners).toEqual({ 'target weights': expect.any(Number) as number });
  // The model itself is as it was.
  const session = await lab.session('target', 1, 16);
  const { logits } = await session.forward([{ sequence: await session.open(), tokens: [1, 2] }], { want: 'last' });
  expect(logits[0]![0]!.every(Number.isFinite)).toBe(true);
  session.destroy();
  await lab.reset();
});
