import { expect, test } from 'vitest';
import { multiDraft } from '../../samplers/decoding/algorithms/multiDraft.ts';
import { sampling } from '../../samplers/decoding/algorithms/sampling.ts';
import { randomModel, tinyRequest, type TableModel } from '../../samplers/decoding/testing.ts';
import { DecodingRun } from './decodingRun.ts';
import type { SequenceStore } from './sequences.ts';

/** Sequences of a table model. */
function store(model: TableModel): SequenceStore {
  const open = new Map<number, number[]>();
  let next = 0;
  return {
    dispatchesPerToken: 0,
    open: (from) => {
      open.set(++next, from === undefined ? [] : [...open.get(from)!]);
      return Promise.resolve(next);
    },
    forward: (rows, { want }) =>
      Promise.resolve({
        logits: rows.map(({ sequence, tokens }) => {
          const held = open.get(sequence)!;
          const all = tokens.map((t) => (held.push(t), model.logits(held)));
          return want === 'all' ? all : all.slice(-1);
        }),
      }),
    rollback: (id, length) => {
      open.get(id)!.length = length;
      return Promise.resolve();
    },
    release: (id) => void open.delete(id),
  };
}

test('several drafts of a text are judged once a pass, however many rows the model read', async () => {
  const target = randomModel({ vocab: 5, seed: 1 });
  const request = tinyRequest({ vocab: 5, maxTokens: 12, samples: 3, prompt: [0, 1] });
  const run = async (algorithm: typeof multiDraft | typeof sampling, params: object) => {
    const told = new DecodingRun(
      (algorithm as typeof sampling).run(request, params),
      { target: store(target), draft: store(target) },
      { emit: () => {}, replace: () => {}, end: () => {} },
    );
    while (!told.done) await told.turn(new AbortController().signal);
    return told.cost;
  };
  // The draft is the target, so each pass gives two drafted tokens and one more: four passes for twelve tokens.
  const drafts = await run(multiDraft, { drafts: 3, tokens: 2, rule: 'recursive' });
  expect([drafts.passes, drafts.checks, drafts.accepted]).toEqual([4, 12, 24]);
  expect(drafts.rows).toBeGreaterThan(drafts.checks);
  const plain = await run(sampling, {});
  expect([plain.passes, plain.checks, plain.rows]).toEqual([11, 0, 33]);
});
