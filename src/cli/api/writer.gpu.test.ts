// A bundled model behind the API, on this process's adapter: the text is the lab's own, however it is asked for.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeContext } from '../../gpu/testing.ts';
import { nothingGiven } from '../../hub/types.ts';
import { bundledFiles } from '../../hub/testing.ts';
import { LanguageLab } from '../../labs/language/engine/lab.ts';
import { runLanguage } from '../../labs/language/engine/run.ts';
import { RunMemory } from '../../labs/language/engine/runMemory.ts';
import { defaultLanguage } from '../../labs/language/config/defaults.ts';
import { newContender, newLink } from '../../labs/language/config/contenderText.ts';
import { readAsk } from './ask.ts';
import { Whole } from './answer.ts';
import { Writer } from './writer.ts';

const SOURCE = { from: 'bundled', id: 'countdown' } as const;
const never = new AbortController().signal;
let lab: LanguageLab;
let writer: Writer;
beforeAll(async () => {
  const ctx = await nodeContext();
  lab = new LanguageLab((source) => Promise.resolve(bundledFiles(source)), () => Promise.resolve(ctx)); // prettier-ignore
  writer = new Writer(lab, await lab.use('target', SOURCE, 'f32', nothingGiven, () => {}, never));
});
afterAll(() => lab.unload());

const PROMPT = '20 5 3 17 = 45\n';
interface Answer {
  readonly choices: readonly { readonly text: string; readonly finish_reason: string; readonly logprobs: { readonly tokens: readonly string[]; readonly token_logprobs: readonly number[]; readonly top_logprobs: readonly Record<string, number>[] } | null }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly prompt_tokens_details: { readonly cached_tokens: number } };
} // prettier-ignore
async function answered(body: object): Promise<Answer> {
  const ask = readAsk({ prompt: PROMPT, max_tokens: 24, seed: 5, ...body }, 'completions');
  const whole = new Whole(ask);
  const counted = await writer.write(ask, (piece) => whole.hear(piece), never);
  return whole.body({ id: 'x', created: 0, model: 'countdown' }, counted) as Answer;
}

test('texts are those of the lab for the same seed; log-probabilities change none of them', async () => {
  const temperature = 0.8;
  const texts = ['', ''];
  const experiment = {
    ...defaultLanguage(SOURCE),
    format: 'f32' as const,
    prompt: PROMPT,
    seed: 5,
    samples: 2,
    maxTokens: 24,
    contenders: [newContender('sampling', [newLink('temperature', { temperature })])],
  };
  const gather = (event: { kind: string; sample?: number; tokens?: readonly { text: string }[] }) => {
    if (event.kind === 'tokens') texts[event.sample!] += event.tokens!.map((t) => t.text).join('');
  };
  await runLanguage(lab, new RunMemory(), experiment, null, gather as never, never);
  const plain = await answered({ n: 2, temperature });
  expect(plain.choices.map((c) => c.text)).toEqual(texts);
  const told = await answered({ n: 2, temperature, logprobs: 3 });
  expect(told.choices.map((c) => c.text)).toEqual(texts);
  // The second request finds the prompt read, all but its last token.
  expect(told.usage).toEqual({
    prompt_tokens: 15,
    completion_tokens: 48,
    total_tokens: 63,
    prompt_tokens_details: { cached_tokens: 14 },
  });
  for (const { logprobs } of told.choices) {
    const { tokens, token_logprobs, top_logprobs } = logprobs!;
    expect([tokens.length, token_logprobs.length, top_logprobs.length]).toEqual([24, 24, 24]);
    // A token among the likeliest has the same number in both places: nothing is shifted by one.
    const both = tokens.flatMap((t, i) => (t in top_logprobs[i]! ? [top_logprobs[i]![t]! - token_logprobs[i]!] : []));
    expect(both.length).toBeGreaterThan(18);
    expect(Math.max(...both.map(Math.abs))).toBeLessThan(1e-5);
  }
});

