// A model's name in a link at the edges of its grammar; and what a contender is called, how many texts it writes, where
// a menu lists it and why it cannot run.
import { describe, expect, test } from 'vitest';
import { algorithmIds } from '../../../samplers/decoding/algorithms.ts';
import { stages, type StageId } from '../../../samplers/decoding/stages.ts';
import {
  chainTitle,
  contenderTitle,
  linkTitle,
  linkValues,
  newContender,
  newLink,
  samplesOf,
} from './contenderText.ts';
import { defaultContenders, defaultLanguage, defaultPrompt } from './defaults.ts';
import { languageModelIds } from '../../../models/language.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import {
  algorithmItem,
  algorithmMenu,
  contenderRefusals,
  grouped,
  hasDraft,
  languageModelMenu,
  stageItem,
  stageMenu,
  drawsFromChain,
  takesChain,
  takesStageOf,
  textMetricMenu,
} from './menus.ts';
import { formatSource, parseSource, repoOfAddress } from '../../../hub/source.ts';

const hub = (repo: string, revision = 'main', file: string | null = null): LanguageSource => ({
  from: 'hub',
  repo,
  revision,
  file,
});
const long = (n: number) => 'x'.repeat(n);

describe('a model’s name', () => {
  test.each<[string, LanguageSource]>([
    ['sotu', { from: 'bundled', id: 'sotu' }],
    ['countdown', { from: 'bundled', id: 'countdown' }],
    ['hub:gpt2', hub('gpt2')],
    ['hub:a/b', hub('a/b')],
    ['hub:A1.b_c-d/9.x', hub('A1.b_c-d/9.x')],
    [`hub:${long(96)}/${long(96)}`, hub(`${long(96)}/${long(96)}`)],
    ['hub:1/B', hub('1/B')],
    ['hub:a/b-c', hub('a/b-c')],
    ['hub:a/b@V', hub('a/b', 'V')],
    ['hub:a/b@1', hub('a/b', '1')],
    ['hub:a/b@v1.0', hub('a/b', 'v1.0')],
    ['hub:a/b@main:f', hub('a/b', 'main', 'f')],
    ['hub:a/b@main:d/f', hub('a/b', 'main', 'd/f')],
    ['hub:a/b@main:a +(1)-b/c', hub('a/b', 'main', 'a +(1)-b/c')],
    ['hub:a/b@refs/pr/3', hub('a/b', 'refs/pr/3')],
    ['hub:a/b@a-b_c', hub('a/b', 'a-b_c')],
    [`hub:a/b@${long(100)}`, hub('a/b', long(100))],
    ['hub:a/b@main:f.gguf', hub('a/b', 'main', 'f.gguf')],
    ['hub:a/b@main:_sub/m (1) +x-q4_0.gguf', hub('a/b', 'main', '_sub/m (1) +x-q4_0.gguf')],
    [`hub:a/b@main:${long(200)}`, hub('a/b', 'main', long(200))],
    ['file:m.gguf', { from: 'file', name: 'm.gguf' }],
    ['file:a b: c@d', { from: 'file', name: 'a b: c@d' }],
    [`file:${long(200)}`, { from: 'file', name: long(200) }],
  ])('%s', (text, source) => {
    expect(parseSource(text, languageModelIds)).toEqual(source);
    expect(formatSource(source)).toBe(text);
  });
  test.each<[string, string | null, string | null]>([
    ['https://huggingface.co/owner/name', 'owner/name', null],
    ['huggingface.co/owner/name/', 'owner/name', null],
    ['https://hf.co/owner/na.me-1_2/tree/refs?x=1', 'owner/na.me-1_2', 'refs'],
    ['https://huggingface.co/owner/name/blob/main/config.json', 'owner/name', 'main'],
    [' https://www.huggingface.co/owner/name#card ', 'owner/name', null],
    ['owner/name', null, null],
    ['https://huggingface.co/owner', null, null],
    ['https://example.org/owner/name', null, null],
    ['https://huggingface.co.example.org/owner/name', null, null],
  ])('the address %s', (text, repo, revision) => {
    expect(repoOfAddress(text)).toEqual(repo && { repo, revision });
  });
  test('without a revision a file is read too', () => {
    expect(parseSource('hub:a/b:f.gguf', languageModelIds)).toEqual(hub('a/b', 'main', 'f.gguf'));
    expect(formatSource(hub('a/b', 'main', 'f.gguf'))).toBe('hub:a/b@main:f.gguf');
  });
  const repo = (name: string) => `'${name}' is not a repository name like owner/name`;
  const revision = (name: string) => `'${name}' is not a branch, tag or commit`;
  const file = (name: string) => `'${name}' is not a file name`;
  const local = 'a local model is named by one file or folder name';
  test.each([
    ['hub:', repo('')],
    ['hub:/b', repo('/b')],
    ['hub:a/', repo('a/')],
    ['hub:a/b/c', repo('a/b/c')],
    ['hub:-a/b', repo('-a/b')],
    ['hub:a/.b', repo('a/.b')],
    ['hub:_a/b', repo('_a/b')],
    ['hub:a b/c', repo('a b/c')],
    ['hub:a..b/c', repo('a..b/c')],
    ['hub:a--b/c', repo('a--b/c')],
    [`hub:${long(97)}`, repo(long(60))],
    [`hub:a/${long(97)}`, repo(`a/${long(58)}`)],
    ['hub:a/b@', revision('')],
    ['hub:a/b@-x', revision('-x')],
    ['hub:a/b@/x', revision('/x')],
    ['hub:a/b@x..y', revision('x..y')],
    ['hub:a/b@x y', revision('x y')],
    [`hub:a/b@${long(101)}`, revision(long(60))],
    ['hub:a/b@main:', file('')],
    ['hub:a/b:../x', file('../x')],
    ['hub:a/b:x/../y', file('x/../y')],
    ['hub:a/b:/x', file('/x')],
    ['hub:a/b:a..b', file('a..b')],
    ['hub:a/b:x/', file('x/')],
    ['hub:a/b:x//y', file('x//y')],
    ['hub:a/b: x', file(' x')],
    ['hub:a/b:x:y', file('x:y')],
    [`hub:a/b:${long(201)}`, file(long(60))],
    ['file:', local],
    ['file:a/b', local],
    ['file:a\\b', local],
    ['file:a\tb', local],
    [`file:${long(201)}`, local],
    ['Sotu', "there is no bundled model 'Sotu'; write hub:owner/name for one from the hub"],
    ['', "there is no bundled model ''; write hub:owner/name for one from the hub"],
    [long(70), `there is no bundled model '${long(60)}'; write hub:owner/name for one from the hub`],
  ])('%j names none', (text, because) => expect(parseSource(text, languageModelIds)).toBe(because));
});

