import { describe, expect, test } from 'vitest';
import type { GridText } from '../../../experiments/grid/types.ts';
import { createUndoable } from '../undoable.ts';
import { createGridEdits } from './edits.ts';

function setUp() {
  const experiment = createUndoable({ n: 0 });
  let text: GridText | null = { axes: ['steps~4'], skip: '' };
  let shown = true;
  let clock = 0;
  const listeners: (() => void)[] = [];
  const edits = createGridEdits(
    experiment,
    { get: () => text, set: (to) => void (text = to), shown: () => shown, subscribe: (l) => listeners.push(l) },
    () => clock,
  );
  const wait = (ms: number) => void (clock += ms);
  return {
    experiment,
    edits,
    wait,
    state: () => `${experiment.store.getState().experiment.n} ${text?.axes.join()}`,
    steps: () => [edits.store.getState().past.length, edits.store.getState().future.length],
    look(at: boolean) {
      shown = at;
      for (const l of listeners) l();
    },
  };
}

describe('undo of an experiment and of the axes of its grid', () => {
  test('takes back what came last, and does it again in the order in which it was done', () => {
    const { experiment, edits, state } = setUp();
    edits.edit({ axes: ['steps~4, 8'] });
    experiment.change('', { n: 1 });
    edits.edit({ axes: ['seed~1'] });
    experiment.change('', { n: 2 });
    const back: string[] = [];
    for (let i = 0; i < 5; i++) {
      edits.undo();
      back.push(state());
    }
    expect(back).toEqual(['1 seed~1', '1 steps~4, 8', '0 steps~4, 8', '0 steps~4', '0 steps~4']);
    const forth: string[] = [];
    for (let i = 0; i < 5; i++) {
      edits.redo();
      forth.push(state());
    }
    expect(forth).toEqual(['0 steps~4, 8', '1 steps~4, 8', '1 seed~1', '2 seed~1', '2 seed~1']);
  });
  test('what is typed in one go is one step, elsewhere or later another one', () => {
    const { edits, wait, state, steps } = setUp();
    for (const text of ['a', 'ab', 'abc']) {
      edits.edit({ axes: [text] }, 'axis 0');
      wait(100);
    }
    edits.edit({ skip: 'nfe > 9' }, 'skip');
    wait(2000);
    edits.edit({ skip: 'nfe > 99' }, 'skip');
    expect(steps()).toEqual([3, 0]);
    edits.undo();
    edits.undo();
    expect(state()).toBe('0 abc');
    edits.undo();
    expect(state()).toBe('0 steps~4');
    expect(steps()).toEqual([0, 3]);
  });
  test('an edit of either leaves nothing to be done again', () => {
    const { experiment, edits, steps } = setUp();
    edits.edit({ axes: ['a'] });
    edits.undo();
    experiment.change('', { n: 1 });
    expect(steps()).toEqual([1, 0]);
    edits.edit({ axes: ['b'] });
    edits.undo();
    edits.edit({ axes: ['c'] });
    expect(steps()).toEqual([2, 0]);
  });
  test('axes that are not looked at are left alone', () => {
    const { experiment, edits, state, steps, look } = setUp();
    experiment.change('', { n: 1 });
    edits.edit({ axes: ['a'] });
    look(false);
    expect(steps()).toEqual([1, 0]);
    edits.undo();
    expect(state()).toBe('0 a');
    look(true);
    expect(steps()).toEqual([1, 1]);
  });
});
