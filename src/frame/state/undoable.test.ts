import { expect, test } from 'vitest';
import { createUndoable } from './undoable.ts';

const at = (n: number) => ({ contenders: [], n });

test('edits of one gesture are undone together; one right after an undo is of its own', () => {
  const { store, change, undo, redo } = createUndoable(at(0));
  const now = () => store.getState().experiment.n;
  change('slider', at(1));
  change('slider', at(2));
  undo();
  expect(now()).toBe(0);
  redo();
  expect(now()).toBe(2);
  // The same slider again, at once.
  change('slider', at(3));
  undo();
  expect(now()).toBe(2);
  change('slider', at(4));
  undo();
  expect(now()).toBe(2);
  undo();
  expect(now()).toBe(0);
});

test('a load forgets neither the past nor its own record; the first edit forgets the record', () => {
  const { store, load, change, undo } = createUndoable(at(0));
  load(at(1), 'fp');
  expect(store.getState().fingerprint).toBe('fp');
  change('', at(2));
  expect(store.getState().fingerprint).toBeNull();
  undo();
  undo();
  expect([store.getState().experiment.n, store.getState().future.length]).toEqual([0, 2]);
});
