import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stripWgsl } from './stripWgsl.ts';

describe('stripWgsl', () => {
  test('takes out line comments, the last without a newline, and lines that hold nothing else', () => {
    expect(stripWgsl('// what it is\nlet a = 1; // one\n\n   // two\nlet b = 2; // end')).toBe(
      'let a = 1;\nlet b = 2;\n',
    );
  });
  test('block comments nest, reach over lines, and part words', () => {
    expect(stripWgsl('let/* a /* b */ c */d = 1;/*\n/*\n*/ fn\n*/let e = 2;')).toBe('let d = 1; let e = 2;\n');
  });
  test('a mark inside a comment of the other kind is text', () => {
    expect(stripWgsl('a; // not /* opened\nb; /* not // ended\n */ c;')).toBe('a;\nb; c;\n');
  });
  test('products and divisions are no comments', () => {
    expect(stripWgsl('let a = b / c * d; let p = *q/ *r;')).toBe('let a = b / c * d; let p = *q/ *r;\n');
    expect(stripWgsl('a = b*/ c;')).toBe('a = b*/ c;\n');
  });
  test('runs of blanks become one; the first column stays the sign of module scope', () => {
    expect(stripWgsl('const  A:   u32 = 1u;\r\n\tconst B = 2u;\n    const C = 3u;  \n')).toBe(
      'const A: u32 = 1u;\n const B = 2u;\n const C = 3u;\n',
    );
  });
  test('a comment at the start of a line does not make code of module scope out of what follows it', () => {
    expect(stripWgsl('fn f() {\n  /* once */ const A = 1u;\n/* twice */ const B = 1u;\n}')).toBe(
      'fn f() {\n const A = 1u;\n const B = 1u;\n}\n',
    );
  });
  test('a comment without an end is refused', () => {
    expect(() => stripWgsl('a; /* b /* c */')).toThrow('never ends');
  });
});

const root = new URL('../../shaders/', import.meta.url);
test.each(readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.wgsl')))(
  '%s: the same tokens in the same order, and the same module-scope lines to rewrite',
  (file) => {
    const source = readFileSync(new URL(file, root), 'utf8');
    const code = stripWgsl(source);
    // Every comment of ours ends with its line, so that this second definition needs no nesting.
    expect(source).not.toContain('/*');
    const tokens = (text: string) => text.replace(/\/\/.*/g, '').match(/[\w.]+|[^\s\w]/g);
    expect(tokens(code)).toEqual(tokens(source));
    expect(code).not.toContain('//');
    const lines = (text: string) => text.match(/^(?:const|alias) \w+( *: *[\w<>]+)? = [^;]*;/gm);
    expect(lines(code)).toEqual(lines(source));
    expect(stripWgsl(code)).toBe(code);
  },
);
