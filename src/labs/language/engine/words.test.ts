// The words of a run: as they go on from the prompt, and up to the stop string.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { newContender, newLink } from '../config/contenderText.ts';
import { defaultLanguage } from '../config/defaults.ts';
import type { LanguageExperiment } from '../config/experiment.ts';
import { openLocal } from '../../../hub/localFiles.ts';
import { LanguageLab } from './lab.ts';
import { Inspector } from './inspect.ts';
import { runLanguage } from './run.ts';
import { RunMemory } from './runMemory.ts';
import { labOn, listener } from './testing.ts';

const never = new AbortController().signal;
const read = async (lab: LanguageLab, e: LanguageExperiment) => {
  const heard = listener();
  await runLanguage(lab, new RunMemory(), e, null, heard.emit, never);
  const words = (branch = -1) =>
    heard
      .of('tokens')
      .filter((t) => t.branch === branch)
      .flatMap((t) => t.tokens.map((x) => x.text))
      .join('');
  return { heard, words };
};

/** SentencePiece: a token that begins a word holds its space, and a text loses its first one. */
const spm = new LanguageLab(
  () =>
    Promise.resolve(
      openLocal({ from: 'file', name: 'llama-spm.gguf' }, [
        {
          path: 'llama-spm.gguf',
          file: new File(
            [readFileSync(new URL('../../../../training/golden-gguf/llama-spm.gguf', import.meta.url))],
            'llama-spm.gguf',
          ),
        },
      ]),
    ),
  () => Promise.resolve(null),
);

describe('a SentencePiece text', () => {
  const e: LanguageExperiment = {
    ...defaultLanguage(),
    model: { from: 'file', name: 'llama-spm.gguf' },
    prompt: 'the state of the',
    contenders: [newContender('sampling', [newLink('temperature', { temperature: 1.5 })])],
    maxTokens: 24,
    samples: 1,
  };
  /** A seed whose first token begins a word. */
  const begun = async () => {
    await spm.use('target', e.model, e.format, { files: [], token: null }, () => {}, never);
    for (let seed = 0; seed < 200; seed++) {
      const { words, heard } = await read(spm, { ...e, seed, maxTokens: 1 });
      if (/^ \w/.test(words())) return { seed, token: heard.texts[0]![0]![0]![0]! };
    }
    throw new Error('no seed writes a word first');
  };

  test('reads after the prompt as both do together', async () => {
    const { seed } = await begun();
    const { words, heard } = await read(spm, { ...e, seed });
    const { tokenizer } = spm.model('target')!;
    const prompt = tokenizer.encode(e.prompt);
    const whole = tokenizer.decode([...prompt, ...heard.texts[0]![0]![0]!], { skipSpecial: true });
    expect(whole.startsWith(`${e.prompt} `)).toBe(true);
    if (!whole.includes('\ufffd')) expect(e.prompt + words()).toBe(whole);
    expect(words().slice(0, 2)).toBe(whole.slice(e.prompt.length, e.prompt.length + 2));
  });
  test('stops at a stop string that begins with the first word’s space', async () => {
    const { seed, token } = await begun();
    const word = spm.model('target')!.tokenizer.piece(token);
    expect(word).toMatch(/^ \w/);
    const { heard } = await read(spm, { ...e, seed, stop: [word] });
    expect(heard.texts[0]![0]![0]).toEqual([token]);
    expect(heard.of('end')).toMatchObject([{ why: 'stop string', cut: 0 }]);
  });
});

const drafting = labOn(() => Promise.resolve(null));
test('a head that a shift keeps is what the model reads, and what the inspector explains', async () => {
  const e: LanguageExperiment = {
    ...defaultLanguage({ from: 'bundled', id: 'sotu_draft' }),
    prompt: `Mr. Speaker, ${'peace '.repeat(502)}`,
    overflow: 'shift',
    maxTokens: 10,
    contenders: [newContender('sampling', [newLink('temperature', { temperature: 1.5 })])],
  };
  const records = async (keep: number) => {
    const { heard } = await read(drafting, { ...e, keep });
    return { records: heard.of('tokens').flatMap((t) => t.tokens), notices: heard.of('notice').map((n) => n.text) };
  };
  const [none, kept] = [await records(0), await records(6)];
  expect(none.notices).toEqual([expect.stringContaining('the oldest are forgotten, and')]);
  expect(kept.notices).toEqual([expect.stringContaining('the oldest are forgotten after the first 6, and')]);
  const logs = (r: typeof none) => r.records.map((t) => t.record.logProbability);
  // The same until the context is full; then the head is still there, or not.
  expect(logs(kept)[0]).toBe(logs(none)[0]);
  expect(logs(kept)).not.toEqual(logs(none));
  const inspector = new Inspector();
  const text = kept.records.map((t) => t.id);
  for (const at of [0, 9]) {
    const seen = await inspector.inspect(drafting, { ...e, keep: 6 }, 0, 0, text.slice(0, at), text[at]!, never);
    expect(seen.chosen.surprisalBits * Math.LN2).toBeCloseTo(-logs(kept)[at]!, 5);
  }
  inspector.close();
  // A prompt that is itself too long: its head and its end.
  const long = await read(drafting, { ...e, prompt: `Mr. Speaker, ${'peace '.repeat(700)}`, keep: 6, maxTokens: 1 });
  const { tokenizer } = drafting.model('target')!;
  const whole = tokenizer.encode(`Mr. Speaker, ${'peace '.repeat(700)}`);
  const [shown] = long.heard.of('prompt');
  expect(shown!.tokens.map((t) => t.id)).toEqual([...whole.slice(0, 6), ...whole.slice(-250)]);
});

describe('a stop string', () => {
  const lab = labOn(() => Promise.resolve(null));
  const small: LanguageExperiment = {
    ...defaultLanguage({ from: 'bundled', id: 'sotu_draft' }),
    maxTokens: 24,
    contenders: [newContender('greedy')],
  };
  test('is cut from what is shown and kept in the record, of a branch too', async () => {
    const free = await read(lab, small);
    const text = free.words();
    expect(free.heard.of('end')).toMatchObject([{ why: 'length', cut: null }]);
    // Letters in the middle of a token, so that the cut falls inside one.
    const tokens = free.heard.of('tokens').flatMap((t) => t.tokens);
    const place = tokens.findIndex((t, i) => i > 4 && /^ [a-z]{4,}/.test(t.text));
    const before = tokens
      .slice(0, place)
      .map((t) => t.text)
      .join('');
    const stop = tokens[place]!.text.slice(2, 4);
    const at = text.indexOf(stop);
    const { heard, words } = await read(lab, { ...small, stop: ['never', stop] });
    expect(at).toBeLessThanOrEqual(before.length + 2);
    expect(heard.of('end')).toMatchObject([{ why: 'stop string', cut: at }]);
    expect(words().slice(0, at)).toBe(text.slice(0, at));
    expect(words().length).toBeGreaterThan(at);

    const branch = { contender: 0, sample: 0, parent: -1, at: 2, token: heard.texts[0]![0]![0]![2]! };
    const branched = await read(lab, { ...small, stop: [stop], branches: [branch] });
    // The same token again: the branch writes the same text, and its cut counts from the text's beginning.
    expect(branched.heard.of('end').map((end) => [end.branch, end.cut])).toEqual([
      [-1, at],
      [0, at],
    ]);
  });
});
