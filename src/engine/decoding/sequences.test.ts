import { describe, expect, test } from 'vitest';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { DeviceLostError } from '../../gpu/errors.ts';
import type { PassRow, TransformerSession } from '../../networks/transformerTypes.ts';
import { ContextFullError, Sequences } from './sequences.ts';

/** A session whose logits tell what it holds: the sequence's tokens, then zeros. */
function paper(context: number, fate: { dies?: () => boolean } = {}) {
  const held = new Map<number, number[]>();
  let next = 0;
  const log: string[] = [];
  const session: TransformerSession = {
    config: { context } as TransformerConfig,
    context,
    dispatchesPerToken: 0,
    open: (from) => (held.set(next, from === undefined ? [] : [...held.get(from)!]), Promise.resolve(next++)),
    length: (id) => held.get(id)!.length,
    rollback: (id, length) => {
      held.get(id)!.length = length;
    },
    release: (id) => {
      if (!held.delete(id)) throw new Error('released twice');
    },
    forward(rows: readonly PassRow[]) {
      if (fate.dies?.()) return Promise.reject(new DeviceLostError('unknown', 'pulled'));
      for (const { sequence, tokens } of rows) {
        held.get(sequence)!.push(...tokens);
        if (held.get(sequence)!.length > context) throw new Error('past the context');
        log.push(`${sequence}:${tokens.join(' ')}`);
      }
      return Promise.resolve({ logits: rows.map(({ sequence }) => [Float32Array.from(held.get(sequence)!)]) });
    },
    destroy: () => held.clear(),
  };
  return { session, held, log };
}
const notices: string[] = [];
const make = (open: () => TransformerSession, shift = false, keep = 0) =>
  Sequences.create(() => Promise.resolve(open()), { shift, keep, onNotice: (t) => notices.push(t) });

