// A text that goes on from another one reads only what is new, exactly up to where they part, and ends as if read anew.
import { describe, expect, test } from 'vitest';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { Cancelled } from '../../core/cancel.ts';
import type { PassRow, TransformerSession } from '../../networks/transformerTypes.ts';
import { commonPrefix, Prefixes } from './prefixes.ts';
import { Sequences } from './sequences.ts';

/** A session whose logits are what it holds, with a list of what it was fed. */
function paper(context = 4096) {
  const held = new Map<number, number[]>();
  const fed: number[][] = [];
  let next = 0;
  const session: TransformerSession = {
    config: { context } as TransformerConfig,
    context,
    dispatchesPerToken: 7,
    open: (from) => (held.set(next, from === undefined ? [] : [...held.get(from)!]), Promise.resolve(next++)),
    length: (id) => held.get(id)!.length,
    rollback: (id, length) => void (held.get(id)!.length = length),
    release: (id) => {
      if (!held.delete(id)) throw new Error('released twice');
    },
    forward(rows: readonly PassRow[]) {
      for (const { sequence, tokens } of rows) {
        held.get(sequence)!.push(...tokens);
        fed.push([...tokens]);
      }
      return Promise.resolve({ logits: rows.map(({ sequence }) => [Float32Array.from(held.get(sequence)!)]) });
    },
    destroy: () => held.clear(),
  };
  return { session, held, fed };
}
async function made(most = 4, shift = false, context = 4096) {
  const { session, held, fed } = paper(context);
  const sequences = await Sequences.create(() => Promise.resolve(session), { shift, keep: 0, onNotice: () => {} });
  return { prefixes: new Prefixes(sequences, most), sequences, held, fed };
}
const never = new AbortController().signal;
const ids = (...n: number[]) => n;
/** As an algorithm does: an empty sequence, the whole prompt, some tokens of its own. */
async function write(prefixes: Prefixes, prompt: readonly number[], own: readonly number[]) {
  const view = prefixes.view();
  const id = await view.open();
  const { logits } = await view.forward([{ sequence: id, tokens: prompt }], { want: 'last' });
  for (const token of own) await view.forward([{ sequence: id, tokens: [token] }], { want: 'last' });
  view.release(id);
  return { reused: view.reused, logits: [...logits[0]![0]!] };
}

describe('commonPrefix', () => {
  test.each([
    [[], [1], 0],
    [[1, 2], [1, 2, 3], 2],
    [[1, 2, 3], [1, 9, 3], 1],
    [[1, 2], [1, 2], 2],
  ])('of %j and %j is %i', (a, b, n) => {
    expect([commonPrefix(a, b), commonPrefix(b, a)]).toEqual([n, n]);
  });
});

describe('prefixes', () => {
  test('a turn that only adds text reads only what is new', async () => {
    const { prefixes, fed } = await made();
    expect(await prefixes.read(ids(1, 2, 3), never)).toEqual({ reused: 0, read: 3 });
    expect(fed).toEqual([[1, 2]]);
    // The reply's own tokens are there too, save the last one, which nobody fed.
    expect(await write(prefixes, ids(1, 2, 3), ids(7, 8))).toEqual({ reused: 2, logits: [1, 2, 3] });
    expect(await prefixes.read(ids(1, 2, 3, 7, 8, 4, 5), never)).toEqual({ reused: 5, read: 2 });
    expect(fed.at(-1)).toEqual([4]);
  });
  test('an edited turn reuses exactly what stands before the edit, and an older branch its own', async () => {
    const { prefixes } = await made();
    await prefixes.read(ids(1, 2, 3, 4, 5), never);
    expect(await prefixes.read(ids(1, 2, 9, 4, 5), never)).toEqual({ reused: 2, read: 3 });
    expect(await prefixes.read(ids(1, 2, 3, 4, 5, 6), never)).toEqual({ reused: 4, read: 2 });
    expect(await write(prefixes, ids(1, 2, 9, 4, 7), [])).toEqual({ reused: 4, logits: [1, 2, 9, 4, 7] });
  });
  test('the same text again still has its last token read, for the logits after it', async () => {
    const { prefixes, fed } = await made();
    await write(prefixes, ids(1, 2, 3), ids(4, 5));
    expect(await write(prefixes, ids(1, 2, 3), [])).toEqual({ reused: 2, logits: [1, 2, 3] });
    expect(fed.at(-1)).toEqual([3]);
  });
  test('whoever wants to see every token has every token read', async () => {
    const { prefixes, fed } = await made();
    await prefixes.read(ids(1, 2, 3), never);
    for (const options of [{ want: 'all' }, { want: 'last', hidden: 'all' }] as const) {
      const view = prefixes.view();
      const id = await view.open();
      await view.forward([{ sequence: id, tokens: ids(1, 2, 3) }], options);
      expect([view.reused, fed.at(-1)]).toEqual([0, [1, 2, 3]]);
      view.release(id);
    }
  });
  test('a copy goes its own way, and rollback counts tokens of the whole text', async () => {
    const { prefixes } = await made();
    await prefixes.read(ids(1, 2, 3), never);
    const view = prefixes.view();
    const a = await view.open();
    await view.forward([{ sequence: a, tokens: ids(1, 2, 3) }], { want: 'last' });
    const b = await view.open(a);
    await view.rollback(a, 1);
    const { logits } = await view.forward(
      [
        { sequence: a, tokens: [9] },
        { sequence: b, tokens: [8] },
      ],
      { want: 'last' },
    );
    expect(logits.map(([l]) => [...l!])).toEqual([
      [1, 9],
      [1, 2, 3, 8],
    ]);
  });
  test('at most so many are kept, none that another one begins with, and all can be forgotten', async () => {
    const { prefixes, sequences, held } = await made(2);
    await prefixes.read(ids(1, 2, 3), never);
    await write(prefixes, ids(1, 2, 3), ids(4));
    expect([prefixes.count, sequences.count]).toEqual([1, 1]);
    await write(prefixes, ids(5, 6, 7), ids(8));
    await write(prefixes, ids(1, 2, 3), ids(9));
    expect([prefixes.count, sequences.count, held.size]).toEqual([2, 2, 2]);
    // The one that was used longest ago is gone.
    expect((await write(prefixes, ids(5, 6, 7), [])).reused).toBe(0);
    prefixes.clear();
    expect([prefixes.count, sequences.count, held.size]).toEqual([0, 0, 0]);
  });
  test('long texts are read in pieces; what was read when it was stopped is not read again', async () => {
    const { prefixes, fed } = await made();
    const long = Array.from({ length: 600 }, (_, i) => i);
    const stop = new AbortController();
    const reading = prefixes.read(long, stop.signal, (n) => n === 256 && stop.abort());
    await expect(reading).rejects.toThrow(Cancelled);
    expect(await prefixes.read(long, never)).toEqual({ reused: 256, read: 344 });
    expect(fed.map((f) => f.length)).toEqual([256, 256, 87]);
  });
  test('a text that outgrew the context is not kept: its cache is of other tokens', async () => {
    const { prefixes, sequences } = await made(4, true, 8);
    await write(prefixes, ids(1, 2, 3, 4, 5, 6), ids(7, 8, 9));
    expect([prefixes.count, sequences.count]).toEqual([0, 0]);
  });
});
