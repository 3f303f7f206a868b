import { expect, test } from 'vitest';
import { defaultExperiment } from './defaults.ts';
import { costAxes, costFacts, toldBy, type Counts } from './costs.ts';
import { toCsv, type ResultRow } from './exports.ts';
import { defaultView, formatView, parseView } from './view.ts';

const plain: Counts = { nfe: 10, passes: 10, work: 10, depth: 10, bytes: 0, reads: 0, gpuMs: null, wallMs: 3 };

test('a cost has a place where it says what evaluations do not', () => {
  expect(toldBy([plain])).toEqual(['nfe', 'wallMs']);
  expect(toldBy([])).toEqual(['nfe', 'wallMs']);
  const differing = { passes: 20, work: 9.5, depth: 4, bytes: 640, reads: 3, gpuMs: 1 } as const;
  for (const [id, value] of Object.entries(differing)) {
    // Work is told beside passes, which it is compared with.
    const with20 = id === 'passes' ? { work: value } : {};
    expect(toldBy([plain, { ...plain, ...with20, [id]: value }])).toEqual(
      costAxes.filter((axis) => ['nfe', 'wallMs', id].includes(axis)),
    );
  }
});

test('only evaluations and times are called anything like speed', () => {
  for (const id of costAxes) {
    const { help, title, kind } = costFacts[id];
    expect(kind === 'time').toBe(/Ms$/.test(id));
    if (kind === 'count') expect(`${help} ${title}`).not.toMatch(/fast|speed|quick|latency/i);
  }
  expect(costFacts.depth.help).toMatch(/what enough devices would wait for\. A count, no time$/);
});

test('every cost is an axis that a link keeps', () => {
  for (const costAxis of costAxes) {
    const text = formatView({ ...defaultView, costAxis });
    expect(text).toBe(costAxis === 'nfe' ? '' : `view=axis:${costAxis}`);
    expect(parseView(text.replace(/^view=/, ''), []).costAxis).toBe(costAxis);
  }
});

test('a file of numbers has a column for what differs from evaluations and passes, and for nothing else', () => {
  const row: ResultRow = { of: 'this run', contender: 0, steps: 10, seed: 0, quality: {}, ...plain };
  const head = (rows: readonly ResultRow[]) =>
    toCsv(defaultExperiment('grid4'), rows, { adapter: '', version: '', link: '' }).split('\r\n')[0]!.split(',');
  expect(head([row]).filter((name) => ['work', 'depth', 'bytes', 'reads'].includes(name))).toEqual([]);
  const told = head([row, { ...row, depth: 4, bytes: 64 }]);
  expect(told.slice(told.indexOf('passes'), told.indexOf('gpu_ms'))).toEqual(['passes', 'depth', 'bytes']);
});
