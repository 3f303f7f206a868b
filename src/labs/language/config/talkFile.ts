// Conversations as files: this page's own, with the whole tree, and the plain list of messages that every other tool writes.
// A file that cannot be used is refused as a whole, by name, line and value; nothing of it is guessed.
import type { TemplateValues } from '../../../formats/chatTemplate.ts';
import { FormatError, shown } from '../../../formats/error.ts';
import { isObject, nesting, type Json } from '../../../formats/json.ts';
import {
  MAX_TURN_TEXT,
  MAX_TURNS,
  NEW_WRITER,
  NO_TALK,
  ROOT,
  type Role,
  type Talk,
  type Turn,
  type Writer,
} from './talk.ts';
import { readValue } from './talkText.ts';

/**
 * Version 1: `{ format, version, model, system, variables: {name: boolean | number | text}, turns: [{ id, parent, role:
 * 'user' | 'assistant', text, by? }], chosen: { parent: id } }`. Ids are whole numbers from 1, parent 0 begins a
 * conversation, parents come before those that follow them; `by` says how a reply was written (talk.ts, Writer).
 */
export const CHAT_FORMAT = 'stepscope-chat';
export const CHAT_VERSION = 1;
const MAX_BYTES = 32 * 2 ** 20;
const HINT = 'Take a file that this page exported, or a JSON list of messages with "role" and "content".';

export interface ChatFile {
  readonly system: string;
  readonly variables: TemplateValues;
  readonly talk: Talk;
  /** What of it was passed over, as sentences. */
  readonly notices: readonly string[];
}

export const formatChatFile = (model: string, { system, variables, talk }: Omit<ChatFile, 'notices'>): string =>
  JSON.stringify(
    {
      format: CHAT_FORMAT,
      version: CHAT_VERSION,
      model,
      system,
      variables,
      turns: talk.turns.map(({ by, ...turn }) => (by ? { ...turn, by } : turn)),
      chosen: talk.chosen,
    },
    null,
    1,
  );

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;
/** Where entry `index` of the list under `key` (null: the text is the list itself) begins in valid JSON. */
function entryAt(text: string, key: string | null, index: number): number {
  const want = key === null ? 1 : 2;
  let [depth, name, place] = [0, '', 0];
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') {
      const from = i++;
      for (; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      if (depth === 1 && want === 2 && /^\s*:/.test(text.slice(i + 1, i + 40)))
        name = JSON.parse(text.slice(from, i + 1)) as string;
    } else if (c === '{' || c === '[') {
      depth++;
      if (depth === want && c === '[') place = 0;
      if (depth === want + 1 && (key === null || name === key) && place === index) return i;
    } else if (c === '}' || c === ']') depth--;
    else if (c === ',' && depth === want) place++;
  }
  return 0;
}

/** Reads a file. Throws a FormatError that says what is wrong with it and where. */
export function parseChatFile(name: string, text: string): ChatFile {
  const fault = (what: string, line?: number) =>
    new FormatError(`“${name}”${line === undefined ? '' : `, line ${line}`}: ${what}.`, HINT);
  if (text.length > MAX_BYTES) throw fault(`it has ${text.length} characters; at most ${MAX_BYTES} are read`);
  if (nesting(text) > 12) throw fault('it is nested more than 12 levels deep');
  let held: unknown;
  try {
    held = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = /position (\d+)/.exec(message);
    // An end that came too soon has no position in some browsers.
    const line = at
      ? lineAt(text, Number(at[1]))
      : Number(/line (\d+)/.exec(message)?.[1] ?? lineAt(text, text.length));
    throw fault('it is not JSON', line);
  }
  const messages = Array.isArray(held) ? null : 'messages';
  if (Array.isArray(held) || (isObject(held) && held['format'] === undefined && Array.isArray(held['messages']))) {
    const list = (Array.isArray(held) ? held : (held as Json)['messages']) as readonly unknown[];
    return fromMessages(list, (i, what) => fault(what, lineAt(text, entryAt(text, messages, i))));
  }
  if (!isObject(held)) throw fault(`it holds ${shown(held)}, not a conversation`);
  if (held['format'] !== CHAT_FORMAT) throw fault(`its format is ${shown(held['format'])}, not ${CHAT_FORMAT}`);
  if (held['version'] !== CHAT_VERSION)
    throw fault(`it is of version ${shown(held['version'])}; this page reads version ${CHAT_VERSION}`);
  const { turns } = held;
  if (!Array.isArray(turns) || turns.length > MAX_TURNS) throw fault(`turns must be a list of at most ${MAX_TURNS}`);
  const system = held['system'] ?? '';
  if (typeof system !== 'string' || system.length > MAX_TURN_TEXT)
    throw fault(`system must be a text, got ${shown(system)}`);
  return {
    system,
    variables: variablesOf(held['variables'] ?? {}, fault),
    talk: treeOf(turns, held['chosen'] ?? {}, (i, what) => fault(what, lineAt(text, entryAt(text, 'turns', i))), fault),
    notices: [],
  };
}

