// What a method says of itself to a reader (its summary, its paper, the help of its fields) is shown by the page alone.
// Workers carry the same registries, and in a build they carry them without those texts.
import type { Plugin } from 'vite';

/** Folders of registries whose files hold such texts. */
const REGISTRIES = /\/src\/(?:samplers|schedules|wrappers|optimisers|tasks|distil|guidance|search)\//;
/** A property of these names that is a text becomes an empty one; `paper` keeps its shape. */
const TEXTS = new Set(['summary', 'help', 'says']);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
const isText = (value: unknown): value is Node =>
  isNode(value) &&
  ((value.type === 'Literal' && typeof value['value'] === 'string') || value.type === 'TemplateLiteral');
const keyOf = (node: Node): string => {
  const key = node['key'] as { name?: string; value?: unknown };
  return key.name ?? String(key.value);
};

/** Where the texts stand in a module's syntax tree, in order. */
export function textsOf(root: unknown): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  const walk = (value: unknown, inPaper: boolean): void => {
    if (Array.isArray(value)) {
      for (const item of value) walk(item, inPaper);
      return;
    }
    if (!isNode(value)) return;
    if (value.type === 'Property') {
      const key = keyOf(value);
      if (isText(value['value']) && (inPaper || TEXTS.has(key))) {
        found.push({ start: value['value'].start, end: value['value'].end });
        return;
      }
      walk(value['value'], key === 'paper');
      return;
    }
    // A paper is an object written out; what is called or computed there keeps its texts.
    for (const child of Object.values(value)) walk(child, inPaper && value.type === 'ObjectExpression');
  };
  walk(root, false);
  return found.sort((a, b) => a.start - b.start);
}

export function withoutTexts(): Plugin {
  return {
    name: 'workers-without-texts-for-readers',
    apply: 'build',
    transform(code, id) {
      if (!REGISTRIES.test(id) || !id.endsWith('.ts')) return null;
      let out = '';
      let at = 0;
      for (const { start, end } of textsOf(this.parse(code))) {
        out += `${code.slice(at, start)}""`;
        at = end;
      }
      return at === 0 ? null : { code: out + code.slice(at), map: null };
    },
  };
}