describe('what a contender is called', () => {
  test('numbers of a stage, at most two, words only where they are not the default', () => {
    expect(linkValues(newLink('top_k'))).toBe('40');
    expect(linkValues(newLink('xtc'))).toBe('0.1 / 0.5');
    expect(linkValues(newLink('dry'))).toBe('0.8 / 1.75');
    expect(linkValues(newLink('presence_penalty', { prompt: false }))).toBe('0.5 / -1');
    expect(linkValues(newLink('dry', { breakers: 'x', multiplier: 1 }))).toBe('1 / 1.75');
    expect(linkValues(newLink('logit_bias'))).toBe('');
    expect(linkValues(newLink('repetition_penalty'))).toBe('1.1 / -1');
    expect(linkValues(newLink('logit_bias', { biases: '1:2' }))).toBe('1:2');
    expect(linkTitle(newLink('logit_bias'))).toBe('Logit bias');
    expect(linkTitle(newLink('top_p', { p: 0.5 }))).toBe('Top-p (nucleus) 0.5');
    const chain = [newLink('temperature'), newLink('top_k')];
    expect(chainTitle({ chain })).toBe('Temperature 0.8 → Top-k 40');
    expect(chainTitle({ chain: [] })).toBe('');
    expect(contenderTitle(newContender('sampling', chain))).toBe('Sampling · Temperature 0.8 → Top-k 40');
    expect(contenderTitle(newContender('beam'))).toBe('Beam search');
  });
  test('what draws nothing writes one text, where one is possible', () => {
    expect([1, 2, 9].map((n) => samplesOf(newContender('greedy'), n, 1))).toEqual([1, 1, 1]);
    expect([1, 2, 9].map((n) => samplesOf(newContender('contrastive'), n, 1))).toEqual([1, 1, 1]);
    expect([4, 5].map((n) => samplesOf(newContender('beam'), n, 1))).toEqual([4, 1]);
    expect(samplesOf(newContender('beam', [], { beams: 0 }), 5, 1)).toBe(5); // not even one
    expect(samplesOf(newContender('best_of_n'), 9, 1)).toBe(9); // draws: it must say why it cannot
    expect(samplesOf(newContender('sampling'), 9, 1)).toBe(9);
  });
});

