import { describe, expect, test } from 'vitest';
import type { DeviceInfo } from '../gpu/device.ts';
import { factsOf, kernelVersions, type KernelFamily, needsOf } from '../core/kernelVersions.ts';
import { type Source, sourceText } from '../gpu/kernel.ts';
import { versions as attention } from './attention/attention.ts';
import { versions as conv2d } from './conv/conv2d.ts';
import { versions as attentionDecode } from './attention/attentionDecode.ts';
import { versions as attentionPrefill } from './attention/attentionPrefill.ts';
import { versions as crossAttention } from './attention/crossAttention.ts';
import { byTable, choose, availableVersions } from './choose.ts';
import { versions as embedNorm } from './norm/embedNorm.ts';
import { versions as empiricalDenoiser } from './density/empiricalDenoiser.ts';
import { versions as groupCombine } from './norm/groupNorm.ts';
import { versions as layernorm } from './norm/layernorm.ts';
import { versions as linearMatmul } from './linear/linearMatmul.ts';
import { versions as matmul } from './linear/matmul.ts';
import { versions as residualNorm } from './norm/residualNorm.ts';
import { versions as ropeAppend } from './linear/ropeAppend.ts';
import { versions as rowDots } from './linear/rowDots.ts';
import { versions as softmax } from './reduce/softmax.ts';
import { versions as topk } from './sampling/topk.ts';

const info = (isSoftware: boolean, features: readonly string[] = []): DeviceInfo => ({
  vendor: 'x',
  architecture: 'y',
  description: 'z',
  isSoftware,
  features: new Set(features),
  language: new Set(),
  limits: {} as GPUSupportedLimits,
  subgroupMin: 0,
  subgroupMax: 0,
});
const families = Object.keys(kernelVersions) as KernelFamily[];

/** What of a wrapper's row is looked at here: its shader, or the part of one, and directives that it brings. */
interface Row {
  readonly wgsl?: Source;
  readonly lib?: Source;
  readonly enables?: readonly string[];
}
const wrappers: Readonly<Record<KernelFamily, Readonly<Record<string, object>>>> = {
  matmul,
  conv2d,
  attention,
  softmax,
  layernorm,
  group_combine: groupCombine,
  topk,
  empirical_denoiser: empiricalDenoiser,
  residual_norm: residualNorm,
  embed_norm: embedNorm,
  attention_prefill: attentionPrefill,
  attention_decode: attentionDecode,
  cross_attention: crossAttention,
  row_dots: rowDots,
  linear_matmul: linearMatmul,
  rope_append: Object.fromEntries(ropeAppend.map((v) => [v, {}])),
};

describe.each(families)('%s', (family) => {
  test('names the versions that its wrapper has, and needs what their shaders ask for', async () => {
    expect(factsOf(family).map(([id]) => id)).toEqual(Object.keys(wrappers[family]));
    for (const [version, row] of Object.entries<Row>(wrappers[family])) {
      const source = row.wgsl ?? row.lib;
      if (!source) continue;
      const code = await sourceText(version, source);
      const asked = [...code.matchAll(/^(?:enable|requires) (\w+);/gm)].map((m) => m[1]!).concat(row.enables ?? []);
      // An extension's features are spelt with dashes.
      const needs = needsOf(family, version).map((n) => n.replaceAll('-', '_'));
      expect(needs, version).toEqual(expect.arrayContaining(asked));
      expect(asked.includes('subgroups'), version).toBe(needs.includes('subgroups'));
    }
  });
  test('has a version for a bare software adapter and for bare hardware', () => {
    for (const software of [true, false]) expect(needsOf(family, byTable(info(software), family))).toEqual([]);
  });
  test('runs the measured or overriding version, where the device can', () => {
    for (const [version, { needs = [] }] of factsOf(family)) {
      expect(choose({ info: info(true, needs), versions: { [family]: version } }, family)).toBe(version);
      if (needs.length > 0)
        expect(choose({ info: info(true), versions: { [family]: version } }, family)).toBe(byTable(info(true), family));
    }
    expect(choose({ info: info(true), versions: { [family]: 'nonsense' } }, family)).toBe(byTable(info(true), family));
    expect(choose({ info: info(true), versions: { [family]: 'toString' } }, family)).toBe(byTable(info(true), family));
  });
});

// A version that is chosen anywhere changes this test too: where it runs is worth saying twice.
test('the table, on software, on bare hardware and on hardware with subgroups', () => {
  const chosen = (i: DeviceInfo) => Object.fromEntries(families.map((f) => [f, byTable(i, f)]));
  expect(chosen(info(true))).toEqual({
    matmul: '3.registers',
    linear_matmul: '3.registers',
    conv2d: '1.naive',
    row_dots: '5.steps',
    attention: '4.blocks',
    attention_prefill: '4.blocks',
    attention_decode: '2.lanes',
    cross_attention: '1.naive',
    softmax: '2.lanes',
    layernorm: '2.lanes',
    group_combine: '1.lanes',
    residual_norm: '2.lanes',
    embed_norm: '2.lanes',
    topk: '2.lanes',
    rope_append: '2.heads',
    empirical_denoiser: '1.registers',
  });
  expect(chosen({ ...info(true), architecture: 'swiftshader' })).toMatchObject({
    matmul: '3.registers',
    attention: '5.blocks16',
    attention_prefill: '3.registers',
  });
  expect(chosen({ ...info(true, ['subgroups']), architecture: 'swiftshader' })).toMatchObject({ row_dots: '6.handed' });
  expect(chosen(info(true, ['subgroups', 'subgroup_id']))).toMatchObject({
    matmul: '5.quad',
    attention: '6.subgroup',
    attention_prefill: '6.subgroup',
    cross_attention: '2.subgroup',
    linear_matmul: '4.quad',
    conv2d: '2.quad',
    row_dots: '7.groups',
  });
  expect(chosen(info(true, ['subgroups', 'subgroup_id', 'subgroups-of-8']))).toMatchObject({
    matmul: '11.octet',
    linear_matmul: '5.octet',
    conv2d: '3.octet',
  });
  // Lavapipe's own word for its architecture; what counts is whether it is treated as software.
  expect(chosen({ ...info(false), architecture: 'software' })).toEqual(chosen(info(false)));
  const hardware = {
    matmul: '2.tiled',
    linear_matmul: '2.tiled',
    conv2d: '5.split',
    row_dots: '3.tree',
    attention: '2.flash',
    attention_prefill: '2.flash',
    attention_decode: '1.workgroup',
    cross_attention: '3.flash',
    softmax: '1.tree',
    layernorm: '1.tree',
    group_combine: '2.tree',
    residual_norm: '1.tree',
    embed_norm: '1.tree',
    topk: '1.workgroup',
    rope_append: '1.pairs',
    empirical_denoiser: '2.flash',
  };
  expect(chosen(info(false))).toEqual(hardware);
  expect(chosen(info(false, ['subgroups', 'subgroup_id', 'subgroups-of-8']))).toEqual({
    ...hardware,
    softmax: '3.subgroup',
    layernorm: '3.subgroup',
    residual_norm: '3.subgroup',
    row_dots: '4.subgroup',
  });
});

test('availableVersions keeps what the device can run, and says what it cannot', () => {
  expect(availableVersions(info(false), { matmul: '1.naive', softmax: '3.subgroup' })).toEqual({
    versions: { matmul: '1.naive' },
    refused: [
      'softmax 3.subgroup needs subgroups, subgroup_id, which this device lacks; the version chosen for it runs instead',
    ],
  });
});
