import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { KernelFamily } from '../core/kernelVersions.ts';
import { supports } from '../gpu/kernel.ts';
import { stripWgsl } from '../gpu/stripWgsl.ts';
import { freshContext, nodeContext, nullDevice } from '../gpu/testing.ts';
import { byTable } from './choose.ts';
import { createAttention } from './attention/attention.ts';
import { createEmpiricalDenoiser } from './density/empiricalDenoiser.ts';
import { createLayernorm } from './norm/layernorm.ts';
import { createLincomb } from './diffusion/lincomb.ts';
import { createLinear } from './linear/linear.ts';
import { createMatmul } from './linear/matmul.ts';
import { createSoftmax } from './reduce/softmax.ts';

const ctx = await nodeContext();
const root = fileURLToPath(new URL('../../shaders', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.wgsl'))
  .sort();
const source = (file: string) => readFileSync(join(root, file), 'utf8');
const libs = (code: string) => /^\/\/ uses: (.+)/.exec(code)?.[1]!.split(' ') ?? [];
const wrappers = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.ts') && !f.includes('.test.'))
  .map((f) => new URL(f, import.meta.url))
  .map((url) => ({ url, code: readFileSync(url, 'utf8') }));
type Wrapper = (typeof wrappers)[number];
/**
 * A wrapper with the kernel modules it imports: those that choose among lib files (weightMatrix.ts) name them there.
 */
const withImports = ({ url, code }: Wrapper): string =>
  [
    code,
    ...[...code.matchAll(/ from '(\.[\w./]+\.ts)'/g)].flatMap(([, specifier]) =>
      wrappers.filter((w) => w.url.href === new URL(specifier!, url).href).map(withImports),
    ),
  ].join('\n');

test('there are shaders, in families', () => {
  expect(files.length).toBeGreaterThan(25);
  expect(files.filter((f) => !f.includes('/'))).toEqual([]);
});

describe.each(files.filter((f) => !f.startsWith('lib/')))('%s', (file) => {
  const code = source(file);
  const stem = file
    .split('/')
    .at(-1)!
    .replace(/\.wgsl$/, '');
  const needs = ['subgroups', 'f16']
    .filter((f) => new RegExp(`^enable ${f};`, 'm').test(code))
    .map((f) => (f === 'f16' ? 'shader-f16' : f))
    .concat([...code.matchAll(/^requires (\w+);/gm)].map((m) => m[1]!));

  // No adapter at hand has it: Dawn alone says whether it is valid.
  const extension = /^enable (chromium_\w+);/m.exec(code)?.[1]!.replaceAll('_', '-');

  test.skipIf(!supports(ctx.info, needs) && !extension).each([
    ['as it stands', (text: string) => text],
    ['as the build strips it', stripWgsl],
  ])('compiles %s, with the lib files its first line lists', async (_, form) => {
    const whole = [code, ...libs(code).map(source)].map(form).join('\n');
    const device = extension ? await nullDevice(['subgroups', extension]) : ctx.device;
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: whole });
    const [info, error] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
    expect(info.messages.map((m) => `${m.lineNum}: ${m.message}`)).toEqual([]);
    expect(error).toBeNull();
  });

  test('one entry point, named as the file; a header that says what it computes; a wrapper that appends its libs', () => {
    expect([...code.matchAll(/@compute[^{]*?fn (\w+)/g)].map((m) => m[1])).toEqual([stem.split('.')[0]]);
    expect(code.startsWith('// ')).toBe(true);
    const users = wrappers.filter((w) => w.code.includes(`shaders/${file}?raw`));
    expect(users).toHaveLength(1);
    for (const lib of libs(code)) expect(withImports(users[0]!)).toContain(`shaders/${lib}?raw`);
  });
});

describe('the WebGPU floor: default limits, no optional feature', async () => {
  const floor = await freshContext({ floorLimits: true, without: ['subgroups', 'shader-f16', 'timestamp-query'] });
  afterAll(() => floor.destroy());
  test('every kernel with versions has one that compiles there', async () => {
    const kernels = await Promise.all([
      createMatmul(floor),
      createAttention(floor, { headDim: 32 }),
      createLayernorm(floor),
      createSoftmax(floor),
      createLincomb(floor),
      createEmpiricalDenoiser(floor),
      createLinear(floor, { format: 'int4', sizes: [1] }),
    ]);
    // Which versions these are is pinned in choose.test.ts.
    const chosen = (family: KernelFamily) => byTable(floor.info, family);
    expect(kernels.map((k) => k.label)).toEqual([
      `matmul.${chosen('matmul')}`,
      `attention.${chosen('attention')}`,
      `layernorm.${chosen('layernorm')}`,
      `softmax.${chosen('softmax')}`,
      'lincomb',
      `empirical_denoiser.${chosen('empirical_denoiser')}`,
      `matvec.${chosen('row_dots')} or linear_matmul.${chosen('linear_matmul')}`,
    ]);
    expect(floor.firstError).toBeUndefined();
  });
});
