import { expect, test } from 'vitest';
import type { DeviceInfo } from '../gpu/device.ts';
import { choose, table } from './choose.ts';

const info = (isSoftware: boolean, features: readonly string[] = []): DeviceInfo =>
  ({ vendor: 'x', architecture: 'y', description: 'z', isSoftware, features: new Set(features), language: new Set(), limits: {} as GPUSupportedLimits, subgroupMin: 0, subgroupMax: 0 });

test('every kernel has a version for a bare software adapter without workgroup memory, and one for bare hardware', () => {
  const chosen = (i: DeviceInfo) => Object.fromEntries(Object.entries(table).map(([name, choices]) => [name, choose<string>(i, choices)]));
  expect(chosen(info(true))).toEqual({ matmul: '3.registers', attention: '3.registers', softmax: '2.lanes', empirical_denoiser: '1.registers', layernorm: '2.lanes', residual_norm: '2.lanes', embed_norm: '2.lanes', attention_prefill: '3.registers', attention_decode: '2.lanes', topk: '2.lanes', row_dots: '2.lanes', linear_matmul: '3.registers', rope_append: '2.heads' });
  expect(chosen(info(false))).toEqual({ matmul: '2.tiled', attention: '2.flash', softmax: '1.tree', empirical_denoiser: '2.flash', layernorm: '1.tree', residual_norm: '1.tree', embed_norm: '1.tree', attention_prefill: '2.flash', attention_decode: '1.workgroup', topk: '1.workgroup', row_dots: '3.tree', linear_matmul: '2.tiled', rope_append: '1.pairs' });
});

test('the first choice whose needs are met wins; none is an error', () => {
  const choices = [{ version: 'a', on: 'any', needs: ['subgroups'] }, { version: 'b', on: 'hardware' }] as const;
  expect(choose(info(true, ['subgroups']), choices)).toBe('a');
  expect(choose(info(false), choices)).toBe('b');
  expect(() => choose(info(true), choices)).toThrow('no version');
});
