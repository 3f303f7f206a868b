import { beforeEach, expect, test } from 'vitest';
import { asFailure, createNotices, refusalLine } from './notices.ts';

const { store: noticeStore, notify, dismiss, notifyFailure } = createNotices<'runAgain' | 'useCpu' | 'retryGpu'>();

beforeEach(() => noticeStore.setState({ notices: [] }));

test('one notice of a kind; a dismissed one is gone', () => {
  notify({ kind: 'run', title: 'first' });
  notifyFailure('run', { name: 'TooLarge', message: 'second', hint: 'Take fewer samples.' });
  notify({ kind: 'link', title: 'other' });
  expect(noticeStore.getState().notices.map((n) => [n.kind, n.title])).toEqual([
    ['run', 'second'],
    ['link', 'other'],
  ]);
  dismiss('run');
  expect(noticeStore.getState().notices.map((n) => n.kind)).toEqual(['link']);
});

test('anything thrown becomes words', () => {
  for (const thrown of [null, undefined, 'text', 7, {}, new Error(''), { message: 3 }]) {
    const f = asFailure(thrown);
    expect(f.message.length).toBeGreaterThan(5);
    expect(f.hint.length).toBeGreaterThan(5);
  }
  expect(asFailure(Object.assign(new Error('no room'), { hint: 'Take less.' }))).toEqual({
    name: 'Error',
    message: 'no room',
    hint: 'Take less.',
  });
});

test('a refusal says what, why and what instead', () => {
  expect(refusalLine({ where: 'Seed', value: '-3', because: 'it must be a whole number', used: '0' })).toBe(
    'Seed: “-3” was refused because it must be a whole number; used instead: 0.',
  );
  expect(refusalLine({ where: 'link', value: 'x=1', because: '‘x’ means nothing here', used: 'left out' })).toContain(
    'it was left out',
  );
});