test('stop strings end a text before themselves; what does not fit is refused', async () => {
  const whole = (await answered({ temperature: 0 })).choices[0]!;
  expect(whole.finish_reason).toBe('length');
  const stop = whole.text.slice(5, 8);
  const cut = (await answered({ temperature: 0, stop })).choices[0]!;
  expect([cut.text, cut.finish_reason]).toEqual([whole.text.slice(0, whole.text.indexOf(stop)), 'stop']);
  await expect(answered({ prompt: [99999] })).rejects.toThrow('prompt names token 99999');
  await expect(answered({ prompt: PROMPT.repeat(40) })).rejects.toThrow('this model was made for');
  await expect(answered({ stepscope_contender: 'speculative' })).rejects.toThrow('draft model');
  await expect(answered({ stepscope_contender: 'beam', logprobs: 1 })).rejects.toThrow('logprobs are told of');
});

test('a conversation goes through plain turns where the model has no template, and a schema is kept to', async () => {
  const talk = async (body: object) => {
    const ask = readAsk({ messages: [{ role: 'user', content: 'a' }], seed: 5, max_tokens: 24, ...body }, 'chat');
    const whole = new Whole(ask);
    const counted = await writer.write(ask, (piece) => whole.hear(piece), never);
    type Told = { choices: { message: { content: string }; finish_reason: string }[]; usage: Answer['usage'] };
    const { choices, usage } = whole.body({ id: 'x', created: 0, model: 'countdown' }, counted) as Told;
    return { content: choices[0]!.message.content, reason: choices[0]!.finish_reason, usage };
  };
  const tokens = (text: string) => writer.model.tokenizer.encode(text).length;
  expect((await talk({})).usage.prompt_tokens).toBe(tokens('User: a\n\nAssistant:'));
  const bare = await talk({ chat_template_kwargs: { role_names: false } });
  expect(bare.usage.prompt_tokens).toBe(tokens('a\n'));
  const response_format = { type: 'json_schema', json_schema: { schema: { enum: [12, 345, 6789] } } };
  const { content, reason } = await talk({ response_format });
  expect([[12, 345, 6789].includes(Number(content)), reason]).toEqual([true, 'stop']);
  // No token of this model begins a brace.
  await expect(talk({ response_format: { type: 'json_object' } })).rejects.toMatchObject({ status: 422 });
  const unread = { type: 'json_schema', json_schema: { schema: { not: {} } } };
  await expect(talk({ response_format: unread })).rejects.toThrow(/not/);
});

test('a prompt goes on from what an earlier request read and wrote, to the text of a fresh process', async () => {
  const fresh = async (body: object) => {
    const shared = writer;
    writer = new Writer(lab, shared.model);
    const answer = await answered({ temperature: 0, max_tokens: 16, ...body });
    writer = shared;
    return answer;
  };
  const first = await answered({ temperature: 0, max_tokens: 16 });
  const written = writer.model.tokenizer.encode(PROMPT + first.choices[0]!.text).length;
  const prompt = `${PROMPT}${first.choices[0]!.text}+`;
  const [again, alone] = [await answered({ prompt, temperature: 0, max_tokens: 16 }), await fresh({ prompt })];
  expect(again.choices).toEqual(alone.choices);
  const { cached_tokens: cached } = again.usage.prompt_tokens_details;
  // The last token written was told and never fed.
  expect([written - 1, written]).toContain(cached);
  expect(alone.usage.prompt_tokens_details.cached_tokens).toBe(0);
  // Another text shares nothing; a request that fails leaves nothing half read behind.
  const other = await answered({ prompt: '9 5 15 15 = 45\n', temperature: 0 });
  expect(other.usage.prompt_tokens_details.cached_tokens).toBe(0);
  const gone = AbortSignal.abort();
  await expect(writer.write(readAsk({ prompt, seed: 5 }, 'completions'), () => {}, gone)).rejects.toThrow();
  expect((await answered({ prompt, temperature: 0, max_tokens: 16 })).choices).toEqual(alone.choices);
});
