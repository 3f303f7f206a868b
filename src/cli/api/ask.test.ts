import { describe, expect, test } from 'vitest';
import { readAsk } from './ask.ts';

const said = (body: unknown, endpoint: 'chat' | 'completions' = 'completions') => {
  try {
    readAsk(body, endpoint);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};
const chainOf = (body: object) => readAsk({ prompt: 'a', ...body }, 'completions').contender;

test('what nobody says is as OpenAI has it', () => {
  expect(readAsk({ prompt: 'a' }, 'completions')).toMatchObject({
    prompts: ['a'],
    n: 1,
    maxTokens: 16,
    stop: [],
    seed: null,
    stream: false,
    logprobs: null,
    contender: { algorithm: 'sampling', chain: [] },
  });
  expect(readAsk({ messages: [{ role: 'user', content: 'a' }] }, 'chat').maxTokens).toBeNull();
});

test('fields become stages in one order; 0 is greedy', () => {
  const all = { temperature: 0.7, top_k: 40, top_p: 0.9, min_p: 0.05, presence_penalty: 1, frequency_penalty: -1 };
  const { algorithm, chain } = chainOf({ ...all, repetition_penalty: 1.1, logit_bias: { 5: -100, 7: 2 } });
  expect(algorithm).toBe('sampling');
  expect(chain.map(({ stage, params }) => [stage, Object.values(params)[0]])).toEqual([
    ['logit_bias', '5:-100,7:2'],
    ['repetition_penalty', 1.1],
    ['frequency_penalty', -1],
    ['presence_penalty', 1],
    ['temperature', 0.7],
    ['top_k', 40],
    ['top_p', 0.9],
    ['min_p', 0.05],
  ]);
  // Penalties count what was written; the repetition penalty the prompt too.
  expect(chain.slice(1, 4).map(({ params }) => params['prompt'])).toEqual([true, false, false]);
  expect(chainOf({ temperature: 0, presence_penalty: 1 })).toMatchObject({
    algorithm: 'greedy',
    chain: [{ stage: 'presence_penalty' }],
  });
  expect(chainOf({ temperature: 1, top_k: -1, top_p: 1 }).chain).toEqual([]);
});

test('a contender as links write it stands alone', () => {
  expect(chainOf({ stepscope_contender: 'sampling[top_n_sigma(n=1)]' }).chain[0]!.stage).toBe('top_n_sigma');
  expect(said({ prompt: 'a', stepscope_contender: 'sampling', temperature: 1 })).toContain('leave one of them out');
  expect(said({ prompt: 'a', stepscope_contender: 'sampling[nothing]' })).toContain('nothing');
});

const CHAT = { messages: [{ role: 'user', content: 'a' }] };
test('a response format is a grammar before every other stage; the template is told its variables', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } } };
  const response_format = { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } };
  const first = (body: object) => readAsk({ ...CHAT, ...body }, 'chat').contender;
  expect(first({ response_format, temperature: 0.5 }).chain.map(({ stage }) => stage)).toEqual([
    'grammar',
    'temperature',
  ]);
  expect(first({ response_format }).chain[0]!.params).toEqual({
    kind: 'json_schema_compact',
    text: JSON.stringify(schema),
  });
  expect(first({ response_format: { type: 'json_object' } }).chain[0]!.params['text']).toBe('{"type":"object"}');
  const own = first({ response_format, stepscope_contender: 'sampling[top_k]' });
  expect(own.chain.map(({ stage }) => stage)).toEqual(['grammar', 'top_k']);
  expect(first({ response_format: { type: 'text' } }).chain).toEqual([]);
  const variables = { enable_thinking: false, style: 'short' };
  expect(readAsk({ ...CHAT, chat_template_kwargs: variables }, 'chat').variables).toEqual(variables);
});

test('messages: parts of text are joined, the developer speaks as the system', () => {
  const content = [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }]; // prettier-ignore
  const messages = [{ role: 'developer', content: 's' }, { role: 'user', content }]; // prettier-ignore
  expect(readAsk({ messages }, 'chat').messages).toEqual([
    { role: 'system', content: 's' },
    { role: 'user', content: 'ab' },
  ]);
});

describe('refused, with what and why', () => {
  test.each<[object, string]>([
    [{}, 'prompt is undefined'],
    [{ prompt: [] }, 'prompt is []'],
    [{ prompt: [-1] }, 'prompt is [-1]'],
    [{ prompt: 'a', top_p: 1.5 }, 'top_p is 1.5: it must be a number from 0 to 1.'],
    [{ prompt: 'a', temperature: '1' }, 'temperature is "1"'],
    [{ prompt: 'a', max_tokens: 0 }, 'max_tokens is 0'],
    [{ prompt: 'a', n: 1.5 }, 'n is 1.5'],
    [{ prompt: 'a', seed: -1 }, 'seed is -1'],
    [{ prompt: 'a', stop: [''] }, 'stop is [""]'],
    [{ prompt: 'a', logit_bias: { x: 1 } }, 'logit_bias.x is 1'],
    [{ prompt: 'a', logit_bias: { 3: 101 } }, 'logit_bias.3 is 101'],
    [{ prompt: 'a', echo: true }, 'echo is true'],
    [{ prompt: 'a', best_of: 4 }, 'best_of is 4'],
    [{ prompt: 'a', tools: [] }, 'tools is []: calls of tools'],
    [{ prompt: 'a', top_pp: 1 }, 'top_pp is 1: there is no such field here'],
    [{ prompt: 'a', __proto__: null, constructor: 1 }, 'constructor is 1'],
    [[], 'it must be a JSON object'],
  ])('%j', (body, message) => expect(said(body)).toContain(message));
  test.each<[object, string]>([
    [{}, 'messages is undefined'],
    [{ messages: [] }, 'messages is []'],
    [{ messages: [null] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'only parts of type text'],
    [{ messages: [{ role: 'user', content: 'a' }], top_logprobs: 3 }, 'it goes with logprobs'],
    [{ ...CHAT, modalities: ['audio'] }, 'only text is written here'],
    [{ ...CHAT, response_format: { type: 'yaml' } }, 'its type must be text, json_object or json_schema'],
    [{ ...CHAT, response_format: { type: 'json_schema' } }, 'it must be a JSON schema'],
    [
      { ...CHAT, response_format: { type: 'json_schema', json_schema: { schema: { enum: ['x'.repeat(9000)] } } } },
      'at most 8000 are read',
    ],
    [{ ...CHAT, chat_template_kwargs: { tools: [] } }, 'chat_template_kwargs is'],
  ])('%j', (body, message) => expect(said(body, 'chat')).toContain(message));
  test('fields that change nothing here are passed over', () => {
    expect(said({ prompt: 'a', user: 'me', store: true, top_p: null, best_of: 1 })).toBeNull();
  });
});
