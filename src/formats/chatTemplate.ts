import { FormatError, shown } from './error.ts';
import type { Body } from './jinja/ast.ts';
import { render } from './jinja/evaluate.ts';
import { filterOf } from './jinja/filters.ts';
import { freeNames, type FreeName } from './jinja/freeNames.ts';
import { parse } from './jinja/parser.ts';
import type { Limits } from './jinja/scope.ts';
import { tests } from './jinja/tests.ts';
import { Attributes, Callable, Float, isWhole, type Value } from './jinja/values.ts';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}
export interface ChatOptions {
  /** Ends the text where the model's answer begins. */
  readonly addGenerationPrompt: boolean;
  /** Texts of the tokens that the template may write; empty where the tokenizer has none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** What else the template is told, by name: see `templateVariables`. What the page itself gives cannot be given anew. */
  readonly variables?: TemplateValues;
}
export type TemplateValue = boolean | number | string;
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

/** A name that a template reads and this page does not give it by itself. */
export interface TemplateVariable {
  readonly name: string;
  /** `other`: a list or an object, by what the template does with it, which no control gives. */
  readonly kind: 'boolean' | 'text' | 'number' | 'other';
  /** Texts that the template compares it with: the ones that change something. */
  readonly options: readonly string[];
}

/**
 * `steps`: evaluated expressions and statements, and turns of loops (a few seconds at most). `text`: UTF-16 units of
 * any text or list that the template makes.
 */
export const chatLimits = {
  template: 64 * 2 ** 10,
  conversation: 2 ** 20,
  messages: 10_000,
  text: 2 ** 22,
  steps: 400_000,
  depth: 200,
} as const;
const hint = "Take the template from the model's own repository, or write the conversation as plain text.";
const fault = (message: string) => new FormatError(message, hint);

/** Counts what a template does, because it comes with the model's files and cannot be trusted. */
function budget(): Limits {
  let steps = 0;
  let depth = 0;
  return {
    step(count) {
      steps += count;
      if (steps > chatLimits.steps) throw fault(`the chat template does not finish within ${chatLimits.steps} steps`);
    },
    made(size) {
      if (size > chatLimits.text)
        throw fault(
          `the chat template makes a text or list of ${size} entries; at most ${chatLimits.text} are allowed`,
        );
    },
    deeper() {
      if (++depth > chatLimits.depth) throw fault(`the chat template nests more than ${chatLimits.depth} deep`);
    },
    shallower() {
      depth--;
    },
  };
}

const plain = (v: Value): unknown => {
  if (v instanceof Float) return v.value;
  return isWhole(v) ? Number(v) : v;
};
/** Python's range, for lists that a template may reasonably make. */
function range(args: readonly Value[]): readonly number[] {
  const [first, second, step = 1] = args.map((v) => plain(v));
  const [start, stop] = second === undefined || second === null ? [0, first] : [first, second];
  if (![start, stop, step].every(Number.isInteger) || step === 0)
    throw fault(
      `range(${shown(first)}, ${shown(second)}, ${shown(step)}) in the chat template is not a range of whole numbers`,
    );
  const length = Math.max(0, Math.ceil(((stop as number) - (start as number)) / (step as number)));
  if (length > 100_000) throw fault(`the chat template counts to ${length}; at most 100000 is allowed`);
  return Array.from({ length }, (_, i) => (start as number) + i * (step as number));
}

const known = {
  filter: (name: string) => filterOf(name) !== undefined,
  test: (name: string) => Object.hasOwn(tests, name),
};

function parsed(template: string): Body {
  if (template.length > chatLimits.template)
    throw fault(`the chat template has ${template.length} characters; at most ${chatLimits.template} are allowed`);
  return parse(template, known);
}
/** What a reader is told of a template that cannot be followed. */
function told(error: unknown): FormatError {
  if (error instanceof FormatError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message === "'strftime_now' is undefined")
    return fault(
      "the chat template asks for today's date (strftime_now), which it is not told, so that the same prompt is the same text every day",
    );
  // Deep recursion in the parser and texts beyond the engine's limit arrive as RangeError.
  const clean = message.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '·').slice(0, 300);
  return fault(`the chat template cannot be followed: ${clean}`);
}

