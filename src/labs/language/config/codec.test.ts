import { describe, expect, test } from 'vitest';
import { philox4x32 } from '../../../math/philox.ts';
import type { AnyField, ParamValue } from '../../../core/field.ts';
import { languageModelIds } from '../../../models/language.ts';
import { algorithmIds } from '../../../samplers/decoding/algorithms.ts';
import { formatLanguage, isLanguage, parseLanguage } from './codec.ts';
import { algorithmFields, contenderTitle, newContender, newLink, stageFields } from './contenderText.ts';
import { defaultLanguage } from './defaults.ts';
import type { LanguageExperiment } from './experiment.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import { MAX_CONTENDERS, MAX_PROMPT, MAX_STAGES } from './fields.ts';
import { contenderRefusals, stageMenu } from './menus.ts';
import { formatSource, parseSource } from '../../../hub/source.ts';

const roundTrip = (e: LanguageExperiment) => {
  const text = formatLanguage(e);
  const { experiment, refusals } = parseLanguage(`#${text}`);
  expect(refusals, text).toEqual([]);
  expect(experiment, text).toEqual(e);
  expect(formatLanguage(experiment)).toBe(text);
};
function ends(f: AnyField): readonly ParamValue[] {
  if (f.kind === 'number') return [f.min, f.max];
  if (f.kind === 'boolean') return [true, false];
  return f.kind === 'choice' ? f.options.map((o) => o.value) : [f.default];
}
const base = defaultLanguage();

describe('round trips', () => {
  test('the default experiment of every model is a short link, and every contender of it runs', () => {
    for (const id of languageModelIds) {
      const e = defaultLanguage({ from: 'bundled', id });
      expect(formatLanguage(e)).toBe(id === 'sotu' ? 'lab=language' : `lab=language&model=${id}`);
      roundTrip(e);
      for (const c of e.contenders) expect(contenderRefusals(c, e), contenderTitle(c)).toEqual([]);
    }
  });

  test('every parameter of every algorithm and stage, at both ends of its range', () => {
    let count = 0;
    for (const id of algorithmIds)
      for (const [key, field] of Object.entries(algorithmFields(id)))
        for (const value of ends(field)) {
          roundTrip({ ...base, contenders: [newContender(id, [], { [key]: value })] });
          count++;
        }
    for (const { id } of stageMenu)
      for (const [key, field] of Object.entries(stageFields(id)))
        for (const value of ends(field)) {
          roundTrip({ ...base, contenders: [newContender('sampling', [newLink(id, { [key]: value })])] });
          count++;
        }
    expect(count).toBeGreaterThan(10);
  });

  test('texts with every sign that links are made of, stop strings, branches, and models from everywhere', () => {
    roundTrip({
      ...base,
      prompt: 'a+b & c=d %41 #x?\n“¶”, [e](f)',
      system: ' =&%2B ',
      chat: true,
      stop: ['\n\n', '&', '+', '%'],
      seed: 4294967295,
      samples: 3,
      maxTokens: 4096,
      overflow: 'shift',
      format: 'int4',
      baseline: 2,
    });
    roundTrip({ ...base, prompt: '' });
    roundTrip({
      ...base,
      samples: 2,
      branches: [
        { contender: 1, sample: 1, parent: -1, at: 4, token: 77 },
        { contender: 1, sample: 1, parent: 0, at: 9, token: 0 },
      ],
    });
    const sources: LanguageSource[] = [
      { from: 'hub', repo: 'HuggingFaceTB/SmolLM2-135M', revision: 'main', file: null },
      { from: 'hub', repo: 'owner/name', revision: 'refs/pr/3', file: 'sub/model q4_0 (1).gguf' },
      { from: 'file', name: 'my model.gguf' },
    ];
    for (const model of sources) {
      expect(parseSource(formatSource(model), languageModelIds)).toEqual(model);
      roundTrip({ ...defaultLanguage(model), draft: sources[0]! });
    }
  });

  test('the longest chain and the most contenders', () => {
    const chain = Array.from({ length: MAX_STAGES }, (_, i) => newLink(stageMenu[i % stageMenu.length]!.id));
    roundTrip({ ...base, contenders: Array.from({ length: MAX_CONTENDERS }, () => newContender('sampling', chain)) });
  });
});

