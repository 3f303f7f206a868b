// Between the reader's words and the model's tokens.
import { renderChat } from '../../formats/chatTemplate.ts';
import type { Tokenizer } from '../../formats/tokenizer.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { ModelError } from '../../hub/files.ts';

/** What the reader wrote, and whether it is put to the model as a conversation. */
export interface Words {
  readonly prompt: string;
  readonly chat: boolean;
  readonly system: string;
}

/**
 * Token ids of the prompt: through the chat template if the reader wants it, with the start token that the model was
 * trained with.
 */
export function encodePrompt(
  e: Words,
  tokenizer: Tokenizer,
  config: TransformerConfig,
  template: string | null,
): number[] {
  let tokens: number[];
  if (e.chat) {
    if (template === null)
      throw new ModelError(
        'This model has no chat template, so a conversation cannot be put to it.',
        'Turn "Chat" off, or load a chat model (its name often ends in -Instruct or -Chat).',
      );
    const piece = (id: number | null | undefined) => (id === null || id === undefined ? '' : tokenizer.piece(id));
    const messages = [
      ...(e.system === '' ? [] : [{ role: 'system', content: e.system }]),
      { role: 'user', content: e.prompt },
    ];
    tokens = tokenizer.encode(
      renderChat(template, messages, {
        addGenerationPrompt: true,
        bosToken: tokenizer.startText ?? piece(config.startToken),
        eosToken: tokenizer.endText ?? piece(config.endTokens[0]),
      }),
      { addSpecial: false },
    );
  } else tokens = tokenizer.encode(e.prompt);
  // A model needs at least one token to continue: an empty prompt becomes the start token.
  const start = tokenizer.startToken ?? config.startToken ?? config.endTokens[0] ?? null;
  return tokens.length === 0 && start !== null ? [start] : tokens;
}

/** Where the text up to a stop string ends; null when it holds none of them. */
export function stopAt(text: string, stop: readonly string[]): number | null {
  const found = stop.filter((s) => s !== '' && text.includes(s)).map((s) => text.indexOf(s));
  return found.length === 0 ? null : Math.min(...found);
}

/** Tokens that end a text for this model: what the configuration and the tokenizer name. */
export const endTokensOf = (tokenizer: Tokenizer, config: TransformerConfig): number[] =>
  [...new Set([...config.endTokens, ...tokenizer.endTokens])].filter((t) => t < config.vocab);
