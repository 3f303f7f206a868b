// The conversation's part of a link: `view=chat&turn=u:Hi&turn=a.0.0:Hello&var=enable_thinking:false`. One path, the chosen
// one; of its last reply also who wrote it, and at which attempt, so that whoever opens the link can have it written again.
import type { Refusal } from '../../../core/refusal.ts';
import type { TemplateValue, TemplateValues } from '../../../formats/chatTemplate.ts';
import { pathOf, talkOf, type Talk, type Turn, type Writer } from './talk.ts';

/** Characters of a conversation that a link carries; a longer one is exported instead. */
export const MAX_TALK_TEXT = 6000;
const MAX_LINK_TURNS = 200;
const MAX_VARIABLES = 32;
const MAX_VALUE = 200;

/** Whether a link can carry what is said. */
export const fitsLink = (path: readonly Turn[]): boolean =>
  path.length <= MAX_LINK_TURNS && path.reduce((n, t) => n + t.text.length, 0) <= MAX_TALK_TEXT;

type Index = (contender: string) => number;
/** The values of `turn=`; none for a conversation that is too long. `index`: the place of a contender, −1 for none. */
export function formatTurns(talk: Talk, index: Index): readonly string[] {
  const path = pathOf(talk);
  if (!fitsLink(path)) return [];
  return path.map(({ role, text, by }, i) => {
    const at = i === path.length - 1 && by ? index(by.contender) : -1;
    return `${role === 'user' ? 'u' : 'a'}${at < 0 ? '' : `.${at}.${by!.tries}`}:${text}`;
  });
}
/** `writer`: what is known of who wrote a reply, by the contender's place; null where there is no such. */
export function parseTurns(
  texts: readonly string[],
  writer: (contender: number, tries: number) => Writer | null,
  refuse: (where: string, value: string, because: string, used: string) => void,
): Talk {
  const turns: { role: Turn['role']; text: string }[] = [];
  let by: Writer | null = null;
  for (const text of texts) {
    const head = /^(u|a(?:\.(\d)\.(\d{1,4}))?):/.exec(text);
    if (!head) refuse('turn', text, "a turn begins with 'u:' or 'a:'", 'left out');
    else if (turns.length >= MAX_LINK_TURNS) refuse('turn', text, `at most ${MAX_LINK_TURNS} are read`, 'left out');
    else {
      by = head[2] === undefined ? null : writer(Number(head[2]), Number(head[3]));
      turns.push({ role: head[1] === 'u' ? 'user' : 'assistant', text: text.slice(head[0].length) });
    }
  }
  const talk = talkOf(turns);
  return by ? { ...talk, turns: talk.turns.map((t, i) => (i === talk.turns.length - 1 ? { ...t, by } : t)) } : talk;
}

export const formatVariables = (values: TemplateValues): readonly string[] =>
  Object.entries(values).map(([name, value]) => `${name}:${JSON.stringify(value)}`);
export function parseVariables(texts: readonly string[], refusals: Refusal[]): TemplateValues {
  const out: Record<string, TemplateValue> = {};
  for (const text of texts) {
    const refuse = (because: string) =>
      void refusals.push({ where: 'template variable', value: text.slice(0, 80), because, used: 'left out' });
    const match = /^([A-Za-z_]\w{0,63}):(.*)$/s.exec(text);
    const value = match ? readValue(match[2]!) : undefined;
    if (!match) refuse('it is written as name:value');
    else if (value === undefined)
      refuse(`its value is true, false, a number or a text in quotes of at most ${MAX_VALUE} characters`);
    else if (Object.keys(out).length >= MAX_VARIABLES) refuse(`at most ${MAX_VARIABLES} are kept`);
    else out[match[1]!] = value;
  }
  return out;
}
/** A value as JSON has it; undefined for one that no template is told. */
export function readValue(text: string): TemplateValue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value === 'string') return value.length <= MAX_VALUE ? value : undefined;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? value : undefined;
}
