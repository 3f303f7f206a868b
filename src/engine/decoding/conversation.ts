// A conversation to the model's tokens: through its own chat template, or through a plain one.
import type { ChatMessage, TemplateValues } from '../../formats/chatTemplate.ts';
import { PLAIN_TEMPLATE } from '../../formats/plainTemplate.ts';
import { guarded, markFor, namesIn } from '../../formats/specialText.ts';
import type { Tokenizer } from '../../formats/tokenizer.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { conversationText, steering, type EncodedPrompt } from './text.ts';

export interface Conversation {
  /** Oldest first; the reply to the last of them is what is asked for. */
  readonly messages: readonly ChatMessage[];
  readonly variables: TemplateValues;
  readonly names: 'token' | 'text';
}

/**
 * Token ids of a conversation. Every turn is text, whoever wrote it: the same conversation is the same tokens, whichever way
 * led there. A model without a template (`null`) reads the plain one, after the start token that its tokenizer puts.
 */
export async function encodeConversation(
  { messages, variables, names }: Conversation,
  tokenizer: Tokenizer,
  config: TransformerConfig,
  template: string | null,
): Promise<EncodedPrompt> {
  const special = tokenizer.specialNames;
  const mark = markFor(template ?? PLAIN_TEMPLATE, ...messages.map((m) => m.content));
  const put = messages.map(({ role, content }) => ({
    role,
    content: names === 'text' ? guarded(content, special, mark) : content,
  }));
  const text = await conversationText(put, template ?? PLAIN_TEMPLATE, tokenizer, config, variables);
  const tokens = tokenizer.encode(text, {
    addSpecial: template === null,
    ...(names === 'text' && { guard: mark }),
  });
  const typed = names === 'text' ? [] : namesIn(messages.map((m) => m.content).join('\n'), special);
  const start = tokenizer.startToken ?? config.startToken;
  const first = start ?? config.endTokens[0] ?? null;
  const whole = tokens.length === 0 && first !== null ? [first] : tokens;
  return {
    tokens: whole,
    started: start !== null && whole[0] === start,
    notices: typed.length > 0 ? [steering(typed)] : [],
  };
}
