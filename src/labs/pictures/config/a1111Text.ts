// The text that A1111's web UI, Forge and SD.Next write beside a picture, taken apart: prompt, negative prompt, and one
// line of settings, `Steps: 20, Sampler: Euler a, …`. What the settings mean is a1111.ts.

/** Characters of a whole text; longer ones hold something else. */
export const LONGEST = 200_000;
/** Settings of one line. */
const MOST_SETTINGS = 200;

export interface Parameters {
  readonly prompt: string;
  readonly negative: string;
  /** By key as it is written, the first of each. */
  readonly settings: ReadonlyMap<string, string>;
  /** Lines behind the settings: extensions add some. */
  readonly rest: string;
}

const KEY = /^\s*([\p{L}\p{N}_][\p{L}\p{N}_ \-/.()]*):\s*/u;

/** A value in quotes as JSON writes it; where it is none, as it stands. */
function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

/** Where a quoted value ends, its closing quote included; −1 where it does not. */
function quoteEnd(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return -1;
}

/** `key: value, key: "a value, with commas"`; parts without a key belong to none and are left out. */
export function readSettings(line: string): Map<string, string> {
  const out = new Map<string, string>();
  let left = line;
  while (left !== '' && out.size < MOST_SETTINGS) {
    const [head, key] = KEY.exec(left) ?? [];
    const body = head === undefined ? left : left.slice(head.length);
    const quoted = key !== undefined && body.startsWith('"') ? quoteEnd(body) : -1;
    const comma = body.indexOf(',', Math.max(quoted, 0));
    const end = comma < 0 ? body.length : comma;
    const value = quoted > 0 ? unquoted(body.slice(0, quoted)) : body.slice(0, end).trim();
    if (key !== undefined && !out.has(key.trim())) out.set(key.trim(), value);
    left = body.slice(end + 1);
  }
  return out;
}

const NEGATIVE = 'Negative prompt:';

/** The text taken apart, or why it is none of this kind. */
export function readParameters(text: string): Parameters | string {
  if (text.length > LONGEST)
    return `its text has ${text.length} characters, too many for settings of a picture (at most ${LONGEST} are read)`;
  const lines = text.replaceAll('\r\n', '\n').trim().split('\n');
  // Three settings tell a line of them from one of a prompt that has a colon in it.
  const isSettings = (line: string) => /(?:^|,)\s*Steps:\s*\d/.test(line) && readSettings(line).size >= 3;
  const at = lines.findLastIndex(isSettings);
  if (at < 0) return 'its text has no line of settings like “Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1”';
  const written = lines.slice(0, at);
  const turn = written.findIndex((line) => line.trimStart().startsWith(NEGATIVE));
  const positive = turn < 0 ? written : written.slice(0, turn);
  const negative = turn < 0 ? [] : written.slice(turn);
  const tidy = (part: readonly string[]) => part.map((line) => line.trim()).join('\n');
  return {
    prompt: tidy(positive),
    negative: tidy(negative).slice(NEGATIVE.length).trimStart(),
    settings: readSettings(lines[at]!),
    rest: lines
      .slice(at + 1)
      .join('\n')
      .trim(),
  };
}
