import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { FormatError, shown } from './error.ts';

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

/** The interpreter with its work counted, because a template comes with the model's files and cannot be trusted. */
class Bounded extends Interpreter {
  #steps = 0;
  #depth = 0;
  /** Expressions that loops run over: the library prepares every turn before the first. */
  readonly #loops = new WeakSet<object>();
  override evaluate(
    ...[statement, environment]: Parameters<Interpreter['evaluate']>
  ): ReturnType<Interpreter['evaluate']> {
    this.#spend(1);
    if (statement?.type === 'For') {
      const { iterable } = statement as unknown as { iterable: { type: string; lhs?: object } };
      this.#loops.add(iterable.type === 'SelectExpression' && iterable.lhs ? iterable.lhs : iterable);
    }
    if (++this.#depth > chatLimits.depth) throw fault(`the chat template nests more than ${chatLimits.depth} deep`);
    let result: ReturnType<Interpreter['evaluate']>;
    try {
      result = super.evaluate(statement, environment);
    } finally {
      this.#depth--; // also when a loop is left by an exception (break, continue)
    }
    const made: unknown = result.value;
    if (statement && this.#loops.has(statement) && Array.isArray(made)) this.#spend(made.length);
    if ((typeof made === 'string' || Array.isArray(made)) && made.length > chatLimits.text)
      throw fault(
        `the chat template makes a text or list of ${made.length} entries; at most ${chatLimits.text} are allowed`,
      );
    return result;
  }
  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > chatLimits.steps)
      throw fault(`the chat template does not finish within ${chatLimits.steps} steps`);
  }
}

/** Python's range, for lists that a template may reasonably make. */
function range(first: unknown, second?: unknown, step: unknown = 1): number[] {
  const [start, stop] = second === undefined || second === null ? [0, first] : [first, second];
  if (![start, stop, step].every(Number.isInteger) || step === 0)
    throw fault(
      `range(${shown(first)}, ${shown(second)}, ${shown(step)}) in the chat template is not a range of whole numbers`,
    );
  const length = Math.max(0, Math.ceil(((stop as number) - (start as number)) / (step as number)));
  if (length > 100_000) throw fault(`the chat template counts to ${length}; at most 100000 is allowed`);
  return Array.from({ length }, (_, i) => (start as number) + i * (step as number));
}

/**
 * The text of a conversation as `template` (Jinja, from tokenizer_config.json or GGUF's tokenizer.chat_template) writes
 * it. No tools, and no clock: `strftime_now` is left undefined, so that templates take their fixed date and the text is
 * reproducible. FormatError for templates that are too large, malformed, complain themselves (raise_exception), or
 * exceed `chatLimits`; a single built-in filter on texts of the allowed length is the most work that is not counted.
 */
export function renderChat(
  template: string,
  messages: readonly ChatMessage[],
  { addGenerationPrompt, bosToken, eosToken }: ChatOptions,
): string {
  if (template.length > chatLimits.template)
    throw fault(`the chat template has ${template.length} characters; at most ${chatLimits.template} are allowed`);
  const size = messages.reduce((n, { role, content }) => n + role.length + content.length, 0);
  if (messages.length > chatLimits.messages || size > chatLimits.conversation)
    throw fault(
      `the conversation has ${messages.length} messages of ${size} characters; at most ${chatLimits.messages} and ${chatLimits.conversation} are allowed`,
    );
  const environment = new Environment();
  const globals: Record<string, unknown> = {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range,
    raise_exception: (message: unknown) => {
      throw fault(`the chat template refuses the conversation: ${shown(message)}`);
    },
    messages: messages.map(({ role, content }) => ({ role, content })),
    add_generation_prompt: addGenerationPrompt,
    bos_token: bosToken,
    eos_token: eosToken,
    tools: null,
    documents: null,
  };
  for (const [name, value] of Object.entries(globals)) environment.set(name, value);
  let text: unknown;
  try {
    text = new Bounded(environment).run(parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }))).value;
  } catch (error) {
    if (error instanceof FormatError) throw error;
    // Deep recursion in the parser and texts beyond the engine's limit arrive as RangeError.
    throw fault(`the chat template cannot be followed: ${shown(error instanceof Error ? error.message : error)}`);
  }
  if (typeof text !== 'string') throw fault('the chat template did not produce a text');
  return text;
}
