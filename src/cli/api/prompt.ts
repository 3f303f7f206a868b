// A conversation as the model's template puts it, in tokens.
import type { ChatMessage } from '../../formats/chatTemplate.ts';
import { renderChat } from '../../formats/chatTemplate.ts';
import type { ModelInUse } from '../../labs/language/engine/lab.ts';
import { guarded, markFor } from '../../formats/specialText.ts';
import { ApiRefusal } from './refusal.ts';

/** Names of special tokens in the messages are plain text: a script passes on what others wrote. */
export function promptTokens(
  messages: readonly ChatMessage[],
  { template, tokenizer, config, title }: ModelInUse,
): readonly number[] {
  if (template === null)
    throw new ApiRefusal(
      `${title} has no chat template: it was not made for conversations. Ask /v1/completions, which goes on from a text.`,
    );
  const mark = markFor(...messages.map(({ content }) => content), template);
  const words = messages.map((m) => ({ ...m, content: guarded(m.content, tokenizer.specialNames, mark) }));
  const piece = (id: number | null | undefined) => (id === null || id === undefined ? '' : tokenizer.piece(id));
  const text = renderChat(template, words, {
    addGenerationPrompt: true,
    bosToken: tokenizer.startText ?? piece(config.startToken),
    eosToken: tokenizer.endText ?? piece(config.endTokens[0]),
  });
  return tokenizer.encode(text, { addSpecial: false, guard: mark });
}
