// A request of the chat-completions or the completions API, read: what to write, how, and in which form to answer.
// Shapes: https://platform.openai.com/docs/api-reference/chat/create and /completions/create; fields of other servers
// (top_k, min_p, repetition_penalty, chat_template_kwargs) as vLLM and llama.cpp's server name them.
import type { ChatMessage, TemplateValues } from '../../formats/chatTemplate.ts';
import type { LanguageContender } from '../../labs/language/config/experiment.ts';
import { flagOf, given, numberOf, refuse, type Body } from './body.ts';
import { ApiRefusal, shownValue } from './refusal.ts';
import { contenderOf } from './sampler.ts';

export interface Ask {
  readonly endpoint: 'chat' | 'completions';
  readonly messages: readonly ChatMessage[];
  /** Of the completions API: texts, or token ids. */
  readonly prompts: readonly (string | readonly number[])[];
  readonly model: string | null;
  /** Choices for each prompt. */
  readonly n: number;
  /** Most tokens of a choice; null as many as the context holds. */
  readonly maxTokens: number | null;
  readonly stop: readonly string[];
  /** Null: any. */
  readonly seed: number | null;
  readonly stream: boolean;
  /** A streamed answer ends with a chunk that counts tokens. */
  readonly streamUsage: boolean;
  /** Alternatives told of each token; null: no log-probabilities at all. */
  readonly logprobs: number | null;
  readonly contender: LanguageContender;
  /** What the chat template is told besides. */
  readonly variables: TemplateValues;
}

/** Fields without an effect on the text here; clients send them by habit. */
const IDLE = [
  'user',
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'parallel_tool_calls',
];
const SHARED = [
  'model', 'n', 'max_tokens', 'stop', 'seed', 'stream', 'stream_options', 'logprobs', 'temperature', 'top_p', 'top_k',
  'min_p', 'frequency_penalty', 'presence_penalty', 'repetition_penalty', 'logit_bias', 'ignore_eos',
  'stepscope_contender',
]; // prettier-ignore
const KNOWN = {
  chat: [
    ...SHARED,
    'messages',
    'max_completion_tokens',
    'top_logprobs',
    'response_format',
    'chat_template_kwargs',
    'modalities',
  ],
  completions: [...SHARED, 'prompt', 'echo', 'suffix', 'best_of'],
} as const;
/** What is asked of a reader who wants something that is not here. */
const ABSENT: Readonly<Record<string, string>> = {
  tools: 'calls of tools are not written here; describe them in the messages',
  functions: 'calls of functions are not written here; describe them in the messages',
  tool_choice: 'calls of tools are not written here; leave it out',
  audio: 'only text is written here',
  suffix: 'text before a given ending is not written here',
};

function contentOf(content: unknown, at: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return refuse(at, content, 'it must be a text, or a list of parts of type text');
  return content
    .map((part: { readonly type?: unknown; readonly text?: unknown } | null, i) =>
      part?.type === 'text' && typeof part.text === 'string'
        ? part.text
        : refuse(`${at}[${i}]`, part, 'only parts of type text are read here'),
    )
    .join('');
}

function messagesOf(body: Body): readonly ChatMessage[] {
  const list = given(body, 'messages');
  if (!Array.isArray(list) || list.length === 0)
    return refuse('messages', list, 'it must be a list of at least one message with role and content');
  return list.map((message: { readonly role?: unknown; readonly content?: unknown } | null, i) => {
    const role = message?.role;
    if (typeof role !== 'string' || role === '') return refuse(`messages[${i}].role`, role, 'it must name who speaks');
    // The newer name of the system's role; templates know the older one.
    return {
      role: role === 'developer' ? 'system' : role,
      content: contentOf(message?.content, `messages[${i}].content`),
    };
  });
}

const isIds = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((id) => Number.isInteger(id) && (id as number) >= 0);
function promptsOf(body: Body): Ask['prompts'] {
  const prompt = given(body, 'prompt');
  if (typeof prompt === 'string' || isIds(prompt)) return [prompt];
  const several = Array.isArray(prompt) && prompt.length > 0 && prompt.length <= 64;
  if (several && prompt.every((p) => typeof p === 'string' || isIds(p))) return prompt as Ask['prompts'];
  return refuse('prompt', prompt, 'it must be a text, a list of token ids, or a list of up to 64 of either');
}

