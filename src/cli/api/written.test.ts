import { expect, test } from 'vitest';
import type { Decoding } from '../../samplers/decoding/types.ts';
import { likeliest, watched } from './alternatives.ts';
import { heldBack, StopFilter } from './written.ts';

test('what may be the beginning of a stop string is held back, and nothing more', () => {
  expect(heldBack('abc', ['cd', 'bcx'])).toBe(2);
  expect(heldBack('abc', ['abc'])).toBe(0); // whole: that is found, not held
  expect(heldBack('', ['a'])).toBe(0);
});

test('every way to cut a text into pieces gives the same text, up to the stop string', () => {
  const text = 'one END two';
  for (const stop of [['END'], ['EN', 'END'], ['two!'], ['e E', 'D t'], []]) {
    const at = Math.min(...stop.map((s) => text.indexOf(s)).filter((i) => i >= 0), text.length);
    for (let cut = 0; cut <= text.length; cut++)
      for (let second = cut; second <= text.length; second++) {
        const filter = new StopFilter(stop);
        let out = '';
        for (const piece of [text.slice(0, cut), text.slice(cut, second), text.slice(second)]) {
          out += filter.push(piece);
          expect(text.startsWith(out)).toBe(true); // nothing that left is taken back
        }
        expect(out + filter.flush()).toBe(text.slice(0, at));
      }
  }
});

test('the likeliest tokens, with log-probabilities that are those of a softmax', () => {
  const logits = Float32Array.of(0, 2, -Infinity, 2, 1);
  const total = Math.log(1 + 2 * Math.exp(2) + Math.E);
  const found = likeliest(logits, 3);
  expect(found.map(({ id }) => id)).toEqual([1, 3, 4]);
  for (const [i, want] of [2, 2, 1].entries()) expect(found[i]!.logprob).toBeCloseTo(want - total, 12);
  expect(likeliest(logits, 0)).toEqual([]);
  expect(likeliest(logits, 9)).toHaveLength(5);
});

test('a watched algorithm is asked for logits where it would draw on the device, and closed with its watcher', () => {
  let closed = false;
  function* inner(): Decoding {
    try {
      const draw = [{} as never];
      yield { op: 'forward', model: 'target', rows: [{ sequence: 0, tokens: [1] }], want: 'last', draw };
      yield { op: 'forward', model: 'draft', rows: [], want: 'last', draw };
    } finally {
      closed = true;
    }
  }
  const seen: Float32Array[] = [];
  const outer = watched(inner(), (logits) => seen.push(logits));
  expect(outer.next().value).not.toHaveProperty('draw');
  const logits = Float32Array.of(1, 2);
  expect(outer.next({ logits: [[logits]] }).value).toHaveProperty('draw');
  expect(seen).toEqual([logits]);
  outer.return();
  expect(closed).toBe(true);
});