describe('sequences', () => {
  test('a fork keeps its own tokens, and nothing is open after all were released', async () => {
    const { session, held } = paper(16);
    const s = await make(() => session);
    const a = await s.open();
    await s.forward([{ sequence: a, tokens: [1, 2, 3] }], { want: 'last' });
    const b = await s.open(a);
    await s.rollback(a, 1);
    const answer = await s.forward(
      [
        { sequence: a, tokens: [9] },
        { sequence: b, tokens: [4] },
      ],
      { want: 'last' },
    );
    expect(answer.logits.map(([l]) => [...l!])).toEqual([
      [1, 9],
      [1, 2, 3, 4],
    ]);
    s.release(a);
    s.release(b);
    expect([s.count, held.size]).toEqual([0, 0]);
    await expect(s.forward([{ sequence: a, tokens: [1] }], { want: 'last' })).rejects.toThrow('not open');
  });

  test('past the context: refused with both numbers, or the newer half is read again', async () => {
    const refusing = await make(() => paper(6).session);
    const r = await refusing.open();
    await refusing.forward([{ sequence: r, tokens: [1, 2, 3, 4, 5] }], { want: 'last' });
    await expect(refusing.forward([{ sequence: r, tokens: [6, 7] }], { want: 'last' })).rejects.toThrow(
      /5 tokens and 2 more.*6/,
    );
    await expect(refusing.forward([{ sequence: r, tokens: [6, 7] }], { want: 'last' })).rejects.toBeInstanceOf(
      ContextFullError,
    );

    notices.length = 0;
    const p = paper(6);
    const s = await make(() => p.session, true);
    const id = await s.open();
    await s.forward([{ sequence: id, tokens: [1, 2, 3, 4, 5, 6] }], { want: 'last' });
    const { logits } = await s.forward([{ sequence: id, tokens: [7] }], { want: 'last' });
    expect([...logits[0]![0]!]).toEqual([4, 5, 6, 7]);
    expect(notices).toHaveLength(1);
    // Back before what was forgotten: it is read again from the start.
    await s.rollback(id, 2);
    expect([...(await s.forward([{ sequence: id, tokens: [8] }], { want: 'last' })).logits[0]![0]!]).toEqual([1, 2, 8]);
    await s.forward([{ sequence: id, tokens: [9, 10, 11] }], { want: 'last' });
    await expect(s.forward([{ sequence: id, tokens: [1, 2, 3, 4, 5, 6] }], { want: 'last' })).rejects.toBeInstanceOf(
      ContextFullError,
    );
  });

  test('what a shift keeps: the start token first, then the newest; forks and rollbacks know it', async () => {
    notices.length = 0;
    const p = paper(8);
    const s = await make(() => p.session, true, 2);
    const id = await s.open();
    const last = async (sequence: number, ...tokens: number[]) => [
      ...(await s.forward([{ sequence, tokens }], { want: 'last' })).logits[0]![0]!,
    ];
    await last(id, 1, 2, 3, 4, 5, 6, 7, 8);
    // Four stay: the two first ones and the two newest.
    expect(await last(id, 9)).toEqual([1, 2, 7, 8, 9]);
    expect(notices).toEqual([expect.stringContaining('the oldest are forgotten after the first 2')]);
    const fork = await s.open(id);
    await s.rollback(id, 8);
    expect(await last(id, 10)).toEqual([1, 2, 7, 8, 10]);
    await s.rollback(id, 6);
    expect(await last(id, 11)).toEqual([1, 2, 3, 4, 5, 6, 11]);
    // Into the head of what was shifted: read again.
    await s.rollback(fork, 1);
    expect(await last(fork, 12)).toEqual([1, 12]);
    await last(id, 12);
    expect(await last(id, 13)).toEqual([1, 2, 11, 12, 13]);
    // More than half of what stays is not kept, whatever was asked for.
    const q = paper(8);
    const all = await make(() => q.session, true, 100);
    const one = await all.open();
    await all.forward([{ sequence: one, tokens: [1, 2, 3, 4, 5, 6, 7, 8] }], { want: 'last' });
    const { logits } = await all.forward([{ sequence: one, tokens: [9] }], { want: 'last' });
    expect([...logits[0]![0]!]).toEqual([1, 2, 7, 8, 9]);
  });

  test('a lost device after a shift reads the head again too', async () => {
    let dead = false;
    const first = paper(8, { dies: () => dead });
    const second = paper(8);
    const sessions = [first.session, second.session];
    const s = await make(() => sessions.shift()!, true, 1);
    const id = await s.open();
    await s.forward([{ sequence: id, tokens: [1, 2, 3, 4, 5, 6, 7, 8] }], { want: 'last' });
    await s.forward([{ sequence: id, tokens: [9] }], { want: 'last' });
    dead = true;
    const { logits } = await s.forward([{ sequence: id, tokens: [10] }], { want: 'last' });
    expect([...logits[0]![0]!]).toEqual([1, 6, 7, 8, 9, 10]);
    expect(second.log[0]).toBe('0:1 6 7 8 9');
  });

  test('a lost device: every sequence is read again on the next session and the pass is repeated', async () => {
    let dead = false;
    const first = paper(16, { dies: () => dead });
    const second = paper(16);
    const sessions = [first.session, second.session];
    const s = await make(() => sessions.shift()!);
    const a = await s.open();
    const b = await s.open();
    await s.forward(
      [
        { sequence: a, tokens: [1, 2] },
        { sequence: b, tokens: [3] },
      ],
      { want: 'last' },
    );
    dead = true;
    const { logits } = await s.forward(
      [
        { sequence: a, tokens: [5] },
        { sequence: b, tokens: [6] },
      ],
      { want: 'last' },
    );
    expect(logits.map(([l]) => [...l!])).toEqual([
      [1, 2, 5],
      [3, 6],
    ]);
    expect(second.log).toEqual(['0:1 2', '1:3', '0:5', '1:6']);
  });

  test('what did not outlive a loss is let go without a word: the loss is what is told', async () => {
    let dead = false;
    const first = paper(16, { dies: () => dead });
    const second = paper(16);
    const sessions = [first.session, second.session];
    const s = await make(
      () =>
        sessions.shift() ??
        (() => {
          throw new Error('no more');
        })(),
    );
    const ids = [await s.open(), await s.open(), await s.open()];
    for (const [i, id] of ids.entries()) await s.forward([{ sequence: id, tokens: [i + 1] }], { want: 'last' });
    // The next device takes one sequence and no more.
    let opened = 0;
    const open = second.session.open.bind(second.session);
    second.session.open = () => (opened++ === 0 ? open() : Promise.reject(new Error('out of memory')));
    dead = true;
    await expect(s.forward([{ sequence: ids[0]!, tokens: [5] }], { want: 'last' })).rejects.toThrow('out of memory');
    for (const id of ids) expect(() => s.release(id)).not.toThrow();
    expect([s.count, second.held.size]).toEqual([0, 0]);
  });

  test('a device that is lost every time ends in the error itself', async () => {
    const s = await make(() => paper(8, { dies: () => true }).session);
    const id = await s.open();
    await expect(s.forward([{ sequence: id, tokens: [1] }], { want: 'last' })).rejects.toBeInstanceOf(DeviceLostError);
  });
});
