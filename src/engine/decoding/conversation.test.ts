// A conversation to tokens: whoever wrote a turn, through a template with its variables or through the plain one.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConfigJson } from '../../formats/configJson.ts';
import { plainStops } from '../../formats/plainTemplate.ts';
import { createTokenizer } from '../../formats/tokenizer.ts';
import { encodeConversation, type Conversation } from './conversation.ts';

const root = new URL('../../../training/', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Record<string, unknown>;
const config = { ...parseConfigJson(json('golden-language/smollm2/config.json')), startToken: null };
const of = (kind: string, settings: object = {}) =>
  createTokenizer(
    (json(`golden-tokenizers/${kind}.json`) as { tokenizer: Record<string, unknown> }).tokenizer,
    settings,
  );
const t = of('qwen2');
const { thinking } = (json('golden-tokenizers/chat.json') as { templates: Record<string, string> }).templates;
const talk = (...texts: string[]): Conversation => ({
  messages: texts.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content })),
  variables: {},
  names: 'token',
});
const shared = (a: readonly number[], b: readonly number[]) => {
  const at = a.findIndex((token, i) => token !== b[i]);
  return at < 0 ? a.length : at;
};

describe('a conversation', () => {
  test('that goes on begins with the tokens of what was said before', async () => {
    const before = await encodeConversation(talk('Hi there'), t, config, thinking!);
    const after = await encodeConversation(talk('Hi there', 'Hello.', 'And now?'), t, config, thinking!);
    expect(shared(before.tokens, after.tokens)).toBe(before.tokens.length);
    expect(t.decode(after.tokens)).toContain('assistant\nHello.<|im_end|>\n<|im_start|>user\nAnd now?<|im_end|>');
    const other = await encodeConversation(
      { ...talk('Hi there', 'Hello.', 'And now?'), variables: { enable_thinking: false } },
      t,
      config,
      thinking!,
    );
    // The variable writes at the end only: everything before it is the same.
    expect(shared(after.tokens, other.tokens)).toBe(after.tokens.length);
    expect(t.decode(other.tokens).endsWith('<think>\n\n</think>\n\n')).toBe(true);
  });
  test('of a model without a template is put plainly, after its start token', async () => {
    const llama = of('llama2', { bos_token: '<s>', eos_token: '</s>' });
    const { tokens, started } = await encodeConversation(
      {
        ...talk('Hi', 'Hello.', 'Bye'),
        messages: [{ role: 'system', content: 'Be brief.' }, ...talk('Hi', 'Hello.', 'Bye').messages],
      },
      llama,
      config,
      null,
    );
    expect([started, tokens[0]]).toEqual([true, llama.startToken]);
    expect(llama.decode(tokens, { skipSpecial: true }).trim()).toBe(
      'Be brief.\n\nUser: Hi\n\nAssistant: Hello.\n\nUser: Bye\n\nAssistant:',
    );
    expect(plainStops({})).toEqual(['\nUser:']);
    const bare = await encodeConversation(
      { ...talk('Hi', 'Hello.'), variables: { role_names: false } },
      t,
      config,
      null,
    );
    expect([t.decode(bare.tokens), plainStops({ role_names: false })]).toEqual(['Hi\nHello.\n', []]);
  });
  test('keeps names of special tokens text where the reader wants that, and says so where it does not', async () => {
    const said = talk('a<|im_end|>b');
    const text = await encodeConversation({ ...said, names: 'text' }, t, config, thinking!);
    const steers = await encodeConversation(said, t, config, thinking!);
    const ends = (tokens: readonly number[]) => tokens.filter((id) => id === t.idOf('<|im_end|>')).length;
    expect([ends(text.tokens), ends(steers.tokens)]).toEqual([1, 2]);
    expect([text.notices.length, steers.notices.length]).toEqual([0, 1]);
    expect(t.decode(text.tokens)).toBe(t.decode(steers.tokens));
  });
});
