/** For tests only: one turn of a conversation, and what the page was told of it. */
import type { ChatMessage } from '../../../formats/chatTemplate.ts';
import { commonPrefix } from '../../../engine/decoding/prefixes.ts';
import { defaultLanguage } from '../config/defaults.ts';
import { newContender, newLink } from '../config/contenderText.ts';
import type { LanguageExperiment } from '../config/experiment.ts';
import { runChat, type ChatAsk, type ChatDesk } from './chat.ts';
import type { LanguageLab } from './lab.ts';
import type { ChatEvent } from './events.ts';
import { listener } from './testing.ts';

export const talkative: LanguageExperiment = {
  ...defaultLanguage({ from: 'bundled', id: 'sotu_draft' }),
  format: 'f32',
  maxTokens: 6,
  seed: 5,
  contenders: [newContender('sampling', [newLink('temperature', { temperature: 0.9 })]), newContender('greedy')],
};
export const said = (...texts: string[]): ChatMessage[] =>
  texts.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }));

export async function turn(
  lab: LanguageLab,
  desk: ChatDesk,
  messages: readonly ChatMessage[],
  more: Partial<ChatAsk> = {},
  signal = new AbortController().signal,
) {
  const heard = listener();
  let read: (ChatEvent & { kind: 'read' }) | null = null;
  const ask = { experiment: talkative, messages, tries: 0, fingerprint: null, ...more };
  const out = await runChat(
    lab,
    desk,
    ask,
    (e) => {
      if (e.kind === 'read') read = e;
      else if (e.kind !== 'reading') heard.emit(e);
    },
    signal,
  );
  const prompt = heard.of('prompt')[0]!.tokens.map((t) => t.id);
  // By contender: when its tokens are told is a matter of the clock.
  const records = ask.experiment.contenders.flatMap((_, c) =>
    heard
      .of('tokens')
      .flatMap((e) => (e.contender === c ? e.tokens.map((t) => [c, t.id, t.record.logProbability] as const) : [])),
  );
  const text = (contender: number) =>
    heard
      .of('tokens')
      .flatMap((e) => (e.contender === contender ? e.tokens.map((t) => t.text) : []))
      .join('');
  return {
    ...out,
    prompt,
    records,
    text,
    read: read! as ChatEvent & { kind: 'read' },
    notices: heard.of('notice').map((n) => n.text),
  };
}
export { commonPrefix };