describe('any text is an experiment', () => {
  test.each([
    ['model=nope', 'model'],
    ['model=hub:../x', 'model'],
    ['model=hub:a/b@..', 'model'],
    ['model=file:', 'model'],
    ['draft=nope', 'draft'],
    ['seed=-1', 'Seed'],
    ['n=0', 'Samples'],
    ['n=1e9', 'Samples'],
    ['len=0.5', 'Length'],
    ['chat=yes', 'Chat'],
    ['past=loop', 'Past the context'],
    ['format=int2', 'Weights'],
    ['stop=', 'stop string'],
    ['base=9', 'baseline'],
    ['base=-1', 'baseline'],
    ['c=constructor', 'contender 1'],
    ['c=', 'contender 1'],
    ['c=sampling[nope]', 'contender 1 chain'],
    ['c=sampling[top_p(p=2)]', 'contender 1 Top-p (nucleus) p'],
    ['c=sampling[top_p(q=1)]', 'contender 1 Top-p (nucleus)'],
    ['c=sampling[top_p', 'contender 1'],
    ['c=sampling[top_p;top_k]', 'contender 1 chain'],
    ['c=sampling(x=1)', 'contender 1'],
    ['branch=0.0.m.1', 'branch'],
    ['branch=7.0.m.1.1', 'branch'],
    ['branch=0.5.m.1.1', 'branch'],
    ['branch=0.0.0.1.1', 'branch'],
    ['zzz=1', 'link'],
    ['seed=1&seed=2', 'seed'],
  ])('%s is refused in words', (text, where) => {
    const { experiment, refusals } = parseLanguage(`lab=language&${text}`);
    expect(refusals.map((r) => r.where)).toContain(where);
    for (const r of refusals) expect(r.because.length).toBeGreaterThan(8);
    roundTrip(experiment);
  });

  test('3,000 random texts, some near the grammar', () => {
    const pieces = [
      'model=',
      'sotu',
      'hub:',
      'a/b',
      'c=',
      'sampling',
      '[',
      ']',
      '(',
      ')',
      'top_p',
      'temperature',
      'p',
      '=',
      ',',
      '&',
      '%',
      '%zz',
      '1e400',
      '-0',
      '∞',
      'fp=',
      'branch=',
      '0.0.m.3.4',
      '\0',
      'n=',
      '9',
      'stop=',
      'prompt=',
      '+',
      'base=',
      '__proto__',
    ];
    const words = new Uint32Array(4);
    for (let i = 0; i < 3000; i++) {
      let text = 'lab=language&';
      for (let k = 0; k < 12; k++) text += pieces[philox4x32(i, k, 0, 0, 7, 9, words)[0]! % pieces.length]!;
      roundTrip(parseLanguage(text).experiment);
    }
  });

  test('huge links, prompts and lists are cut down in words', () => {
    expect(parseLanguage('x'.repeat(300_000)).refusals[0]!.where).toBe('link');
    const long = parseLanguage(`lab=language&prompt=${'a'.repeat(MAX_PROMPT + 5)}`);
    expect(long.experiment.prompt).toHaveLength(MAX_PROMPT);
    expect(long.refusals[0]!.where).toBe('prompt');
    const nine = parseLanguage(`lab=language&${Array(9).fill('c=greedy').join('&')}`);
    expect(nine.experiment.contenders).toHaveLength(MAX_CONTENDERS);
    expect(nine.refusals).toHaveLength(9 - MAX_CONTENDERS);
  });

  test('which lab a hash belongs to', () => {
    for (const [hash, is] of [
      ['#lab=language', true],
      ['#seed=3&lab=language', true],
      ['#lab=languages', false],
      ['#prompt=lab=language', false],
      ['', false],
    ] as const)
      expect(isLanguage(hash), hash).toBe(is);
  });
});

test('contradictions are told in sentences', () => {
  const told = (c: LanguageExperiment['contenders'][number], e = base) => contenderRefusals(c, e);
  expect(told(newContender('sampling', [newLink('top_p'), newLink('top_p')])).join(' ')).toMatch(/twice/);
  expect(told(newContender('greedy', [newLink('top_p')])).length).toBeGreaterThan(0);
  expect(told(newContender('sampling', [newLink('temperature', { temperature: 0 })])).join(' ')).toMatch(/greedy/);
  for (const id of algorithmIds)
    for (const sentence of told(newContender(id, [newLink('temperature')]))) expect(sentence).toMatch(/^[A-Z].+\.$/);
});