describe('menus', () => {
  test('algorithms under what they promise, stages under what they do, in the order of the registries', () => {
    expect(grouped(algorithmMenu).map(({ group, items }) => [group, ...items.map((i) => i.id)])).toEqual([
      ['Searches, without a draw', 'greedy', 'beam', 'diverse_beam', 'contrastive', 'cot_decoding'],
      [
        'Draws from the chain’s distribution',
        'sampling',
        'speculative',
        'multi_draft',
        'prompt_lookup',
        'ngram_cache',
        'arithmetic',
      ],
      ['Draws, then chooses', 'best_of_n'],
      ['Draws from several distributions', 'cfg', 'contrastive_decoding', 'dola'],
    ]);
    expect(grouped(stageMenu).map(({ group, items }) => [group, items.length])).toEqual([
      ['Shape', 3],
      ['Cut off', 11],
      ['Adapt', 3],
      ['Penalise', 5],
      ['Constrain', 5],
    ]);
    expect(stageMenu.map((s) => s.id)).toEqual(Object.keys(stages) as StageId[]);
    expect([algorithmItem('beam').title, stageItem('min_p').title]).toEqual(['Beam search', 'Min-p']);
    expect(languageModelMenu.map((m) => [m.id, m.paper])).toEqual([
      ['sotu', null],
      ['sotu_draft', null],
      ['countdown', null],
    ]);
    expect(textMetricMenu[0]!.id).toBe('log_loss');
    expect(algorithmIds.filter((id) => !takesChain(id))).toEqual([]);
    expect(algorithmIds.filter(drawsFromChain)).toEqual(
      algorithmIds.filter((id) => !['greedy', 'beam', 'diverse_beam', 'contrastive', 'cot_decoding'].includes(id)),
    );
    expect([takesStageOf('greedy', 'dry'), takesStageOf('greedy', 'top_k'), takesStageOf('beam', 'dry')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(takesStageOf('sampling', 'top_k')).toBe(true);
  });
  test('a draft is named, or comes with a bundled model', () => {
    const [sotu, countdown] = (['sotu', 'countdown'] as const).map((id): LanguageSource => ({ from: 'bundled', id }));
    expect(hasDraft({ model: sotu!, draft: null })).toBe(true);
    expect(hasDraft({ model: countdown!, draft: null })).toBe(false);
    expect(hasDraft({ model: countdown!, draft: sotu! })).toBe(true);
    expect(hasDraft({ model: hub('sotu'), draft: null })).toBe(false);
  });
  test('every reason against a contender: its chain’s, then its algorithm’s', () => {
    const e = { ...defaultLanguage(), samples: 9 };
    const top = newLink('top_k', { k: 0 });
    const k = 'Top-k: k cannot be 0; it must be a whole number from 1 to 100000.';
    expect(contenderRefusals(newContender('sampling', [top]), e)).toEqual([k]);
    expect(contenderRefusals(newContender('greedy', [top]), e)).toEqual([
      k,
      expect.stringContaining(
        'Greedy draws nothing, so its stage top_k would be ignored: remove it, or choose sampling.',
      ),
    ]);
    expect(contenderRefusals(newContender('greedy'), e)).toEqual([]); // it writes one
    expect(contenderRefusals(newContender('best_of_n'), e)).toEqual([
      '9 samples cannot be kept of 8 candidates: draw at least 9.',
    ]);
    const alone = { ...e, model: { from: 'bundled', id: 'countdown' } as const };
    expect(contenderRefusals(newContender('speculative'), alone)).toHaveLength(1);
    expect(contenderRefusals(newContender('speculative'), e)).toEqual([]);
  });
});

describe('the first comparison on a model', () => {
  const temperature = (t: number) => newLink('temperature', { temperature: t });
  test('prose, arithmetic, and a stranger', () => {
    const prose = [
      newContender('sampling', [temperature(0.8)]),
      newContender('sampling', [temperature(0.8), newLink('top_p', { p: 0.9 })]),
      newContender('sampling', [temperature(1.2), newLink('min_p', { p: 0.1 })]),
      newContender('greedy'),
    ];
    expect(defaultContenders({ from: 'bundled', id: 'sotu' })).toEqual(prose);
    expect(defaultContenders(hub('a/b'))).toEqual(prose);
    expect(defaultContenders({ from: 'bundled', id: 'countdown' })).toEqual([
      newContender('sampling', [temperature(0.7)]),
      newContender('sampling', [temperature(1), newLink('min_p', { p: 0.1 })]),
      newContender('arithmetic'),
    ]);
    expect(defaultPrompt({ from: 'file', name: 'x' })).toBe('Once upon a time');
    expect(defaultLanguage()).toMatchObject({
      model: { from: 'bundled', id: 'sotu' },
      draft: null,
      format: 'auto',
      chat: false,
      system: '',
      seed: 0,
      samples: 1,
      maxTokens: 96,
      stop: [],
      overflow: 'refuse',
      baseline: 0,
      branches: [],
      kernels: {},
    });
  });
});
