// Notices go with what they speak of.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultPictures } from '../config/defaults.ts';
import { editShared, experimentStore, load, redo, setModel, undo, undoable } from './experimentStore.ts';
import { modelStore } from './model.ts';
import { notices, notify } from './notices.ts';
import { followNotices } from './outdated.ts';
import { runStore } from './runStore.ts';

vi.stubGlobal('document', { hidden: true });
followNotices();

const kinds = () => notices.store.getState().notices.map((n) => n.kind);
const say = (...list: readonly string[]) => list.forEach((kind) => notify({ kind, title: kind }));
let seed = 100;
beforeEach(() => {
  load(defaultPictures());
  runStore.setState({ ...runStore.getInitialState() });
  modelStore.setState({ ...modelStore.getInitialState() });
  notices.store.setState({ notices: [] });
});

describe('what speaks of the experiment as it was', () => {
  const ways = { edit: () => editShared({ seed: ++seed }), undo, redo } as const;
  test.each(['edit', 'undo', 'redo'] as const)('goes with an %s', (way) => {
    editShared({ seed: ++seed });
    if (way === 'redo') undo();
    say('restored', 'export', 'sweep', 'sweep-left-out', 'decode', 'link', 'link-start', 'run', 'model', 'start');
    ways[way]();
    expect(kinds()).toEqual(['run', 'model', 'start']);
  });
  test('stays when the experiment is said in other words, or the model is put back', () => {
    say('restored', 'model');
    undoable.restate({ ...experimentStore.getState().experiment, model: { from: 'file', name: 'a' } });
    expect(kinds()).toEqual(['restored', 'model']);
  });
  test('a start picture’s goes with another start, a model’s with another model', () => {
    say('start', 'model');
    editShared({ start: { name: 'a.png', sha256: 'abcdef01', sigma: 2 } });
    expect(kinds()).toEqual(['model']);
    setModel({ from: 'file', name: 'mine' });
    expect(kinds()).toEqual([]);
  });
});

test('an export that was refused during a run may be asked again when it has ended', () => {
  say('export');
  runStore.setState({ phase: 'running' });
  expect(kinds()).toEqual(['export']);
  runStore.setState({ phase: 'done' });
  expect(kinds()).toEqual([]);
});

test('that a drop is looked at as a model goes when that is put away or loads, not when it is refused', () => {
  const refused = { message: 'No.', hint: '' };
  for (const end of [{ phase: 'idle' }, { phase: 'loading' }] as const) {
    modelStore.setState({ ...modelStore.getInitialState() });
    say('looked-at');
    modelStore.setState({ phase: 'asking' });
    modelStore.setState({ phase: 'idle', refused });
    expect(kinds()).toEqual(['looked-at']);
    modelStore.setState({ ...end, refused: null });
    expect(kinds()).toEqual([]);
  }
});
