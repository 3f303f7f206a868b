// Logits after a shared beginning, on the GPU, against those of a fresh reading: the same bits where both were cut into the
// same passes, float32's own distance where the beginning was written token by token.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nmse } from '../../models/networks/golden.ts';
import { bound, ctx, using } from '../../networks/transformerTesting.ts';
import { Prefixes } from './prefixes.ts';
import { Sequences } from './sequences.ts';

let before: number;
beforeAll(() => void (before = ctx.buffers.liveBytes));
afterAll(() => expect(ctx.buffers.liveBytes).toBe(before));
const never = new AbortController().signal;

test('logits after a reused beginning are those of a fresh reading', async () => {
  await using('smollm2', 'f32', { slots: 6 }, async (session, { tokens }) => {
    const text = [...tokens];
    const n = text.length;
    const pad = (text[12]! + 1) % session.config.vocab;
    expect(n).toBeGreaterThan(20);
    const sequences = await Sequences.create(() => Promise.resolve({ ...bound(session), destroy: () => {} }), {
      shift: false,
      keep: 0,
      onNotice: () => {},
    });
    const prefixes = new Prefixes(sequences, 3);
    const last = async (prompt: readonly number[]) => {
      const view = prefixes.view();
      const id = await view.open();
      const { logits } = await view.forward([{ sequence: id, tokens: prompt }], { want: 'last' });
      view.release(id);
      return { reused: view.reused, logits: Float64Array.from(logits[0]![0]!) };
    };
    const fresh = async (...cuts: number[]) => {
      const id = await session.open();
      let answer: Float32Array | undefined;
      for (const [i, from] of [0, ...cuts].entries())
        answer = (await session.forward([{ sequence: id, tokens: text.slice(from, cuts[i] ?? n) }], { want: 'last' }))
          .logits[0]![0]!;
      session.release(id);
      return Float64Array.from(answer!);
    };
    // Another text with the same beginning was read before, and a turn that adds to it.
    await prefixes.read([...text.slice(0, 12), pad, pad, pad, pad], never);
    expect(await prefixes.read(text.slice(0, n), never)).toEqual({ reused: 12, read: n - 12 });
    const went = await last(text);
    expect(went.reused).toBe(n - 1);
    const whole = await fresh();
    expect(nmse(went.logits, whole)).toBeLessThan(1e-9);
    // The kept one holds the other text's passes: 15 tokens in one, then 12 … n − 1, then the last.
    const other = await session.open();
    await session.forward([{ sequence: other, tokens: [...text.slice(0, 12), pad, pad, pad] }], { want: 'last' });
    session.rollback(other, 12);
    await session.forward([{ sequence: other, tokens: text.slice(12, n - 1) }], { want: 'last' });
    const same = await session.forward([{ sequence: other, tokens: text.slice(n - 1) }], { want: 'last' });
    session.release(other);
    expect(went.logits).toEqual(Float64Array.from(same.logits[0]![0]!));
    // A beginning that was written token by token went through other kernels.
    prefixes.clear();
    const view = prefixes.view();
    const id = await view.open();
    for (const token of text.slice(0, 16)) await view.forward([{ sequence: id, tokens: [token] }], { want: 'last' });
    view.release(id);
    const after = await last(text);
    expect(after.reused).toBe(16);
    expect(nmse(after.logits, whole)).toBeLessThan(1e-9);
    prefixes.clear();
  });
});
