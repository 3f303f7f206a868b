// The language lab's links, word for word: the gallery, a link with everything in it, and every field at its smallest,
// its largest, one beyond and junk, with the sentence that a reader sees.
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../core/refusal.ts';
import { formatLanguage, isLanguage, parseLanguage } from './codec.ts';
import { NO_TALK } from './talk.ts';
import { newContender, newLink } from './contenderText.ts';
import { defaultLanguage } from './defaults.ts';
import type { LanguageExperiment } from './experiment.ts';
import { languagePresets, type LanguagePresetId } from './presets.ts';

const links: Readonly<Record<LanguagePresetId, string>> = {
  first: 'lab=language',
  hot: 'lab=language&n=4&len=64&c=sampling[temperature(temperature=1.5)]&c=sampling[temperature(temperature=1.5),top_p(p=0.9)]&c=sampling[temperature(temperature=1.5),min_p(p=0.1)]&c=sampling[temperature(temperature=1)]',
  speculation:
    'lab=language&len=128&c=sampling[temperature(temperature=0.7)]&c=speculative[temperature(temperature=0.7)]&c=prompt_lookup[temperature(temperature=0.7)]',
  answers:
    'lab=language&model=countdown&n=16&c=sampling[temperature(temperature=1)]&c=sampling[temperature(temperature=0.5)]&c=arithmetic[temperature(temperature=1)]',
  loops: 'lab=language&len=160&c=greedy&c=beam&c=contrastive&c=sampling[temperature,min_p]',
  // A grammar is written in the signs of the link's own language, so it is escaped twice.
  grammar:
    'lab=language&model=countdown&n=16&c=sampling[temperature(temperature=1.5)]' +
    '&c=sampling[grammar(text=root+::%253d+%2528steps+%22+no%5Cn%22%2529*+steps+%22%5Cnanswer:+%22+steps' +
    '%0Asteps+::%253d+step+%2528%22+%22+step%2529*%0Astep+::%253d+number+%255b-%2B*/%255d+number+%22%253d%22+number' +
    '%0Anumber+::%253d+%255b1-9%255d+%255b0-9%255d%7B0%252c3%7D),temperature(temperature=1.5)]' +
    '&c=sampling[grammar(text=root+::%253d+%22answer:+%22+steps' +
    '%0Asteps+::%253d+step+%2528%22+%22+step%2529*%0Astep+::%253d+number+%255b-%2B*/%255d+number+%22%253d%22+number' +
    '%0Anumber+::%253d+%255b1-9%255d+%255b0-9%255d%7B0%252c3%7D),temperature(temperature=1.5)]',
};

describe('links of the gallery', () => {
  test('are all written down', () => expect(Object.keys(links)).toEqual(Object.keys(languagePresets)));
  test.each(Object.entries(links))('%s', (id, link) => {
    const { experiment } = languagePresets[id as LanguagePresetId];
    expect(formatLanguage(experiment)).toBe(link);
    expect(parseLanguage(`#${link}`)).toEqual({ experiment, refusals: [], fingerprint: null, chat: false });
  });
});

