// The texts of a run as they stream in: which token stands where, and which of them are left from the run before. Pure.
import type { Branch } from '../config/experiment.ts';
import type { LanguageEvent, ShownToken, Slot } from './types.ts';

export interface Text {
  /** The run that wrote the newest of its tokens. */
  readonly run: number;
  /** Place of the first token in the generated text: 0, or where a branch leaves its parent. */
  readonly start: number;
  readonly tokens: readonly ShownToken[];
  /**
   * Tokens that this run has written or confirmed; the rest is the end of the older text, kept as long as the new one
   * agrees with it.
   */
  readonly fresh: number;
  /** `cut`: characters of the whole generated text before the stop string. */
  readonly end: { readonly why: string; readonly cut: number | null; readonly solved: boolean | null } | null;
  /** Of beam search and best-of-N. */
  readonly score: number | null;
}
/** By `textKey`. */
export type Texts = Readonly<Record<string, Text>>;

/** How a branch is named whatever its index: the tokens picked on the way to it. '' is the contender's own text. */
export function branchPath(branches: readonly Branch[], index: number): string {
  const b = branches[index];
  if (!b) return '';
  const parent = branchPath(branches, b.parent);
  return `${parent === '' ? '' : `${parent}/`}${b.at}:${b.token}`;
}
export const textKey = (slot: Slot, sample: number, path = ''): string => `${slot}|${sample}|${path}`;
/** The branch of a contender's sample that has this path; −1 when it is the own text or gone. */
export const branchOf = (branches: readonly Branch[], contender: number, sample: number, path: string): number =>
  path === ''
    ? -1
    : branches.findIndex(
        (b, i) => b.contender === contender && b.sample === sample && branchPath(branches, i) === path,
      );

interface Where {
  readonly run: number;
  readonly slots: readonly Slot[];
  readonly branches: readonly Branch[];
}

/** The text that a run goes on with: its own, or the older one with nothing of it confirmed. */
function opened(old: Text | undefined, run: number, start: number): Text {
  if (old?.run === run) return old;
  return { run, start, tokens: old?.start === start ? old.tokens : [], fresh: 0, end: null, score: null };
}

function append(text: Text, from: number, added: readonly ShownToken[]): Text {
  const at = Math.min(Math.max(0, from - text.start), text.fresh);
  const fresh = at + added.length;
  const same = added.every((t, i) => text.tokens[at + i]?.id === t.id);
  return { ...text, fresh, tokens: [...text.tokens.slice(0, at), ...added, ...(same ? text.tokens.slice(fresh) : [])] };
}

/** The texts after some events of run `run`; events of contenders that have no slot are left out. */
export function applyEvents(texts: Texts, { run, slots, branches }: Where, events: readonly LanguageEvent[]): Texts {
  const out: Record<string, Text> = { ...texts };
  for (const e of events) {
    if (e.kind !== 'tokens' && e.kind !== 'replace' && e.kind !== 'end') continue;
    const slot = slots[e.contender];
    if (slot === undefined) continue;
    const key = textKey(slot, e.sample, branchPath(branches, e.branch));
    const start = e.kind === 'tokens' ? e.from : (branches[e.branch]?.at ?? 0);
    const text = opened(out[key], run, start);
    if (e.kind === 'tokens') out[key] = append(text, e.from, e.tokens);
    else if (e.kind === 'replace') out[key] = { ...text, tokens: e.tokens, fresh: e.tokens.length, score: e.score };
    else
      out[key] = {
        ...text,
        tokens: text.tokens.slice(0, text.fresh),
        end: { why: e.why, cut: e.cut, solved: e.solved },
      };
  }
  return out;
}

/** Texts of slots that still exist. */
export const keepTexts = (texts: Texts, slots: readonly Slot[]): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([key]) => slots.includes(Number(key.slice(0, key.indexOf('|'))))));
/** After a run has come to its end: what it did not write is no part of the experiment any more. */
export const finishTexts = (texts: Texts, run: number): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, t]) => t.run === run));

const NONE: readonly ShownToken[] = [];
/**
 * The whole generated text of a branch (−1: the own text): its ancestors up to where it leaves them, then its own
 * tokens.
 */
export function wholeText(
  texts: Texts,
  branches: readonly Branch[],
  slot: Slot,
  sample: number,
  branch: number,
): readonly ShownToken[] {
  const own = texts[textKey(slot, sample, branchPath(branches, branch))];
  const b = branches[branch];
  if (!b) return own?.tokens ?? NONE;
  return [...wholeText(texts, branches, slot, sample, b.parent).slice(0, own?.start ?? b.at), ...(own?.tokens ?? NONE)];
}
/** A whole text as it is shown: up to the stop string that ended it, which stays in the record. */
export function shownText(
  tokens: readonly ShownToken[],
  end: { readonly cut: number | null } | null | undefined,
): readonly ShownToken[] {
  if (end?.cut == null) return tokens;
  let left = end.cut;
  const out: ShownToken[] = [];
  for (const t of tokens) {
    if (left <= 0) break;
    out.push(t.text.length <= left ? t : { ...t, text: t.text.slice(0, left) });
    left -= t.text.length;
  }
  return out;
}
export const plainText = (tokens: readonly ShownToken[]): string => tokens.map((t) => t.text).join('');
