import { expect, test } from 'vitest';
import { isVersionOf, kernelVersions, type KernelFamily, retiredVersions } from '../../core/kernelVersions.ts';
import type { Refusal } from '../../core/refusal.ts';
import { formatKernelChoices, parseKernelChoices } from './kernelChoices.ts';

const parse = (text: string) => {
  const refusals: Refusal[] = [];
  return { choices: parseKernelChoices(text, refusals), refusals };
};

test('every family and version goes there and back, in one order', () => {
  const all = Object.entries(kernelVersions).map(([f, versions]) => `${f}:${Object.keys(versions).at(-1)}`);
  expect(parse([...all].reverse().join(',')).refusals).toEqual([]);
  expect(formatKernelChoices(parse([...all].reverse().join(',')).choices)).toBe(all.join(','));
  expect(formatKernelChoices({})).toBe('');
});

test('a link that names a retired version says so, and runs what the device chooses', () => {
  const retired = Object.entries(retiredVersions).flatMap(([f, versions]) => versions.map((v) => [f, v] as const));
  expect(retired.length).toBeGreaterThan(0);
  for (const [family, version] of retired) {
    expect(isVersionOf(family as KernelFamily, version)).toBe(false);
    const { choices, refusals } = parse(`${family}:${version}`);
    expect(choices).toEqual({});
    expect(refusals.map((r) => r.because)).toEqual([
      `${version} was retired; ${family} has the versions ${Object.keys(kernelVersions[family as KernelFamily]).join(', ')}`,
    ]);
  }
});

test('what cannot be read is refused in words and the rest is kept', () => {
  const { choices, refusals } = parse(
    'matmul:9.magic,__proto__:1,softmax:toString,matmul:1.naive,matmul:2.tiled,row_dots,,topk:2.lanes',
  );
  expect(choices).toEqual({ matmul: '1.naive', topk: '2.lanes' });
  expect(refusals.map((r) => r.value)).toEqual([
    'matmul:9.magic',
    '__proto__:1',
    'softmax:toString',
    'matmul:2.tiled',
    'row_dots',
  ]);
  expect(refusals[0]!.because).toContain('1.naive, 2.tiled');
});