describe('a link that says everything', () => {
  const full: LanguageExperiment = {
    model: { from: 'hub', repo: 'owner/name.v1', revision: 'refs/pr/3', file: 'sub/model q4_0.gguf' },
    draft: { from: 'file', name: 'my draft.gguf' },
    format: 'int4',
    cacheKeys: 'q8_0',
    cacheValues: 'q4_0',
    chat: true,
    seed: 4294967295,
    samples: 64,
    maxTokens: 4096,
    overflow: 'shift',
    keep: 4096,
    names: 'text',
    prompt: 'a+b & c=50%\n„é“ [x](y), #z',
    system: ' be brief ',
    stop: ['\n\n', '&+'],
    baseline: 1,
    kernels: { topk: '2.lanes' },
    contenders: [
      newContender('arithmetic', [newLink('temperature', { temperature: 1.25 })], { codes: 'van_der_corput' }),
      newContender(
        'beam',
        [newLink('dry', { breakers: '(,=]%', allowed: 3 }), newLink('logit_bias', { biases: '1:2,3:-inf' })],
        { beams: 3, early: 'never' },
      ),
    ],
    variables: {},
    talk: NO_TALK,
    branches: [
      { contender: 1, sample: 63, parent: -1, at: 4, token: 151643 },
      { contender: 1, sample: 63, parent: 0, at: 99999, token: 9999999 },
    ],
  };
  const link =
    'lab=language&model=hub:owner/name.v1@refs/pr/3:sub/model+q4_0.gguf&draft=file:my+draft.gguf&format=int4&ctk=q8_0&ctv=q4_0&chat=1' +
    '&seed=4294967295&n=64&len=4096&past=shift&keep=4096&names=text&prompt=a%2Bb+%26+c=50%25%0A%E2%80%9E%C3%A9%E2%80%9C+[x](y),+%23z' +
    '&system=+be+brief+&stop=%0A%0A&stop=%26%2B&base=1&kernels=topk:2.lanes' +
    '&c=arithmetic(codes=van_der_corput)[temperature(temperature=1.25)]' +
    '&c=beam(beams=3,early=never)[dry(allowed=3,breakers=%2528%252c%253d%255d%2525),logit_bias(biases=1:2%252c3:-inf)]' +
    '&branch=1.63.m.4.151643&branch=1.63.0.99999.9999999&fp=L1.AAAA~BBBB';

  test('word for word, there and back, in any order of keys', () => {
    expect(formatLanguage(full, 'L1.AAAA~BBBB')).toBe(link);
    const back = { experiment: full, refusals: [], fingerprint: 'L1.AAAA~BBBB', chat: false };
    expect(parseLanguage(link)).toEqual(back);
    expect(parseLanguage(`?${link}`)).toEqual(back);
    expect(parseLanguage(link.replaceAll('+', '%20').replaceAll('(', '%28').replaceAll('[', '%5B'))).toEqual(back);
    const lists = (pair: string) => /^(c|stop|branch)=/.test(pair);
    const pairs = link.split('&');
    expect(parseLanguage([...pairs.filter(lists), ...pairs.filter((p) => !lists(p)).toReversed()].join('&'))).toEqual(
      back,
    );
  });
  test('a default said aloud, and what comes from the model', () => {
    const loud =
      'lab=language&model=sotu&format=auto&ctk=f32&ctv=f32&chat=0&seed=0&n=1&len=96&past=refuse&keep=0&names=token&prompt=My+fellow+Americans,+the+state+of+our+Union+is&system=&base=0';
    expect(parseLanguage(loud)).toEqual({
      experiment: defaultLanguage(),
      refusals: [],
      fingerprint: null,
      chat: false,
    });
    expect(parseLanguage('lab=language&prompt=').experiment.prompt).toBe('');
    expect(parseLanguage('fp=').fingerprint).toBeNull();
    expect(formatLanguage(defaultLanguage(), '')).toBe('lab=language');
    const hub = defaultLanguage({ from: 'hub', repo: 'a/b', revision: 'main', file: null });
    expect(hub).toMatchObject({ samples: 1, maxTokens: 64, prompt: 'Once upon a time' });
    expect(formatLanguage(hub)).toBe('lab=language&model=hub:a/b');
    expect(parseLanguage('model=countdown').experiment).toMatchObject({
      samples: 8,
      maxTokens: 200,
      prompt: '20 5 3 17 = 45\n',
    });
  });
  test.each([
    ['lab=language', true],
    ['#lab=language', true],
    ['?lab=language', true],
    ['?n=1&lab=language&x', true],
    ['lab=languages', false],
    ['lab=language2&n=1', false],
    ['slab=language', false],
    ['lab=kernels', false],
    ['', false],
  ])('%j belongs here: %s', (hash, want) => expect(isLanguage(hash)).toBe(want));
});

