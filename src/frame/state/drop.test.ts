// Drops in a window of paper.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { takeDrops, type OwnDrops } from './drop.ts';
import { labStore } from './labStore.ts';
import { createNotices } from './notices.ts';

const listeners = new Map<string, (event: unknown) => void>();
/** The hash changes at once, and is heard of later. */
const page = {
  now: '',
  /** What was told last. */
  heard: '',
  get hash() {
    return this.now;
  },
  set hash(hash) {
    const other = hash !== this.now;
    this.now = hash;
    if (other)
      setTimeout(() => {
        this.heard = hash;
        listeners.get('hashchange')?.({});
      });
  },
};
beforeEach(() => {
  page.now = '';
  page.heard = '';
  vi.stubGlobal('window', { addEventListener: (kind: string, f: (e: unknown) => void) => listeners.set(kind, f) });
  vi.stubGlobal('location', page);
  labStore.setState({ lab: 'here' });
});
afterEach(() => vi.unstubAllGlobals());

const ours = (hash: string) => new File([JSON.stringify({ format: 'stepscope-results', hash })], 'ours.json');
function setup(own: Partial<OwnDrops> = {}) {
  const notices = createNotices<never>();
  takeDrops('here', notices, { take: () => false, otherwise: () => Promise.resolve(false), ...own });
  const drop = (file: File, more: object = {}) => {
    const event = { defaultPrevented: false, dataTransfer: { files: [file] }, preventDefault: vi.fn(), ...more };
    listeners.get('drop')!(event);
    return event.preventDefault;
  };
  const told = () => notices.store.getState().notices.map((n) => n.title);
  return { drop, told };
}

test('an experiment of this page’s is opened, and no lab is asked', async () => {
  const otherwise = vi.fn();
  const { drop, told } = setup({ otherwise });
  expect(drop(ours('n=3'))).toHaveBeenCalled();
  await vi.waitFor(() => expect(told()).toEqual(['“ours.json” holds this experiment.']));
  expect(page.hash).toBe('n=3');
  expect(otherwise).not.toHaveBeenCalled();
});

test('a lab may tell of the opened experiment in its own way, after it has been opened', async () => {
  const seen: string[] = [];
  const opening: OwnDrops['opening'] = (file, bytes, { title }) => {
    seen.push(`${file.name} of ${bytes.length} bytes before “${page.hash}”`);
    return () => void seen.push(`${title} after “${page.heard}”`);
  };
  const { drop, told } = setup({ opening });
  drop(ours('n=3'));
  await vi.waitFor(() => expect(seen).toHaveLength(2));
  expect(seen).toEqual(['ours.json of 43 bytes before “”', '“ours.json” holds this experiment. after “n=3”']);
  expect(told()).toEqual([]);
  // The same once more: there is nothing to wait for.
  drop(ours('n=3'));
  await vi.waitFor(() => expect(seen).toHaveLength(4));
});

test('what the lab takes as a whole is not read', async () => {
  const file = ours('n=3');
  const read = vi.spyOn(file, 'arrayBuffer');
  const { drop, told } = setup({ take: () => true });
  expect(drop(file)).toHaveBeenCalled();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([read.mock.calls, told(), page.hash]).toEqual([[], [], '']);
});

test('a file of another kind is the lab’s; one that it leaves is refused in words', async () => {
  const seen: string[] = [];
  const otherwise = (file: File, bytes: Uint8Array) => {
    seen.push(`${file.name} ${bytes.length}`);
    return Promise.resolve(file.name === 'known.x');
  };
  const { drop, told } = setup({ otherwise });
  drop(new File(['abc'], 'known.x'));
  await vi.waitFor(() => expect(seen).toEqual(['known.x 3']));
  expect(told()).toEqual([]);
  drop(new File(['ab'], 'other.x'));
  await vi.waitFor(() => expect(told()).toEqual(['“other.x” is neither a PNG nor a JSON that this page exported.']));
  expect(seen).toEqual(['known.x 3', 'other.x 2']);
});

test('the newest drop wins, a huge file is not read, and what another place took is left alone', async () => {
  const { drop, told } = setup();
  const slow = ours('n=1');
  let go: () => void = () => undefined;
  vi.spyOn(slow, 'arrayBuffer').mockImplementation(
    () =>
      new Promise(
        (resolve) =>
          (go = () =>
            resolve(new TextEncoder().encode('{"format":"stepscope-results","hash":"n=1"}').buffer as ArrayBuffer)),
      ),
  );
  drop(slow);
  drop(ours('n=2'));
  await vi.waitFor(() => expect(page.hash).toBe('n=2'));
  go();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(page.hash).toBe('n=2');

  const huge = new File([], 'huge.png');
  Object.defineProperty(huge, 'size', { value: 3e9 });
  const read = vi.spyOn(huge, 'arrayBuffer');
  drop(huge);
  await vi.waitFor(() => expect(told()).toEqual(['“huge.png” has 3000 MB, too many for an export of this page.']));
  expect(read).not.toHaveBeenCalled();

  expect(drop(ours('n=9'), { defaultPrevented: true })).not.toHaveBeenCalled();
  labStore.setState({ lab: 'elsewhere' });
  expect(drop(ours('n=9'))).not.toHaveBeenCalled();
  expect(page.hash).toBe('n=2');
});