/** What every rendering is given, or knows to lack: no reader's to set. */
const OWN: ReadonlySet<string> = new Set([
  ...['range', 'dict', 'namespace', 'cycler', 'joiner', 'lipsum', 'raise_exception', 'strftime_now'],
  ...['messages', 'add_generation_prompt', 'tools', 'documents'],
]);
/** Names that transformers fills from the tokenizer: `bos_token`, `eos_token` and the like. */
const isToken = (name: string): boolean => /^(?:bos|eos|unk|sep|pad|cls|mask)_token$/.test(name);

function kindOf({ uses }: FreeName): TemplateVariable['kind'] {
  if (uses.has('whole')) return 'other';
  if (uses.has('text')) return 'text';
  return uses.has('number') ? 'number' : 'boolean';
}
/**
 * The variables that a template reads besides what every rendering gives it (`messages`, `bos_token` …), in the order in
 * which it first reads them: transformers' `apply_chat_template(..., **kwargs)` passes them by these names. None for a
 * template that cannot be read.
 */
export function templateVariables(template: string): readonly TemplateVariable[] {
  try {
    return freeNames(parsed(template))
      .filter(({ name }) => !OWN.has(name) && !isToken(name))
      .map((free) => ({ name: free.name, kind: kindOf(free), options: free.compared }));
  } catch {
    return [];
  }
}

/** Why a template cannot be followed, as far as that is known before it is: null when it can be read. */
export function templateFault(template: string): string | null {
  try {
    parsed(template);
    return null;
  } catch (error) {
    return told(error).message;
  }
}

/**
 * The text of a conversation as `template` (Jinja, from tokenizer_config.json or GGUF's tokenizer.chat_template) writes
 * it in transformers, told the same `variables`. No tools, and no clock: `strftime_now` is left undefined, so that templates take their fixed date
 * and the text is reproducible. FormatError for templates that are too large, malformed, use what is not known here,
 * complain themselves (raise_exception), or exceed `chatLimits`; a single filter on texts of the allowed length is the
 * most work that is not counted.
 */
export function renderChat(
  template: string,
  messages: readonly ChatMessage[],
  { addGenerationPrompt, bosToken, eosToken, variables = {} }: ChatOptions,
): string {
  const size = messages.reduce((n, { role, content }) => n + role.length + content.length, 0);
  if (messages.length > chatLimits.messages || size > chatLimits.conversation)
    throw fault(
      `the conversation has ${messages.length} messages of ${size} characters; at most ${chatLimits.messages} and ${chatLimits.conversation} are allowed`,
    );
  const globals = new Map<string, Value>([
    ...Object.entries(variables).map(
      ([name, v]) => [name, typeof v === 'number' && !Number.isInteger(v) ? new Float(v) : v] as const,
    ),
    ['range', new Callable('range', range)],
    ['dict', new Callable('dict', (_, named) => new Map(named))],
    ['namespace', new Callable('namespace', (_, named) => new Attributes('namespace', new Map(named)))],
    [
      'raise_exception',
      new Callable('raise_exception', ([message = null]) => {
        throw fault(`the chat template refuses the conversation: ${shown(message)}`);
      }),
    ],
    [
      'messages',
      messages.map(
        ({ role, content }) =>
          new Map<Value, Value>([
            ['role', role],
            ['content', content],
          ]),
      ),
    ],
    ['add_generation_prompt', addGenerationPrompt],
    ['bos_token', bosToken],
    ['eos_token', eosToken],
    ['tools', null],
    ['documents', null],
  ]);
  try {
    return render(parsed(template), globals, budget());
  } catch (error) {
    throw told(error);
  }
}