const whole = (min: number, max: number) => `it must be a whole number from ${min} to ${max}`;
const no = (where: string, value: string, because: string, used: string): Refusal => ({ where, value, because, used });
const USUAL = 'the usual contenders of the model';
const choices = 'it is not one of the choices';
const first = 'it must be the number of a contender, 0 to 3';

describe('fields at their ends', () => {
  test.each<[string, Partial<LanguageExperiment>]>([
    ['seed=4294967295', { seed: 4294967295 }],
    ['n=1', { samples: 1 }],
    ['n=64', { samples: 64 }],
    ['len=1', { maxTokens: 1 }],
    ['len=4096', { maxTokens: 4096 }],
    ['chat=1', { chat: true }],
    ['past=shift', { overflow: 'shift' }],
    ['keep=4096', { keep: 4096 }],
    ['names=text', { names: 'text' }],
    ['format=f32', { format: 'f32' }],
    ['format=f16', { format: 'f16' }],
    ['format=int8', { format: 'int8' }],
    ['base=3', { baseline: 3 }],
    ['base=03', { baseline: 3 }],
    [`stop=${'x'.repeat(200)}`, { stop: ['x'.repeat(200)] }],
    ['c=sampling[]', { contenders: [newContender('sampling')] }],
    ['c=greedy()', { contenders: [newContender('greedy')] }],
    ['c=sampling[top_k(k=1)]', { contenders: [newContender('sampling', [newLink('top_k', { k: 1 })])] }],
    ['c=sampling[top_k(k=100000)]', { contenders: [newContender('sampling', [newLink('top_k', { k: 100000 })])] }],
    ['n=2&branch=3.1.m.0.0', { branches: [{ contender: 3, sample: 1, parent: -1, at: 0, token: 0 }] }],
  ])('%s is taken', (link, want) => {
    const { experiment, refusals } = parseLanguage(`lab=language&${link}`);
    expect(refusals).toEqual([]);
    expect(experiment).toMatchObject(want);
  });

  test.each<[string, Refusal[]]>([
    ['seed=4294967296', [no('Seed', '4294967296', whole(0, 4294967295), '0')]],
    ['n=65', [no('Samples', '65', whole(1, 64), '1')]],
    ['model=countdown&n=0', [no('Samples', '0', whole(1, 64), '8')]],
    ['len=0', [no('Length', '0', whole(1, 4096), '96')]],
    ['len=4097', [no('Length', '4097', whole(1, 4096), '96')]],
    ['model=hub:a/b&len=x', [no('Length', 'x', whole(1, 4096), '64')]],
    ['chat=yes', [no('Chat', 'yes', 'it must be 1 or 0', '0')]],
    ['past=loop', [no('Past the context', 'loop', choices, 'refuse')]],
    ['keep=4097', [no('Keep', '4097', whole(0, 4096), '0')]],
    ['keep=-1', [no('Keep', '-1', whole(0, 4096), '0')]],
    ['names=none', [no('Special tokens', 'none', choices, 'token')]],
    ['format=int2', [no('Weights', 'int2', choices, 'auto')]],
    [
      'model=nope',
      [no('model', 'nope', "there is no bundled model 'nope'; write hub:owner/name for one from the hub", 'sotu')],
    ],
    [
      'draft=hub:a--b',
      [no('draft', 'hub:a--b', "'a--b' is not a repository name like owner/name", 'the model’s own draft')],
    ],
    ['stop=', [no('stop string', '', 'it is empty', 'left out')]],
    [`stop=${'x'.repeat(201)}`, [no('stop string', 'x'.repeat(80), 'it has at most 200 characters', 'left out')]],
    ['base=4', [no('baseline', '4', first, 'the first')]],
    ['base=-1', [no('baseline', '-1', first, 'the first')]],
    ['base=001', [no('baseline', '001', first, 'the first')]],
    ['zz', [no('link', 'zz=', "'zz' means nothing here", 'left out')]],
    [`${'z'.repeat(50)}=1`, [no('link', `${'z'.repeat(50)}=1`, `'${'z'.repeat(40)}' means nothing here`, 'left out')]],
    ['seed=1&seed=2', [no('seed', '2', 'it is given twice', '1')]],
    ['c=constructor', [no('contender 1', 'constructor', "'constructor' is not a decoding algorithm", USUAL)]],
    ['c=', [no('contender 1', '', "'' is not a decoding algorithm", USUAL)]],
    ['c=Greedy', [no('contender 1', 'Greedy', "'Greedy' is not a decoding algorithm", USUAL)]],
    ['c=greedy&c=nope(1)[x]', [no('contender 2', 'nope(1)[x]', "'nope' is not a decoding algorithm", 'left out')]],
    [
      'c=sampling[top_p',
      [no('contender 1', '[top_p', 'a chain stands in square brackets after the algorithm', 'no chain')],
    ],
    [
      'c=sampling top_p]',
      [no('contender 1', ' top_p]', 'a chain stands in square brackets after the algorithm', 'no chain')],
    ],
    ['c=sampling[nope(x)]', [no('contender 1 chain', 'nope(x)', "'nope' is not a stage", 'the stages before it')]],
    ['c=sampling[top_k,!x]', [no('contender 1 chain', '!x', "'!x' is not a stage", 'the stages before it')]],
    [
      'c=sampling[top_k;top_p]',
      [no('contender 1 chain', ';top_p', 'stages are separated by commas', 'the stages before it')],
    ],
    ['c=sampling[top_k(k=0)]', [no('contender 1 Top-k k', '0', whole(1, 100000), '40')]],
    [
      'c=sampling[top_p(p=1.01)]',
      [no('contender 1 Top-p (nucleus) p', '1.01', 'it must be a number from 0 to 1', '0.95')],
    ],
    [
      'c=sampling[top_p(q=1,=2,r)]',
      [
        no('contender 1 Top-p (nucleus)', 'q=1', "there is no parameter 'q'", 'nothing'),
        no('contender 1 Top-p (nucleus)', '=2', "there is no parameter '=2'", 'nothing'),
        no('contender 1 Top-p (nucleus)', 'r', "there is no parameter 'r'", 'nothing'),
      ],
    ],
    [
      'c=sampling[presence_penalty(prompt=2)]',
      [no('contender 1 Presence penalty Prompt too', '2', 'it must be 1 or 0', '1')],
    ],
    ['c=beam(early=soon)', [no('contender 1 Stop early', 'soon', 'it is not one that can be read', 'heuristic')]],
    [
      'c=sampling[logit_bias(biases=x)]',
      [no('contender 1 Logit bias Biases', 'x', 'it is not one that can be read', '')],
    ],
    ['branch=0.0.m.1', [no('branch', '0.0.m.1', 'it cannot be read', 'left out')]],
    ['branch=0.0.m.1.2.3', [no('branch', '0.0.m.1.2.3', 'it cannot be read', 'left out')]],
    ['branch=0.0.x.1.2', [no('branch', '0.0.x.1.2', 'it cannot be read', 'left out')]],
    ['branch=100.0.m.1.2', [no('branch', '100.0.m.1.2', 'it cannot be read', 'left out')]],
    ['branch=0.100.m.1.2', [no('branch', '0.100.m.1.2', 'it cannot be read', 'left out')]],
    ['branch=0.0.100.1.2', [no('branch', '0.0.100.1.2', 'it cannot be read', 'left out')]],
    ['branch=0.0.m.100000.2', [no('branch', '0.0.m.100000.2', 'it cannot be read', 'left out')]],
    ['branch=0.0.m.1.10000000', [no('branch', '0.0.m.1.10000000', 'it cannot be read', 'left out')]],
    ['branch=10.0.m.1.1', [no('branch', '10.0.m.1.1', 'there is no contender 11', 'left out')]],
    ['=1', [no('link', '=1', "'' means nothing here", 'left out')]],
    ['branch=4.0.m.1.1', [no('branch', '4.0.m.1.1', 'there is no contender 5', 'left out')]],
    ['n=2&branch=0.2.m.1.1', [no('branch', '0.2.m.1.1', 'there is no sample 3', 'left out')]],
    ['branch=0.0.0.1.1', [no('branch', '0.0.0.1.1', 'it leaves a branch that does not come before it', 'left out')]],
    [
      'branch=0.0.m.1.1&branch=1.0.0.1.1',
      [no('branch', '1.0.0.1.1', 'it leaves a branch of another text', 'left out')],
    ],
    [
      'n=2&branch=0.0.m.1.1&branch=0.1.0.1.1',
      [no('branch', '0.1.0.1.1', 'it leaves a branch of another text', 'left out')],
    ],
  ])('%s is refused in these words', (link, want) =>
    expect(parseLanguage(`lab=language&${link}`).refusals).toEqual(want),
  );

  const many = (n: number, text: (i: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join('&');
  test('as many as may be, and one more', () => {
    const stops = parseLanguage(many(9, (i) => `stop=s${i}`));
    expect(stops.experiment.stop).toHaveLength(8);
    expect(stops.refusals).toEqual([no('stop string', 's8', 'at most 8 are watched', 'left out')]);
    const six = parseLanguage(many(7, () => 'c=greedy'));
    expect(six.experiment.contenders).toHaveLength(6);
    expect(six.refusals).toEqual([no('contender 7', 'greedy', 'at most 6 are compared', 'left out')]);
    const chain = (n: number) => parseLanguage(`c=sampling[${Array(n).fill('top_k').join(',')}]`);
    expect([chain(12).refusals, chain(12).experiment.contenders[0]!.chain.length]).toEqual([[], 12]);
    expect(chain(14).refusals).toEqual([
      no('contender 1 chain', 'top_k,top_k', 'a chain has at most 12 stages', 'the stages before it'),
    ]);
    const branches = parseLanguage(many(65, (i) => `branch=0.0.m.${i}.1`));
    expect(branches.experiment.branches).toHaveLength(64);
    expect(branches.refusals).toEqual([no('branch', '0.0.m.64.1', 'at most 64 are kept', 'left out')]);
    const chained = parseLanguage(`${many(63, (i) => `branch=0.0.m.${i}.1`)}&branch=0.0.62.1.1`);
    expect(chained.experiment.branches.at(-1)!.parent).toBe(62);
  });
  test('what is used instead, and values with signs of their own', () => {
    expect(parseLanguage('base=4').experiment.baseline).toBe(0);
    expect(parseLanguage('model=nope&draft=nope').experiment).toMatchObject({ model: { id: 'sotu' }, draft: null });
    expect(parseLanguage(`fp=${'b'.repeat(99)}&fp=x`).refusals[0]!.used).toBe('b'.repeat(80));
    expect(parseLanguage('fp=a#b?c').fingerprint).toBe('a#b?c');
  });
  test('texts of 20,000 characters, and links of 200,000', () => {
    expect(parseLanguage(`prompt=${'p'.repeat(20_000)}&system=${'s'.repeat(20_000)}`).refusals).toEqual([]);
    const long = parseLanguage(`prompt=${'p'.repeat(20_001)}&system=${'s'.repeat(20_002)}`);
    expect([long.experiment.prompt.length, long.experiment.system.length]).toEqual([20_000, 20_000]);
    expect(long.refusals).toEqual([
      no('prompt', '20001 characters', 'a prompt has at most 20000 characters', 'its first 20000'),
      no('system', '20002 characters', 'a system has at most 20000 characters', 'its first 20000'),
    ]);
    expect(parseLanguage(`seed=5&fp=${'x'.repeat(199_990)}`)).toMatchObject({ experiment: { seed: 5 }, refusals: [] });
    expect(parseLanguage(`seed=5&fp=${'x'.repeat(199_991)}`)).toEqual({
      experiment: defaultLanguage(),
      refusals: [no('link', '200001 characters', 'a link has at most 200000 characters', 'the default experiment')],
      fingerprint: null,
      chat: false,
    });
  });
});
