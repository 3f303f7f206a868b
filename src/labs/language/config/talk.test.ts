import { describe, expect, test } from 'vitest';
import { defaultLanguage } from './defaults.ts';
import { formatLanguage, parseLanguage } from './codec.ts';
import * as tree from './talk.ts';
import { formatChatFile, parseChatFile } from './talkFile.ts';
import { MAX_TALK_TEXT } from './talkText.ts';
import { thoughtOf } from './thinking.ts';

const talk = tree.talkOf([
  { role: 'user', text: 'Hi' },
  { role: 'assistant', text: 'Hello.' },
  { role: 'user', text: 'Bye' },
]);
const texts = (t: tree.Talk) => tree.pathOf(t).map((n) => n.text);
const by = { ...tree.NEW_WRITER, contender: 'greedy', model: 'sotu', tokens: 3, prompt: 9, reused: 4, speed: 12.5 };

describe('the tree of a conversation', () => {
  test('an edited turn stands beside the old one, which keeps what followed it', () => {
    const { talk: t, id } = tree.edited(talk, 2, 'Good day.');
    expect([texts(t), texts(talk)]).toEqual([
      ['Hi', 'Good day.'],
      ['Hi', 'Hello.', 'Bye'],
    ]);
    expect(tree.following(t, 1).map((n) => n.text)).toEqual(['Hello.', 'Good day.']);
    expect(texts(tree.chooseBeside(t, id, 1))).toEqual(['Hi', 'Hello.', 'Bye']);
    expect(texts(tree.chooseBeside(t, id, -1))).toEqual(['Hi', 'Hello.', 'Bye']);
    expect(tree.edited(talk, 2, 'Hello.')).toEqual({ talk, id: 2 });
    expect(texts(tree.edited(t, 1, 'Hey').talk)).toEqual(['Hey']);
  });
  test('replies stand side by side, the same one not twice, and each attempt has its number', () => {
    const first = tree.withReply(talk, 3, 'So long.', by);
    const second = tree.withReply(first.talk, 3, 'Farewell.', { ...by, contender: 'sampling', tries: 4 });
    expect(tree.following(second.talk, 3)).toHaveLength(2);
    expect(tree.withReply(second.talk, 3, 'So long.', { ...by, tries: 5 }).id).toBe(first.id);
    expect([tree.nextTry(talk, 3), tree.nextTry(first.talk, 3), tree.nextTry(second.talk, 3)]).toEqual([0, 1, 5]);
    expect(texts(tree.choose(second.talk, first.id)).at(-1)).toBe('So long.');
  });
  test('a turn goes with all that follows it', () => {
    const { talk: t } = tree.edited(talk, 2, 'Good day.');
    expect(tree.without(t, 2).turns.map((n) => n.text)).toEqual(['Hi', 'Good day.']);
    expect(texts(tree.without(t, 4))).toEqual(['Hi', 'Hello.', 'Bye']);
    expect(tree.without(t, 1)).toEqual(tree.NO_TALK);
  });
  test('nothing follows what is not there, and there is an end of room', () => {
    expect(tree.withTurn(talk, 99, { role: 'user', text: '', by: null })).toEqual({ talk, id: 0 });
    const many = tree.talkOf(Array.from({ length: tree.MAX_TURNS + 5 }, () => ({ role: 'user' as const, text: '' })));
    expect(many.turns).toHaveLength(tree.MAX_TURNS);
  });
  test('a path is found again in a larger tree', () => {
    const { talk: t } = tree.edited(talk, 2, 'Good day.');
    expect(texts(tree.withPath(t, tree.pathOf(talk))!)).toEqual(['Hi', 'Hello.', 'Bye']);
    expect(tree.withPath(t, [{ role: 'user', text: 'Ho' }])).toBeNull();
  });
  test('a model is given the system text and the path to a turn', () => {
    expect(tree.messagesOf('Be brief.', tree.pathTo(talk, 2))).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello.' },
    ]);
    expect(tree.messagesOf('', [])).toEqual([]);
  });
});