type Fault = (what: string) => FormatError;
type FaultOf = (index: number, what: string) => FormatError;

function variablesOf(held: unknown, fault: Fault): TemplateValues {
  if (!isObject(held)) throw fault(`variables must be an object, got ${shown(held)}`);
  for (const [name, value] of Object.entries(held))
    if (!/^[A-Za-z_]\w{0,63}$/.test(name) || readValue(JSON.stringify(value) ?? '') === undefined)
      throw fault(`the template variable ${shown(name)} is ${shown(value)}, no boolean, number or short text`);
  return held as TemplateValues;
}

const isId = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) > 0;
function treeOf(list: readonly unknown[], chosen: unknown, faultOf: FaultOf, fault: Fault): Talk {
  const parents = new Map<number, number>();
  const turns = list.map((held, i): Turn => {
    if (!isObject(held)) throw faultOf(i, `turn ${i + 1} is ${shown(held)}, not an object`);
    const { id, parent, role, text, by } = held;
    const wrong = (what: string) => faultOf(i, `turn ${i + 1} ${what}`);
    if (!isId(id) || parents.has(id)) throw wrong(`has the id ${shown(id)}, no whole number from 1 of its own`);
    if (parent !== ROOT && !(isId(parent) && parents.has(parent)))
      throw wrong(`follows turn ${shown(parent)}, which does not come before it`);
    if (role !== 'user' && role !== 'assistant') throw wrong(`has the role ${shown(role)}, not user or assistant`);
    if (typeof text !== 'string' || text.length > MAX_TURN_TEXT)
      throw wrong(`needs a text of at most ${MAX_TURN_TEXT} characters, got ${shown(text)}`);
    parents.set(id, parent);
    return { id, parent, role, text, by: writerOf(by, wrong) };
  });
  if (!isObject(chosen)) throw fault(`chosen must be an object, got ${shown(chosen)}`);
  for (const [parent, id] of Object.entries(chosen))
    if (!isId(id) || parents.get(id) !== Number(parent))
      throw fault(`chosen after turn ${shown(parent)} is ${shown(id)}, which does not follow it`);
  return { turns, chosen: Object.fromEntries(Object.entries(chosen)) as Talk['chosen'] };
}
function writerOf(held: unknown, wrong: Fault): Writer | null {
  if (held === undefined || held === null) return null;
  if (!isObject(held)) throw wrong(`says ${shown(held)} of how it was written`);
  const out: Record<string, unknown> = {};
  for (const [key, usual] of Object.entries(NEW_WRITER)) {
    const value = held[key] ?? usual;
    const number = usual === null || typeof usual === 'number';
    const fits = number
      ? value === usual || (typeof value === 'number' && Number.isFinite(value) && value >= 0)
      : typeof value === 'string' && value.length <= 2000;
    if (!fits) throw wrong(`says ${shown(value)} for by.${key}`);
    out[key] = value;
  }
  return out as unknown as Writer;
}

/** The list of messages of OpenAI's interface: one path; a system text in front is the system prompt. */
function fromMessages(list: readonly unknown[], faultOf: FaultOf): ChatFile {
  if (list.length > MAX_TURNS)
    throw faultOf(MAX_TURNS, `it has ${list.length} messages; at most ${MAX_TURNS} are read`);
  let system = '';
  let talk: Talk = NO_TALK;
  const notices: string[] = [];
  list.forEach((held, i) => {
    if (!isObject(held)) throw faultOf(i, `message ${i + 1} is ${shown(held)}, not an object`);
    const { role } = held;
    const text = contentOf(held['content'], (what) => faultOf(i, `message ${i + 1} ${what}`));
    const front = role === 'system' || role === 'developer';
    if (front && i > 0) throw faultOf(i, `message ${i + 1} is a system text; only the first may be`);
    if (!front && role !== 'user' && role !== 'assistant')
      throw faultOf(i, `message ${i + 1} has the role ${shown(role)}; system, user and assistant are read`);
    if (isObject(held) && held['tool_calls'] !== undefined)
      notices.push(`Message ${i + 1} called tools, which are left out.`);
    if (front) system = text;
    else {
      const id = talk.turns.length + 1;
      talk = {
        turns: [...talk.turns, { id, parent: id - 1, role: role as Role, text, by: null }],
        chosen: { ...talk.chosen, [id - 1]: id },
      };
    }
  });
  return { system, variables: {}, talk, notices };
}
/** A text, or the list of parts that newer interfaces write; parts that are no text are refused. */
function contentOf(held: unknown, wrong: Fault): string {
  const parts = Array.isArray(held) ? held : [{ type: 'text', text: held }];
  const text = parts
    .map((part) => {
      if (isObject(part) && part['type'] === 'text' && typeof part['text'] === 'string') return part['text'];
      throw wrong(
        `needs a text as its content, got ${shown(isObject(part) && part['type'] === 'text' ? part['text'] : part)}`,
      );
    })
    .join('');
  if (text.length > MAX_TURN_TEXT) throw wrong(`has ${text.length} characters; at most ${MAX_TURN_TEXT} are read`);
  return text;
}
