// Between the reader's words and the model's tokens: templates, names of special tokens, start tokens, stop strings.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createTokenizer, type Tokenizer } from '../../formats/tokenizer.ts';
import { parseConfigJson } from '../../formats/configJson.ts';
import { encodePrompt, stopAt, type Words } from './text.ts';

const root = new URL('../../../training/', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Record<string, unknown>;
const config = { ...parseConfigJson(json('golden-language/smollm2/config.json')), startToken: null };
const tokenizerOf = (kind: string, settings: object = {}) =>
  createTokenizer((json(`golden-tokenizers/${kind}.json`) as { tokenizer: Record<string, unknown> }).tokenizer, {
    ...settings,
  });
const words = (some: Partial<Words>): Words => ({ prompt: 'Hi', chat: false, system: '', names: 'token', ...some });
const ids = (t: Tokenizer, text: string) => t.encode(text, { addSpecial: false });

describe('a model without a chat template', () => {
  const t = tokenizerOf('qwen2');
  test('gets the prompt as it is, and no system text, whether chat is on or off', async () => {
    const plain = await encodePrompt(words({}), t, config, null);
    expect(plain).toEqual({ tokens: ids(t, 'Hi'), started: false, notices: [] });
    expect(await encodePrompt(words({ chat: true, system: 'Be brief.' }), t, config, null)).toEqual(plain);
  });
});

describe('names of special tokens in the reader’s words', () => {
  const t = tokenizerOf('qwen2');
  const [start, end] = ['<|im_start|>', '<|im_end|>'];
  const template = `{% for m in messages %}${start}{{ m.role }}\n{{ m.content | trim }}${end}\n{% endfor %}${start}assistant\n`;
  test('become tokens with a notice', async () => {
    const { tokens, notices } = await encodePrompt(words({ prompt: `a${end}b` }), t, config, null);
    expect(tokens).toEqual(ids(t, `a${end}b`));
    expect(tokens).toContain(t.idOf(end!));
    expect(notices).toEqual([
      expect.stringMatching(/^<\|im_end\|> in your words is one of the model’s special tokens/),
    ]);
    expect((await encodePrompt(words({ prompt: `a${end}b${start}` }), t, config, null)).notices).toEqual([
      expect.stringContaining('<|im_end|>, <|im_start|> in your words are special tokens'),
    ]);
    expect((await encodePrompt(words({ prompt: 'a <|im_en' }), t, config, null)).notices).toEqual([]);
  });
  test('or stay text where the reader wants them to, while the template’s own are tokens', async () => {
    const said = words({ prompt: ` a${end}b `, system: start!, chat: true, names: 'text' });
    const { tokens, notices } = await encodePrompt(said, t, config, template);
    expect(notices).toEqual([]);
    const count = (name: string) => tokens.filter((id) => id === t.idOf(name)).length;
    expect([count(start!), count(end!)]).toEqual([3, 2]);
    expect(t.decode(tokens)).toBe(`${start}system\n${start}${end}\n${start}user\na${end}b${end}\n${start}assistant`);
    // Put as tokens, the same words are five and four.
    const loud = await encodePrompt({ ...said, names: 'token' }, t, config, template);
    expect(loud.notices).toHaveLength(1);
    expect(loud.tokens.filter((id) => id === t.idOf(end!))).toHaveLength(3);
    expect(t.decode(loud.tokens)).toBe(t.decode(tokens));
  });
});

describe('the start token', () => {
  const t = tokenizerOf('llama2', { bos_token: '<s>', eos_token: '</s>' });
  test('that the tokenizer writes is known; a second one is told', async () => {
    expect(await encodePrompt(words({}), t, config, null)).toMatchObject({ started: true, notices: [] });
    const twice = await encodePrompt(words({ prompt: '<s>Hi' }), t, config, null);
    expect(twice.tokens.slice(0, 2)).toEqual([t.startToken, t.startToken]);
    expect(twice.notices).toEqual([
      expect.stringContaining('<s> in your words'),
      'The prompt begins with two start-of-text tokens (<s>): one is put there by the tokenizer, so leave it out of your words.',
    ]);
    const chat = await encodePrompt(
      words({ prompt: '<s>Hi', chat: true }),
      t,
      config,
      '{{ bos_token }}{{ messages[0].content }}',
    );
    expect(chat.notices[1]).toContain('put there by the chat template');
    expect((await encodePrompt(words({ prompt: '<s>Hi', names: 'text' }), t, config, null)).notices).toEqual([]);
  });
  test('stands for an empty prompt, and another model’s prompt does not begin with one', async () => {
    expect((await encodePrompt(words({ prompt: '' }), t, config, null)).tokens).toEqual([t.startToken]);
    expect((await encodePrompt(words({}), tokenizerOf('smollm'), config, null)).started).toBe(false);
  });
});

test('a text ends before the first of its stop strings', async () => {
  expect(stopAt('a b c', ['c', ' b'])).toBe(1);
  expect(stopAt('abc', ['', 'x'])).toBeNull();
  expect(stopAt('abc', [])).toBeNull();
  expect(stopAt('abc', ['a'])).toBe(0);
});