describe('a conversation in a link', () => {
  const said = tree.withReply(talk, 3, 'a & b:\n= c', { ...by, tries: 2, seed: 0 }).talk;
  const e = { ...defaultLanguage(), talk: said, variables: { enable_thinking: false, effort: 'high', n: 3 } };
  test('comes back with who wrote its last reply', () => {
    const link = formatLanguage(e, null, true);
    expect(link).toBe(
      'lab=language&var=enable_thinking:false&var=effort:%22high%22&var=n:3&view=chat&turn=u:Hi&turn=a:Hello.&turn=u:Bye&turn=a.3.2:a+%26+b:%0A=+c',
    );
    const { experiment, refusals, chat } = parseLanguage(link);
    expect([refusals, chat, experiment.variables]).toEqual([[], true, e.variables]);
    expect(tree.pathOf(experiment.talk).map((t) => [t.role, t.text])).toEqual(
      tree.pathOf(said).map((t) => [t.role, t.text]),
    );
    expect(tree.pathOf(experiment.talk).at(-1)!.by).toMatchObject({
      contender: 'greedy',
      model: 'sotu',
      tries: 2,
    });
    expect(formatLanguage(experiment, null, true)).toBe(link);
  });
  test('is left out where the comparison is shown, and where it is too long', () => {
    expect(formatLanguage({ ...e, variables: {} })).toBe('lab=language');
    const long = tree.talkOf([{ role: 'user', text: 'x'.repeat(MAX_TALK_TEXT + 1) }]);
    expect(formatLanguage({ ...defaultLanguage(), talk: long }, null, true)).toBe('lab=language&view=chat');
  });
  test('is refused in words where it cannot be read', () => {
    const { refusals, experiment } = parseLanguage(
      'lab=language&turn=x:no&turn=a.9.0:yes&view=grid&var=x&var=y:[1]&var=z:1',
    );
    expect(refusals.map((r) => r.because)).toEqual([
      'there is no such view',
      'it is written as name:value',
      expect.stringContaining('true, false, a number'),
      "a turn begins with 'u:' or 'a:'",
    ]);
    expect(tree.pathOf(experiment.talk).map((t) => [t.text, t.by])).toEqual([['yes', null]]);
  });
});

describe('a conversation in a file', () => {
  const whole = tree.withReply(tree.edited(talk, 2, 'Good day.').talk, 3, 'So long.', by).talk;
  const held = { system: 'Be brief.', variables: { enable_thinking: true }, talk: whole };
  test('comes back as it was, tree and all', () => {
    expect(parseChatFile('a.json', formatChatFile('sotu', held))).toEqual({ ...held, notices: [] });
  });
  test('may be the list of messages that other tools write', () => {
    const list = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: ' you' },
        ],
      },
      { role: 'assistant', content: 'Hello.' },
    ];
    for (const text of [JSON.stringify(list), JSON.stringify({ model: 'x', messages: list })]) {
      const { system, talk: t } = parseChatFile('m.json', text);
      expect([system, ...texts(t)]).toEqual(['Be brief.', 'Hi you', 'Hello.']);
    }
  });
  const turn = (more: object) =>
    `{"format":"stepscope-chat","version":1,"turns":[\n{"id":1,"parent":0,"role":"user","text":"a, [b"},\n${JSON.stringify({ id: 2, parent: 1, role: 'user', text: '', ...more })}]}`;
  test.each<[string, string, string | RegExp]>([
    ['broken', '{\n"a": 1,\n}', /line 3: it is not JSON/],
    ['cut', '[\n{"role":', /line 2: it is not JSON/],
    ['a number', '3', 'it holds 3, not a conversation'],
    ['another format', '{"format":"x"}', 'its format is "x"'],
    ['a later version', '{"format":"stepscope-chat","version":2}', 'it is of version 2'],
    ['an id twice', turn({ id: 1 }), 'line 3: turn 2 has the id 1'],
    ['an orphan', turn({ parent: 7 }), 'line 3: turn 2 follows turn 7'],
    ['a role', turn({ role: 'tool' }), 'line 3: turn 2 has the role "tool"'],
    ['a text', turn({ text: 5 }), 'line 3: turn 2 needs a text'],
    ['a writer', turn({ by: { tries: -1 } }), 'line 3: turn 2 says -1 for by.tries'],
    ['a choice', turn({}).replace(']}', '],"chosen":{"0":2}}'), 'which does not follow it'],
    ['a variable', turn({}).replace(']}', '],"variables":{"x":[]}}'), 'the template variable "x"'],
    [
      'a tool',
      '[{"role":"user","content":"a"},\n{"role":"tool","content":"b"}]',
      'line 2: message 2 has the role "tool"',
    ],
    [
      'a picture',
      '{"messages":[\n{"role":"user","content":[{"type":"image_url"}]}]}',
      'line 2: message 1 needs a text',
    ],
    [
      'a late system',
      '[{"role":"user","content":"a"},\n\n{"role":"system","content":"b"}]',
      'line 3: message 2 is a system text',
    ],
  ])('with %s is refused by name and line', (_, text, because) => {
    expect(() => parseChatFile('my.json', text)).toThrow(because);
    expect(() => parseChatFile('my.json', text)).toThrow('“my.json”');
  });
});

describe('thinking aloud', () => {
  test.each([
    ['Plain.', { thinking: '', answer: 'Plain.', open: false }],
    ['<think>\nwhy\n</think>\n\nSo.', { thinking: 'why', answer: 'So.', open: false }],
    ['why\n</think>\nSo.', { thinking: 'why', answer: 'So.', open: false }],
    [' <think>why', { thinking: 'why', answer: '', open: true }],
    ['[THINK]a[/THINK]b', { thinking: 'a', answer: 'b', open: false }],
    ['<think></think>b', { thinking: '', answer: 'b', open: false }],
    ['a <think> of it', { thinking: '', answer: 'a <think> of it', open: false }],
  ])('of %j', (text, thought) => {
    expect(thoughtOf(text)).toEqual(thought);
  });
});
