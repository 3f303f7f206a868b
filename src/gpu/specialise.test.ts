import { expect, test } from 'vitest';
import { specialise } from './specialise.ts';

const wgsl =
  'alias Weight = f32;\nconst WG = 64u; // size\nconst N: u32 = 2u;\nfn f() { const WG2 = 1; }\n  const INNER = 3u;\n';

test('sets a const and an alias, keeping the trailing comment and the type', () => {
  expect(specialise(wgsl, { WG: '32u', Weight: 'f16', N: '5u' })).toBe(
    wgsl.replace('64u', '32u').replace('f32', 'f16').replace('N: u32 = 2u', 'N: u32 = 5u'),
  );
});

test('refuses a name that is absent, inside a function, or there twice', () => {
  expect(() => specialise(wgsl, { TILE: '8u' })).toThrow('found 0');
  expect(() => specialise(wgsl, { INNER: '8u' })).toThrow('found 0');
  expect(() => specialise(`${wgsl}const WG = 1u;\n`, { WG: '8u' })).toThrow('found 2');
});

test('a value with a dollar sign is taken literally', () => {
  expect(specialise('const A = 1u;', { A: '$&u' })).toBe('const A = $&u;');
});
