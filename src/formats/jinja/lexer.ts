// A template as tokens: text between tags, and what stands in tags. As Jinja cuts it with trim_blocks and lstrip_blocks,
// which is how chat templates are rendered.
import { JinjaError } from './error.ts';

export type TokenKind =
  'text' | 'block' | 'endBlock' | 'print' | 'endPrint' | 'name' | 'int' | 'float' | 'string' | 'op';
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
}

const OPEN = /\{\{[-+]?|\{%[-+]?|\{#[-+]?/g;
const EXPRESSION =
  /(?<space>\s+)|(?<float>(?<![.\w])\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?|[eE][+-]?\d+))|(?<int>0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+(?:_\d+)*)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<string>'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*")|(?<op>\/\/|\*\*|==|!=|>=|<=|[-+~/*%[\](){}<>=.:|,;])/uy;

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};
/** A string literal's inside, escapes read as Python reads them; an escape that means nothing stays as it is. */
const unescape = (inside: string): string =>
  inside.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (whole, x?: string, u?: string, long?: string, octal?: string, simple?: string) => {
      const code = x ?? u ?? long;
      if (code !== undefined) return String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff));
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
      return SIMPLE[simple!] ?? whole;
    },
  );

/** The text before a block at a line's start loses the spaces that indent the block. */
function withoutIndent(text: string, lineStarts: boolean): string {
  const line = text.lastIndexOf('\n') + 1;
  return (line > 0 || lineStarts) && /^[ \t]*$/.test(text.slice(line)) ? text.slice(0, line) : text;
}

export function tokenize(source: string): readonly Token[] {
  const text = source.replace(/\r\n|\r/g, '\n').replace(/\n$/, '');
  const out: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStarts = true;
  const put = (kind: TokenKind, value: string) => out.push({ kind, text: value, line });
  const advance = (to: number) => {
    for (let i = at; i < to; i++) if (text.charCodeAt(i) === 10) line++;
    if (to > at) lineStarts = text[to - 1] === '\n';
    at = to;
  };
  const data = (raw: string, opener: string) => {
    const strip = opener[2] === '-';
    const block = opener[1] !== '{' && opener[2] !== '+';
    const indented = block ? withoutIndent(raw, lineStarts) : raw;
    const kept = strip ? raw.replace(/\s+$/u, '') : indented;
    if (kept !== '') put('text', kept);
  };
  /** Where the end of a tag ends, with the line or the space that goes with it. */
  const after = (end: number, sign: string, trims: boolean): number => {
    if (sign === '-') return end + /^\s*/u.exec(text.slice(end))![0].length;
    return trims && sign !== '+' && text[end] === '\n' ? end + 1 : end;
  };
  while (at < text.length) {
    OPEN.lastIndex = at;
    const open = OPEN.exec(text);
    if (!open) {
      put('text', text.slice(at));
      break;
    }
    data(text.slice(at, open.index), open[0]);
    advance(open.index);
    const inside = open.index + open[0].length;
    if (open[0][1] === '#') {
      const close = /[-+]?#\}/g;
      close.lastIndex = inside;
      const end = close.exec(text);
      if (!end) throw new JinjaError('a comment is not closed', line);
      advance(after(end.index + end[0].length, end[0].length === 3 ? end[0][0]! : '', true));
      continue;
    }
    const raw = /^\s*raw\s*(-?)%\}/.exec(open[0][1] === '%' ? text.slice(inside, inside + 200) : '');
    if (raw) {
      advance(after(inside + raw[0].length, raw[1]!, false));
      const end = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;
      end.lastIndex = at;
      const found = end.exec(text);
      if (!found) throw new JinjaError("the tag 'raw' is not closed", line);
      data(text.slice(at, found.index), `{%${found[1]}`);
      advance(after(found.index + found[0].length, found[2]!, true));
      continue;
    }
    tag(open[0][1] === '%', inside);
  }
  return out;

  /** What stands in a tag, up to its end. */
  function tag(block: boolean, begin: number): void {
    put(block ? 'block' : 'print', '');
    advance(begin);
    let depth = 0;
    for (;;) {
      const end = block ? /^\s*([-+]?)%\}/ : /^\s*([-+]?)\}\}/;
      const closed = depth === 0 ? end.exec(text.slice(at, at + 400)) : null;
      if (closed) {
        put(block ? 'endBlock' : 'endPrint', '');
        advance(after(at + closed[0].length, closed[1]!, block));
        return;
      }
      EXPRESSION.lastIndex = at;
      const found = EXPRESSION.exec(text);
      if (!found)
        throw new JinjaError(
          at >= text.length ? 'a tag is not closed' : `${JSON.stringify(text.slice(at, at + 10))} means nothing`,
          line,
        );
      const { space, float, int, name, string, op } = found.groups as Record<string, string | undefined>;
      if (float !== undefined) put('float', float.replaceAll('_', ''));
      else if (int !== undefined) put('int', int.replaceAll('_', ''));
      else if (name !== undefined) put('name', name);
      else if (string !== undefined) put('string', unescape(string.slice(1, -1)));
      else if (op !== undefined) {
        if ('([{'.includes(op)) depth++;
        else if (')]}'.includes(op)) depth = Math.max(0, depth - 1);
        put('op', op);
      } else if (space === undefined) throw new JinjaError('a tag is not closed', line);
      advance(at + found[0].length);
    }
  }
}
