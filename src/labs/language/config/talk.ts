// A conversation as a tree of turns: every turn may have several that follow it, and one of them is chosen. Pure; values
// are never changed, only made anew.
import type { ChatMessage } from '../../../formats/chatTemplate.ts';

/** How a reply came about; absent where a reader wrote or edited it. */
export interface Writer {
  /** As links write it. */
  readonly contender: string;
  readonly model: string;
  /** Which attempt at this reply, from 0: what its random numbers are keyed by besides the seed. */
  readonly tries: number;
  readonly seed: number;
  /** Why it ended. */
  readonly why: string;
  /** Tokens of the conversation before it, and how many of them had been read already. */
  readonly prompt: number;
  readonly reused: number;
  readonly tokens: number;
  /** Tokens per second after the first; null where there were none. */
  readonly speed: number | null;
}
/** Of a reply whose making is not known yet. */
export const NEW_WRITER: Writer = {
  contender: '',
  model: '',
  tries: 0,
  seed: 0,
  why: '',
  prompt: 0,
  reused: 0,
  tokens: 0,
  speed: null,
};
export type Role = 'user' | 'assistant';
export interface Turn {
  /** Positive, unique in its tree. */
  readonly id: number;
  /** The turn that it follows; 0 for those that begin a conversation. */
  readonly parent: number;
  readonly role: Role;
  readonly text: string;
  readonly by: Writer | null;
}
export interface Talk {
  /** Parents before those that follow them. */
  readonly turns: readonly Turn[];
  /** By parent, which of those that follow it goes on. */
  readonly chosen: Readonly<Record<number, number>>;
}
export const ROOT = 0;
export const NO_TALK: Talk = { turns: [], chosen: {} };

/** Turns of one tree, and characters of one turn. */
export const MAX_TURNS = 2000;
export const MAX_TURN_TEXT = 100_000;

export const turnOf = ({ turns }: Talk, id: number): Turn | undefined => turns.find((t) => t.id === id);
/** Those that follow a turn, oldest first. */
export const following = ({ turns }: Talk, parent: number): readonly Turn[] => turns.filter((t) => t.parent === parent);
/** The one that goes on after a turn: the chosen one, or the newest. */
export function chosenAfter(talk: Talk, parent: number): Turn | undefined {
  const next = following(talk, parent);
  return next.find((t) => t.id === talk.chosen[parent]) ?? next.at(-1);
}
/** The conversation as it stands: the chosen turns from the first on. */
export function pathOf(talk: Talk): readonly Turn[] {
  const path: Turn[] = [];
  for (let now = chosenAfter(talk, ROOT); now; now = chosenAfter(talk, now.id)) path.push(now);
  return path;
}
/** The turns up to one, itself included; empty for one that is not there. */
export function pathTo(talk: Talk, id: number): readonly Turn[] {
  const path: Turn[] = [];
  for (let now = turnOf(talk, id); now; now = turnOf(talk, now.parent)) path.unshift(now);
  return path;
}
/** What a model is given. */
export const messagesOf = (system: string, path: readonly Turn[]): readonly ChatMessage[] => [
  ...(system === '' ? [] : [{ role: 'system', content: system }]),
  ...path.map(({ role, text }) => ({ role, content: text })),
];

/** Another turn after `parent`, chosen; the same tree where there is no more room. */
export function withTurn(
  talk: Talk,
  parent: number,
  turn: Pick<Turn, 'role' | 'text' | 'by'>,
): { readonly talk: Talk; readonly id: number } {
  if (talk.turns.length >= MAX_TURNS || (parent !== ROOT && !turnOf(talk, parent))) return { talk, id: ROOT };
  const id = 1 + talk.turns.reduce((most, t) => Math.max(most, t.id), 0);
  return {
    talk: { turns: [...talk.turns, { ...turn, id, parent }], chosen: { ...talk.chosen, [parent]: id } },
    id,
  };
}
/** A reply; one that the same contender has written already in the same words is not there twice. */
export function withReply(talk: Talk, parent: number, text: string, by: Writer): { talk: Talk; id: number } {
  const there = following(talk, parent).find(
    (t) => t.text === text && t.by?.contender === by.contender && t.by.model === by.model,
  );
  return there
    ? { talk: choose(talk, there.id), id: there.id }
    : withTurn(talk, parent, { role: 'assistant', text, by });
}
/** Another text in the place of a turn: a turn beside it, so that what followed the old one stays where it was. */
export function edited(talk: Talk, id: number, text: string): { readonly talk: Talk; readonly id: number } {
  const turn = turnOf(talk, id);
  if (!turn || turn.text === text) return { talk, id };
  return withTurn(talk, turn.parent, { role: turn.role, text, by: null });
}
export function choose(talk: Talk, id: number): Talk {
  const turn = turnOf(talk, id);
  return turn ? { ...talk, chosen: { ...talk.chosen, [turn.parent]: id } } : talk;
}
/** Chooses the turn `by` places further among those beside it, round and round. */
export function chooseBeside(talk: Talk, id: number, by: number): Talk {
  const beside = following(talk, turnOf(talk, id)?.parent ?? -1);
  const at = beside.findIndex((t) => t.id === id);
  return at < 0 ? talk : choose(talk, beside.at((at + by) % beside.length)!.id);
}
/** Without a turn and all that follows it. */
export function without(talk: Talk, id: number): Talk {
  const gone = new Set([id]);
  for (const t of talk.turns) if (gone.has(t.parent)) gone.add(t.id);
  return {
    turns: talk.turns.filter((t) => !gone.has(t.id)),
    chosen: Object.fromEntries(
      Object.entries(talk.chosen).filter(([parent, child]) => !gone.has(Number(parent)) && !gone.has(child)),
    ),
  };
}
/** The next attempt at the reply to a turn. */
export const nextTry = (talk: Talk, parent: number): number =>
  following(talk, parent).reduce((most, t) => Math.max(most, (t.by?.tries ?? -1) + 1), 0);

/** A tree of one path, the last reply by somebody or not. */
export function talkOf(messages: readonly { readonly role: Role; readonly text: string }[]): Talk {
  let [talk, parent] = [NO_TALK, ROOT];
  for (const { role, text } of messages) {
    const next = withTurn(talk, parent, { role, text, by: null });
    if (next.id === ROOT) break;
    [talk, parent] = [next.talk, next.id];
  }
  return talk;
}
/** The tree with this path chosen, if it has it: the way back from a link, which carries one path, to all that was kept. */
export function withPath(talk: Talk, path: readonly Pick<Turn, 'role' | 'text'>[]): Talk | null {
  let [now, parent] = [talk, ROOT];
  for (const { role, text } of path) {
    const next = following(now, parent).find((t) => t.role === role && t.text === text);
    if (!next) return null;
    now = choose(now, next.id);
    parent = next.id;
  }
  return now;
}