function stopOf(body: Body): readonly string[] {
  const stop = given(body, 'stop') ?? [];
  const list = typeof stop === 'string' ? [stop] : stop;
  const fine = Array.isArray(list) && list.length <= 16 && list.every((s) => typeof s === 'string' && s !== '');
  return fine ? (list as string[]) : refuse('stop', stop, 'it must be a text or a list of up to 16 texts, none empty');
}

function logprobsOf(body: Body, endpoint: Ask['endpoint']): number | null {
  if (endpoint === 'completions') return numberOf(body, 'logprobs', 0, 20, true) ?? null;
  const top = numberOf(body, 'top_logprobs', 0, 20, true);
  if (flagOf(body, 'logprobs')) return top ?? 0;
  return top === undefined ? null : refuse('top_logprobs', top, 'it goes with logprobs: true');
}

function assertKnown(body: Body, endpoint: Ask['endpoint']): void {
  for (const name of Object.keys(body)) {
    if (given(body, name) === undefined || IDLE.includes(name)) continue;
    if (Object.hasOwn(ABSENT, name)) refuse(name, body[name], ABSENT[name]!);
    if (!(KNOWN[endpoint] as readonly string[]).includes(name))
      refuse(name, body[name], `there is no such field here; there are ${KNOWN[endpoint].join(', ')}`);
  }
  if (flagOf(body, 'echo')) refuse('echo', true, 'the prompt is not repeated here');
  const modalities = given(body, 'modalities');
  if (modalities !== undefined && JSON.stringify(modalities) !== '["text"]')
    refuse('modalities', modalities, 'only text is written here');
  const n = given(body, 'n') ?? 1;
  const best = given(body, 'best_of');
  if (best !== undefined && best !== n)
    refuse('best_of', best, 'all that is written is answered here: it must equal n');
}

/** What the chat template is told besides, by the name that vLLM and llama.cpp's server have for it. */
function variablesOf(body: Body): TemplateValues {
  const values = given(body, 'chat_template_kwargs') ?? {};
  const fine = typeof values === 'object' && !Array.isArray(values);
  const simple = (v: unknown) => ['boolean', 'number', 'string'].includes(typeof v);
  return fine && Object.values(values).every(simple)
    ? (values as TemplateValues)
    : refuse('chat_template_kwargs', values, 'it must be an object of texts, numbers, true and false');
}

/** Reads the body of a request; ApiRefusal where it asks for what is not here. */
export function readAsk(value: unknown, endpoint: Ask['endpoint']): Ask {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ApiRefusal(`The body is ${shownValue(value)}: it must be a JSON object.`);
  const body = value as Body;
  assertKnown(body, endpoint);
  const model = given(body, 'model');
  if (model !== undefined && typeof model !== 'string') refuse('model', model, 'it must be a name');
  const most =
    numberOf(body, 'max_completion_tokens', 1, 2 ** 20, true) ?? numberOf(body, 'max_tokens', 1, 2 ** 20, true);
  const stream = flagOf(body, 'stream');
  const options = given(body, 'stream_options') as Body | undefined;
  return {
    endpoint,
    messages: endpoint === 'chat' ? messagesOf(body) : [],
    prompts: endpoint === 'chat' ? [] : promptsOf(body),
    model: (model as string | undefined) ?? null,
    n: numberOf(body, 'n', 1, 64, true) ?? 1,
    // The completions API writes 16 tokens where nobody says how many.
    maxTokens: most ?? (endpoint === 'chat' ? null : 16),
    stop: stopOf(body),
    seed: numberOf(body, 'seed', 0, 2 ** 32 - 1, true) ?? null,
    stream,
    streamUsage: stream && options !== undefined && flagOf(options, 'include_usage'),
    logprobs: logprobsOf(body, endpoint),
    contender: contenderOf(body),
    variables: endpoint === 'chat' ? variablesOf(body) : {},
  };
}
