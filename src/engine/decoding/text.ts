// Between the reader's words and the model's tokens.
import type { Tokenizer } from '../../formats/tokenizer.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import type { ChatMessage, TemplateValues } from '../../formats/chatTemplate.ts';
import type { Vocabulary } from '../../samplers/decoding/grammar/trie.ts';
import { guarded, markFor, namesIn } from '../../formats/specialText.ts';

/** What the reader wrote, and whether it is put to the model as a conversation. */
export interface Words {
  readonly prompt: string;
  readonly chat: boolean;
  readonly system: string;
  /** Whether names of special tokens in the reader's words are those tokens, or plain text. */
  readonly names: 'token' | 'text';
  /** What the chat template is told besides. */
  readonly variables?: TemplateValues;
}
export interface EncodedPrompt {
  readonly tokens: readonly number[];
  /** Whether the prompt begins with the model's start token: it stays first when the oldest tokens are forgotten. */
  readonly started: boolean;
  /** What a reader may not expect of the tokens, as sentences. */
  readonly notices: readonly string[];
}

/**
 * Token ids of the prompt: through the chat template if the reader wants it and the model has one, with the start token
 * that the model was trained with.
 */
export async function encodePrompt(
  e: Words,
  tokenizer: Tokenizer,
  config: TransformerConfig,
  template: string | null,
): Promise<EncodedPrompt> {
  const names = tokenizer.specialNames;
  const chat = e.chat ? template : null;
  const mark = markFor(e.prompt, e.system, chat ?? '');
  const words = (text: string) => (e.names === 'text' ? guarded(text, names, mark) : text);
  const guard = e.names === 'text' ? { guard: mark } : {};
  const start = tokenizer.startToken ?? config.startToken;
  const tokens =
    chat === null
      ? tokenizer.encode(words(e.prompt), guard)
      : tokenizer.encode(
          await conversationText(
            [
              ...(e.system === '' ? [] : [{ role: 'system', content: words(e.system) }]),
              { role: 'user', content: words(e.prompt) },
            ],
            chat,
            tokenizer,
            config,
            e.variables,
          ),
          { addSpecial: false, ...guard },
        );
  const notices: string[] = [];
  const typed = e.names === 'text' ? [] : namesIn(chat === null ? e.prompt : `${e.system}\n${e.prompt}`, names);
  if (typed.length > 0) notices.push(steering(typed));
  if (start !== null && tokens[0] === start && tokens[1] === start)
    notices.push(
      `The prompt begins with two start-of-text tokens (${tokenizer.piece(start)}): one is put there by ${chat === null ? 'the tokenizer' : 'the chat template'}, so leave it out of your words.`,
    );
  // A model needs at least one token to continue: an empty prompt becomes the start token.
  const first = start ?? config.endTokens[0] ?? null;
  const whole = tokens.length === 0 && first !== null ? [first] : tokens;
  return { tokens: whole, started: start !== null && whole[0] === start, notices };
}

/** Messages as a template puts them, ending where the model's reply begins. */
export async function conversationText(
  messages: readonly ChatMessage[],
  template: string,
  tokenizer: Pick<Tokenizer, 'piece' | 'startText' | 'endText'>,
  config: Pick<TransformerConfig, 'startToken' | 'endTokens'>,
  variables: TemplateValues = {},
): Promise<string> {
  // Only conversations need the template language.
  const { renderChat } = await import('../../formats/chatTemplate.ts');
  const piece = (id: number | null | undefined) => (id === null || id === undefined ? '' : tokenizer.piece(id));
  return renderChat(template, messages, {
    addGenerationPrompt: true,
    bosToken: tokenizer.startText ?? piece(config.startToken),
    eosToken: tokenizer.endText ?? piece(config.endTokens[0]),
    variables,
  });
}

/** What a reader is told of special tokens among the words. */
export const steering = (typed: readonly string[]): string =>
  `${listed(typed)} in your words ${typed.length === 1 ? 'is one of the model’s special tokens and steers it' : 'are special tokens of the model and steer it'}; "Special tokens" makes plain text of ${typed.length === 1 ? 'it' : 'them'}.`;
const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

/** Where the text up to a stop string ends; null when it holds none of them. */
export function stopAt(text: string, stop: readonly string[]): number | null {
  const found = stop.filter((s) => s !== '' && text.includes(s)).map((s) => text.indexOf(s));
  return found.length === 0 ? null : Math.min(...found);
}

const vocabularies = new WeakMap<Tokenizer, Vocabulary>();
/** The model's tokens as bytes: one object a tokenizer, because what is compiled for it is kept by it. */
export function vocabularyOf(tokenizer: Tokenizer, config: TransformerConfig): Vocabulary {
  let known = vocabularies.get(tokenizer);
  if (known?.size !== config.vocab) {
    known = { size: config.vocab, bytes: (token) => tokenizer.bytes(token), endTokens: endTokensOf(tokenizer, config) };
    vocabularies.set(tokenizer, known);
  }
  return known;
}

/** Tokens that end a text for this model: what the configuration and the tokenizer name. */
export const endTokensOf = (tokenizer: Tokenizer, config: TransformerConfig): number[] =>
  [...new Set([...config.endTokens, ...tokenizer.endTokens])].filter((t) => t < config.vocab);
