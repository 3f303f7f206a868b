// The generator of mutants of `npm run faults -- --generate`: its pure part.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: string;
}
interface Mutant {
  readonly file: string;
  readonly edit: Edit;
  text(): string;
}
interface Area {
  readonly shaders?: { readonly wrappers: string; readonly near: readonly string[] };
  readonly near?: readonly string[];
}
interface Entry {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly reason: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
// Plain scripts without types.
const load = (name: string): Promise<unknown> => import(`${root}scripts/faults/${name}.mjs`);
const { typescriptEdits } = (await load('mutate/typescript')) as { typescriptEdits(source: string): readonly Edit[] };
const { wgslEdits } = (await load('mutate/wgsl')) as {
  wgslEdits(source: string, setElsewhere?: ReadonlySet<string>): readonly Edit[];
};
const { applied, described, planted } = (await load('mutate/edit')) as {
  applied(source: string, edit: Edit): string;
  described(source: string, edit: Edit): { find: string; replace: string };
  planted(source: string, edit: { find: string; replace: string }): string | undefined;
};
const { otherNumbers } = (await load('mutate/numbers')) as { otherNumbers(literal: string): readonly string[] };
const { mutantsOf, equivalents } = (await load('mutate/mutants')) as {
  mutantsOf(file: string, source: string, setElsewhere?: ReadonlySet<string>): readonly Mutant[];
  equivalents(entries: readonly Entry[], file: string, source: string): { texts: Set<string>; stale: readonly Entry[] };
};
const { areas, filesOf, testsOf, matches } = (await load('areas')) as {
  areas: Readonly<Record<string, Area>>;
  filesOf(area: Area, paths: readonly string[]): readonly string[];
  testsOf(patterns: readonly string[], paths: readonly string[]): readonly string[];
  matches(pattern: string, path: string): boolean;
};

const paths = execFileSync('git', ['ls-files', '-z', 'src', 'shaders'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter(Boolean);
const read = (path: string) => readFileSync(root + path, 'utf8');
/** What each edit makes of a source. */
const made = (source: string, edits: readonly Edit[]) => edits.map((e) => applied(source, e));
const kinds = (edits: readonly Edit[]) => new Set(edits.map((e) => e.kind));

describe('TypeScript', () => {
  const source = `import { a } from './a1.ts'; // 1 + 2
/* 3 < 4 */ type Pair = readonly [1, 2];
export interface Shape { readonly n: 3 | 4 }
const field = { label: 'two + 2', help: \`\${1 + 1} words\`, default: 5, id: 'x' };
export function f(x: number, y = 7, list: readonly number[] = []): number {
  if (x < 8) return -y;
  if (!list) throw new RangeError(emit(x + 9, 10));
  const at = list[x] ?? 0.5;
  a(x, y);
  return field.default && y > 3 ? Math.max(x + y * at, 1) : x - y;
}
`;
  const edits = typescriptEdits(source);
  const texts = made(source, edits);

  test.each([
    ['default: 5', 'default: 6'],
    ['y = 7', 'y = 14'],
    ['x < 8', 'x <= 8'],
    ['if (x < 8)', 'if (!(x < 8))'],
    ['if (x < 8) return -y;', ';'],
    ['return -y', 'return y'],
    ['if (!list)', 'if (list)'],
    ['list[x]', 'list[x - 1]'],
    ['?? 0.5', '|| 0.5'],
    ['0.5', '0.525'],
    ['a(x, y);', ';'],
    ['a(x, y);', 'a(y, x);'],
    ['field.default && y > 3', 'field.default'],
    ['Math.max', 'Math.min'],
    ['x + y * at', 'x'],
    ['x + y * at', 'y * at'],
    ['y * at', 'y / at'],
    ['Math.max(x + y * at, 1) : x - y', 'x - y : Math.max(x + y * at, 1)'],
  ])('%s becomes %s', (from, to) => {
    expect(source.split(from).length).toBeGreaterThan(1);
    expect(texts).toContain(source.replace(from, to));
  });

  test('imports, comments, types, strings, words for readers and error messages stay', () => {
    for (const text of texts) {
      expect(text).toContain("import { a } from './a1.ts'; // 1 + 2\n/* 3 < 4 */ type Pair = readonly [1, 2];\n");
      expect(text).toContain('{ readonly n: 3 | 4 }');
      expect(text).toContain("{ label: 'two + 2', help: `${1 + 1} words`,");
      if (text.includes('throw')) expect(text).toContain('throw new RangeError(emit(x + 9, 10));');
    }
  });

  test('no edit twice, none that changes nothing', () => {
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts).not.toContain(source);
  });

  test('the step of a loop keeps its direction; symmetric functions keep their order', () => {
    const loop = 'for (let i = 0; i < n; i += 2) Math.hypot(i, n);';
    const all = made(loop, typescriptEdits(loop));
    expect(all).toContain(loop.replace('i += 2', 'i += 3'));
    expect(all.filter((t) => t.includes('-=') || t.includes('(n, i)'))).toEqual([]);
  });

  test('spreads change places', () => {
    const object = 'const o = { ...a, ...b };';
    expect(made(object, typescriptEdits(object))).toEqual(['const o = { ...b, ...a };']);
  });
});

describe('WGSL', () => {
  const source = `// 1 + 2
const SET = 4u;
const OWN = 5u;
struct Args { n: u32, k: u32 }
@group(0) @binding(1) var<storage, read> x: array<vec4f, 6>; /* 7 < 8 */
@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_id) id: vec3u) {
  if (id.x >= args.n) { return; }
  var sum = 0.0;
  for (var i = 0u; i < args.k; i += 3u) {
    sum += x[i].w * bitcast<f32>(y[i + 1u]) - min(a, f(b, 2.5));
  }
  workgroupBarrier();
  z[id.x] = sum;
}
`;
  const texts = made(source, wgslEdits(source, new Set(['SET'])));

  test.each([
    ['OWN = 5u', 'OWN = 6u'],
    ['id.x >= args.n', 'id.x > args.n'],
    ['if (id.x >= args.n)', 'if (!(id.x >= args.n))'],
    ['if (id.x >= args.n) { return; }', ''],
    ['0.0', '1.0'],
    ['i < args.k', 'i <= args.k'],
    ['].w', '].z'],
    ['x[i]', 'x[i + 1]'],
    [' * bitcast<f32>(y[i + 1u])', ' '],
    ['- min(a, f(b, 2.5))', ''],
    ['min(a', 'max(a'],
    ['f(b, 2.5)', 'f(2.5, b)'],
    ['2.5', '2.625'],
    ['  workgroupBarrier();', '  '],
    ['sum += x', 'sum = x'],
    ['z[id.x] = sum;', ';'],
  ])('%s becomes %s', (from, to) => {
    expect(source.split(from).length).toBeGreaterThan(1);
    expect(texts).toContain(source.replace(from, to));
  });

  test('comments, bindings, types, attributes, the step of a loop and what a wrapper sets stay', () => {
    const fixed = [
      '// 1 + 2\nconst SET = 4u;\n',
      'struct Args { n: u32, k: u32 }\n@group(0) @binding(1) var<storage, read> x: array<vec4f, 6>; /* 7 < 8 */\n',
      '@compute @workgroup_size(WG)\nfn main(@builtin(local_invocation_id) id: vec3u) {\n',
      '; i += 3u) {',
    ];
    for (const text of texts) for (const part of fixed) expect(text).toContain(part);
    expect(texts.filter((t) => /bitcast(?!<f32>)/.test(t))).toEqual([]);
  });
});

test.each([
  ['0', ['1']],
  ['1', ['2', '0']],
  ['4', ['5', '3', '8']],
  ['1_000', ['1001', '999', '2000', '1050']],
  ['0xff', ['0x100', '0xfe', '0x1fe', '0x10c']],
  ['3n', ['4n', '2n', '6n']],
  ['16u', ['17u', '15u', '32u']],
  ['0.0', ['1.0']],
  ['1.0', ['0.0', '2.0', '1.05']],
  ['1.003', ['1.05315', '2.006', '2.003']],
  ['1e-9', ['1.05e-9', '2e-9', '1.000000001']],
])('numbers beside %s', (literal, others) => {
  expect(otherNumbers(literal)).toEqual(others);
});

describe('the areas', () => {
  test('patterns', () => {
    expect(matches('src/a/**/*.ts', 'src/a/b.ts')).toBe(true);
    expect(matches('src/a/**/*.ts', 'src/a/c/d/b.ts')).toBe(true);
    expect(matches('src/a/*.ts', 'src/a/c/b.ts')).toBe(false);
    expect(matches('src/{a,b}.test.ts', 'src/b.test.ts')).toBe(true);
    expect(matches('src/a.ts', 'src/abts')).toBe(false);
  });

  test.each(Object.entries(areas))('%s has files, and tests beside them', (_, area) => {
    const files = filesOf(area, paths);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((f) => f.includes('.test.'))).toEqual([]);
    expect(testsOf(area.shaders?.near ?? area.near ?? [], paths).length).toBeGreaterThan(0);
    if (area.shaders) expect(testsOf([area.shaders.wrappers], paths).length).toBeGreaterThan(5);
  });

  test('no file is in two', () => {
    const all = Object.values(areas).flatMap((area) => filesOf(area, paths));
    expect(new Set(all).size).toBe(all.length);
  });

  test.each(Object.entries(areas))(
    '%s: every kind of edit is found; mutants parse, and can be planted again',
    (_, area) => {
      const files = filesOf(area, paths);
      const mutants = files.flatMap((f) => [...mutantsOf(f, read(f))]);
      expect(kinds(mutants.map((m) => m.edit)).size).toBeGreaterThanOrEqual(7);
      // Some of the thousands, spread evenly.
      const some = mutants.filter((_m, i) => i % Math.ceil(mutants.length / 60) === 0);
      for (const { file, edit, text } of some) {
        const where = `${file}: ${JSON.stringify(edit)}`;
        const source = read(file);
        expect(planted(source, described(source, edit)), where).toBe(text());
        if (file.endsWith('.ts')) expect(syntaxErrors(text()), where).toEqual([]);
        else expect(unbalanced(text()), where).toEqual(unbalanced(source));
      }
    },
  );
});

/** What the parser objects to; of the compiler's own fields, but fifty times as quick as a whole compilation. */
const syntaxErrors = (text: string) =>
  (
    ts.createSourceFile('m.ts', text, ts.ScriptTarget.ESNext) as unknown as {
      parseDiagnostics: readonly ts.DiagnosticWithLocation[];
    }
  ).parseDiagnostics.map((d) => d.messageText);
/** Brackets that are left when pairs are taken out, again and again. */
function unbalanced(text: string): string {
  let left = text.replace(/\/\/.*$/gm, '').replace(/[^()[\]{}]/g, '');
  for (let before = ''; before !== left;) {
    before = left;
    left = left.replace(/\(\)|\[\]|\{\}/g, '');
  }
  return left;
}

describe('the list of equivalent mutants', () => {
  const entries = JSON.parse(read('scripts/faults/equivalent.json')) as readonly Entry[];

  test.each(entries)('$file: $reason: is still a mutant', (entry) => {
    const source = read(entry.file);
    const { texts, stale } = equivalents([entry], entry.file, source);
    expect(stale).toEqual([]);
    expect(mutantsOf(entry.file, source).map((m) => m.text())).toContain([...texts][0]);
  });

  test('what moved is recognised, what changed is stale', () => {
    const entry = { file: 'f.ts', find: 'x + 0', replace: 'x', reason: 'adds nothing' };
    expect([...equivalents([entry], 'f.ts', 'a;\nb = x + 0;\n').texts]).toEqual(['a;\nb = x;\n']);
    expect(equivalents([entry], 'f.ts', 'b = x + 1;').stale).toEqual([entry]);
    expect(equivalents([entry], 'f.ts', 'b = x + 0;\nc = x + 0;').stale).toEqual([entry]);
    expect(equivalents([entry], 'g.ts', 'b = x + 0;').texts.size).toBe(0);
  });
});
