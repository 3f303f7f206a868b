// Address and life of a lab, in a window of paper.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAddress } from './address.ts';
import { labStore, openLabs } from './labStore.ts';
import { createLabLife } from './life.ts';
import { createNotices } from './notices.ts';
import { createUndoable } from './undoable.ts';

interface Paper {
  readonly n: number;
  readonly view: string;
}
class TextBox {
  type = 'text';
  dataset: Record<string, string>;
  constructor(undo?: string) {
    this.dataset = undo === undefined ? {} : { undo };
  }
}
const listeners = new Map<string, ((event: unknown) => void)[]>();
const fire = (kind: string, event: unknown = {}) => (listeners.get(kind) ?? []).forEach((listen) => listen(event));
const tab = { title: '' };
const page = { hash: '', pathname: '/page', search: '?q', origin: 'https://a.example' };

beforeEach(() => {
  vi.useFakeTimers();
  listeners.clear();
  page.hash = '';
  const window = {
    addEventListener: (kind: string, listen: (event: unknown) => void) =>
      listeners.set(kind, [...(listeners.get(kind) ?? []), listen]),
  };
  const replaceState = (_: null, __: string, url: string) => {
    page.hash = url.startsWith('#') ? url : '';
  };
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', tab);
  vi.stubGlobal('location', page);
  vi.stubGlobal('history', { replaceState, pushState: replaceState });
  vi.stubGlobal('HTMLTextAreaElement', class {});
  vi.stubGlobal('HTMLInputElement', TextBox);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const first: Paper = { n: 0, view: 'a' };
function parse(hash: string) {
  const n = /n=(\d+)/.exec(hash)?.[1];
  const bad = /bad=(\w+)/.exec(hash)?.[1];
  const refusals = bad === undefined ? [] : [{ where: 'bad', value: bad, because: 'it is bad', used: 'left out' }];
  return { experiment: { ...first, n: Number(n ?? 0) }, refusals, fingerprint: /fp=(\w+)/.exec(hash)?.[1] ?? null };
}
const format = ({ n, view }: Paper, fingerprint: string | null) =>
  [n !== 0 && `n=${n}`, view !== 'a' && `view=${view}`, fingerprint && `fp=${fingerprint}`].filter(Boolean).join('&');

function setup() {
  const experiment = createUndoable<Paper>(first);
  const notices = createNotices<never>();
  const opened = vi.fn();
  const address = createAddress({ experiment, parse, format, notices, opened });
  const told = () => notices.store.getState().notices.map((n) => [n.title, ...n.lines]);
  return { experiment, notices, address, opened, told, now: () => experiment.store.getState().experiment };
}

describe('the address', () => {
  test('is read with what was refused, and opens the first experiment without a past', () => {
    const { address, now, told, experiment, opened } = setup();
    page.hash = '#n=3&bad=x&fp=abc';
    address.read();
    expect([now().n, experiment.store.getState().fingerprint, opened.mock.calls.length]).toEqual([3, 'abc', 1]);
    expect(experiment.store.getState().past).toEqual([]);
    expect(told()).toEqual([
      ['One part of this link was not accepted', 'bad: “x” was refused because it is bad; it was left out.'],
    ]);
    address.refuse([{ where: 'more', value: 'y', because: 'it is not there', used: 'z' }]);
    expect(told()[0]![0]).toBe('2 parts of this link were not accepted');
    page.hash = '#n=4';
    address.read();
    expect([told(), experiment.store.getState().past.length]).toEqual([[], 1]);
  });

  test('is written whole, with the record until the first edit, and bare for the default experiment', () => {
    const { address, experiment } = setup();
    page.hash = '#n=3&fp=abc';
    address.read();
    address.write();
    expect(page.hash).toBe('#n=3&fp=abc');
    experiment.change('', { n: 5, view: 'a' });
    address.write();
    expect(page.hash).toBe('#n=5');
    expect(address.link('rec')).toBe('https://a.example/page#n=5&fp=rec');
    experiment.change('', first);
    address.write();
    expect([page.hash, address.present()]).toEqual(['', '']);
  });
});

describe('a lab’s life', () => {
  const labs = ['paper', 'other'].map((id) => ({
    id,
    title: id,
    help: '',
    load: () => new Promise<never>(() => {}),
    keys: () => Promise.resolve({ shortcuts: [] }),
  }));
  function live(busy = () => false) {
    const lab = setup();
    openLabs(labs);
    const on = { run: vi.fn(), stop: vi.fn(), resume: vi.fn(), edited: vi.fn(), onKey: vi.fn() };
    createLabLife({
      lab: 'paper',
      title: ({ n, view }) => `${n} ${view}`,
      experiment: lab.experiment,
      address: lab.address,
      changesResult: (now, before) => now.n !== before.n,
      busy,
      ...on,
    }).begin();
    return { ...lab, ...on };
  }
  const press = (patch: object = {}) => {
    const event = { key: 'z', ctrlKey: true, target: {}, preventDefault: vi.fn(), ...patch };
    fire('keydown', event);
    return event.preventDefault.mock.calls.length;
  };

  test('the tab names the experiment: as opened, after an edit, and again on coming back', () => {
    page.hash = '#n=3';
    const { experiment } = live();
    expect(tab.title).toBe('3 a · Stepscope');
    experiment.change('', { n: 4, view: 'b' });
    expect(tab.title).toBe('4 b · Stepscope');
    labStore.setState({ lab: 'other' });
    tab.title = 'Another lab';
    experiment.undo();
    expect(tab.title, 'what happens elsewhere').toBe('Another lab');
    labStore.setState({ lab: 'paper' });
    expect(tab.title).toBe('3 a · Stepscope');
  });

  test('edits are gathered, then written and run; edits of the view are only written, at once', () => {
    const { experiment, run, edited } = live();
    experiment.change('slider', { n: 1, view: 'a' });
    vi.advanceTimersByTime(150);
    experiment.change('slider', { n: 2, view: 'a' });
    vi.advanceTimersByTime(199);
    expect([run.mock.calls.length, edited.mock.calls.length, page.hash]).toEqual([0, 2, '']);
    vi.advanceTimersByTime(1);
    expect([run.mock.calls.length, page.hash]).toEqual([1, '#n=2']);
    experiment.change('', { n: 2, view: 'b' });
    expect([run.mock.calls.length, page.hash]).toEqual([1, '#n=2&view=b']);
    experiment.change('', { n: 3, view: 'b' });
    experiment.change('', { n: 3, view: 'c' });
    vi.advanceTimersByTime(200);
    expect([run.mock.calls.length, page.hash]).toEqual([2, '#n=3&view=c']);
  });

  test('leaving stops what runs and keeps what was not yet written; coming back goes on', () => {
    let busy = false;
    const { experiment, run, stop, resume } = live(() => busy);
    experiment.change('', { n: 7, view: 'a' });
    labStore.setState({ lab: 'other' });
    vi.advanceTimersByTime(1000);
    expect([run.mock.calls.length, stop.mock.calls.length]).toEqual([0, 1]);
    labStore.setState({ lab: 'paper' });
    expect(resume).toHaveBeenCalledTimes(1);
    labStore.setState({ lab: 'other' });
    labStore.setState({ lab: 'paper' });
    expect(resume).toHaveBeenCalledTimes(1);
    busy = true;
    labStore.setState({ lab: 'other' });
    labStore.setState({ lab: 'paper' });
    expect(resume).toHaveBeenCalledTimes(2);
  });

  test('an edited hash is opened, of this lab only', () => {
    const { now } = live();
    page.hash = '#n=9';
    fire('hashchange', { oldURL: 'https://a.example/page' });
    expect(now().n).toBe(9);
    labStore.setState({ lab: 'other' });
    page.hash = '#lab=other&n=1';
    fire('hashchange', { oldURL: 'https://a.example/page#n=9' });
    expect(now().n).toBe(9);
  });

  test('Ctrl+Z undoes, Ctrl+Shift+Z and Ctrl+Y redo, but not in a text box with a text of its own, nor in another lab', () => {
    const { experiment, now, onKey } = live();
    experiment.change('', { n: 1, view: 'a' });
    expect([press(), now().n]).toEqual([1, 0]);
    expect([press({ shiftKey: true, key: 'Z' }), now().n]).toEqual([1, 1]);
    expect([press({ target: new TextBox() }), now().n]).toEqual([0, 1]);
    expect([press({ ctrlKey: false }), press({ altKey: true }), press({ key: 'x' }), now().n]).toEqual([0, 0, 0, 1]);
    expect([press({ target: new TextBox('experiment') }), now().n]).toEqual([1, 0]);
    expect([press({ key: 'y' }), now().n]).toEqual([1, 1]);
    onKey.mockClear();
    press({ target: new TextBox('experiment'), key: '?', ctrlKey: false });
    expect(onKey.mock.calls[0]![1]).toBe(true);
    expect([press({ ctrlKey: false, metaKey: true }), now().n]).toEqual([1, 0]);
    labStore.setState({ lab: 'other' });
    expect([press({ shiftKey: true }), now().n]).toEqual([0, 0]);
  });
});
