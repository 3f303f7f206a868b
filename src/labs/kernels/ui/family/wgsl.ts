// WGSL split into spans for tinting. Not a parser: what it does not know stays plain. Pure.
export type Tint = 'comment' | 'keyword' | 'type' | 'number' | 'attribute' | 'call' | '';
export interface Span {
  readonly text: string;
  readonly tint: Tint;
}

const KEYWORDS = new Set(
  'alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop override requires return struct switch true var while'.split(
    ' ',
  ),
);
const TYPES =
  /^(?:bool|[iuf]32|f16|vec[234][iufh]?|mat[234]x[234][fh]?|array|atomic|ptr|storage|uniform|workgroup|private|function|read|write|read_write|texture_\w+|sampler\w*|subgroup_matrix_\w+)$/;
const TOKEN =
  /\/\/.*|\/\*|@\w+|0[xX][\da-fA-F]+[iu]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?|[A-Za-z_]\w*|[^\S\n]+|[^]/g;

/** Lines of spans; block comments may reach over several. */
export function tinted(code: string): readonly (readonly Span[])[] {
  let depth = 0;
  return code
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const spans: Span[] = [];
      const put = (text: string, tint: Tint) => {
        const last = spans.at(-1);
        if (last?.tint === tint) spans[spans.length - 1] = { text: last.text + text, tint };
        else spans.push({ text, tint });
      };
      let at = 0;
      while (at < line.length) {
        if (depth > 0) {
          const mark = /\/\*|\*\//g;
          mark.lastIndex = at;
          const found = mark.exec(line);
          const end = found ? mark.lastIndex : line.length;
          if (found) depth += found[0] === '/*' ? 1 : -1;
          put(line.slice(at, end), 'comment');
          at = end;
          continue;
        }
        TOKEN.lastIndex = at;
        const text = TOKEN.exec(line)![0];
        at += text.length;
        if (text === '/*') {
          depth = 1;
          put(text, 'comment');
        } else put(text, tintOf(text, line.slice(at)));
      }
      return spans;
    });
}
function tintOf(text: string, after: string): Tint {
  if (text.startsWith('//')) return 'comment';
  if (text.startsWith('@')) return 'attribute';
  if (/^\.?\d/.test(text)) return 'number';
  if (KEYWORDS.has(text)) return 'keyword';
  if (TYPES.test(text)) return 'type';
  return /^[A-Za-z_]/.test(text) && after.startsWith('(') ? 'call' : '';
}
