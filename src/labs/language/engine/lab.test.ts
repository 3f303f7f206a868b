import { describe, expect, test } from 'vitest';
import type { CacheTypes } from '../../../core/cacheFormat.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import { OutOfMemoryError } from '../../../gpu/errors.ts';
import { LanguageLab } from './lab.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { bundledFiles } from '../../../hub/testing.ts';

const never = new AbortController().signal;
const draft: LanguageSource = { from: 'bundled', id: 'sotu_draft' };
const countdown: LanguageSource = { from: 'bundled', id: 'countdown' };

/** A lab on the processor whose memory `full` decides when countdown is opened. */
function cramped(full: (lab: LanguageLab) => boolean) {
  const opened: string[] = [];
  const lab: LanguageLab = new LanguageLab(
    (source) => {
      opened.push(source.from === 'bundled' ? source.id : source.from);
      if (source.from === 'bundled' && source.id === 'countdown' && full(lab))
        return Promise.reject(new OutOfMemoryError('weights', 1, 'full'));
      return Promise.resolve(bundledFiles(source));
    },
    () => Promise.resolve(null),
  );
  return {
    lab,
    opened,
    use: (source: LanguageSource) => lab.use('target', source, 'auto', nothingGiven, () => {}, never),
  };
}

describe('two models that do not fit together', () => {
  test('the old one makes room', async () => {
    const { lab, opened, use } = cramped((l) => l.model('target') !== null);
    await use(draft);
    expect((await use(countdown)).title).toContain('countdown');
    expect(lab.model('target')!.source).toEqual(countdown);
    expect(opened).toEqual(['sotu_draft', 'countdown', 'countdown']);
  });

  test('a draft does not outlive the model that it drafted for', async () => {
    const { lab, use } = cramped(() => false);
    await use(draft);
    await lab.use('draft', draft, 'auto', nothingGiven, () => {}, never);
    await use(draft);
    expect(lab.model('draft')!.source).toEqual(draft);
    await use(countdown);
    expect(lab.model('draft')).toBeNull();
  });

  test('it comes back when the new one does not fit alone either', async () => {
    const { lab, opened, use } = cramped(() => true);
    await use(draft);
    await expect(use(countdown)).rejects.toBeInstanceOf(OutOfMemoryError);
    expect(lab.model('target')!.source).toEqual(draft);
    expect(opened).toEqual(['sotu_draft', 'countdown', 'countdown', 'sotu_draft']);
    const session = await lab.session('target', 1, 8);
    expect(
      (
        await session.forward([{ sequence: await session.open(), tokens: [1, 2] }], { want: 'last' })
      ).logits[0]![0]!.every(Number.isFinite),
    ).toBe(true);
  });

  test('any other failure leaves the old one where it was, unread', async () => {
    const opened: string[] = [];
    const lab = new LanguageLab(
      (source) => {
        opened.push(source.from);
        return source.from === 'hub' ? Promise.reject(new Error('404')) : Promise.resolve(bundledFiles(source));
      },
      () => Promise.resolve(null),
    );
    const old = await lab.use('target', draft, 'auto', nothingGiven, () => {}, never);
    await expect(
      lab.use(
        'target',
        { from: 'hub', repo: 'a/b', revision: 'main', file: null },
        'auto',
        nothingGiven,
        () => {},
        never,
      ),
    ).rejects.toThrow('404');
    expect(lab.model('target')).toBe(old);
    expect(opened).toEqual(['bundled', 'hub']);
  });
});

test('a session keeps its cache as asked: blocks change the logits a little, another sequence of it alike', async () => {
  const { lab, use } = cramped(() => false);
  await use(countdown);
  const after = async (cache?: CacheTypes) => {
    const session = await lab.session('target', 1, 16, cache);
    const sequence = await session.open();
    await session.forward([{ sequence, tokens: [5, 9, 2, 7] }], { want: 'last' });
    const copy = await session.open(sequence);
    const logits = [sequence, copy].map(
      async (s) => (await session.forward([{ sequence: s, tokens: [11] }], { want: 'last' })).logits[0]![0]!,
    );
    return Promise.all(logits);
  };
  const [plain] = await after();
  const [kept, copied] = await after({ keys: 'q8_0', values: 'q4_0' });
  expect(copied).toEqual(kept);
  const off = kept!.map((v, i) => Math.abs(v - plain![i]!));
  expect(Math.max(...off)).toBeGreaterThan(1e-3);
  expect(Math.max(...off)).toBeLessThan(2);
  // One head of 32 a token has no second block to share a word with.
  await use(draft);
  await expect(lab.session('target', 1, 16, { keys: 'q8_0', values: 'f32' })).rejects.toMatchObject({
    name: 'ModelError',
    message: expect.stringContaining('an even number of blocks of 32 a token, and this model has 1') as unknown,
  });
});
