import type { DeviceInfo } from '../gpu/device.ts';
import { supports } from '../gpu/kernel.ts';

/**
 * Which version of a kernel runs where. Software adapters: no workgroup memory, no barriers (they cost as much as storage
 * and more). Real GPUs: tiles in workgroup memory. `needs` is checked, in order; the last entry needs nothing.
 */
interface Choice<V extends string> { readonly version: V; readonly on: 'software' | 'hardware' | 'any'; readonly needs?: readonly string[] }

export function choose<V extends string>(info: DeviceInfo, choices: readonly Choice<V>[]): V {
  const kind = info.isSoftware ? 'software' : 'hardware';
  const found = choices.find((c) => (c.on === 'any' || c.on === kind) && supports(info, c.needs));
  if (!found) throw new Error('no version of this kernel suits the device');
  return found.version;
}

/** What the subgroup versions of row reductions need; they assume no subgroup size. Why matmul's is not here: docs/decisions/0006. */
const SUBGROUPS = ['subgroups', 'subgroup_id'] as const;

export const table = {
  matmul: [
    { version: '3.registers', on: 'software' },
    { version: '2.tiled', on: 'any' },
  ],
  attention: [
    { version: '3.registers', on: 'software' },
    { version: '2.flash', on: 'any' },
  ],
  softmax: [
    { version: '2.lanes', on: 'software' },
    { version: '3.subgroup', on: 'hardware', needs: SUBGROUPS },
    { version: '1.tree', on: 'any' },
  ],
  empirical_denoiser: [
    { version: '1.registers', on: 'software' },
    { version: '2.flash', on: 'any' },
  ],
  layernorm: [
    { version: '2.lanes', on: 'software' },
    { version: '3.subgroup', on: 'hardware', needs: SUBGROUPS },
    { version: '1.tree', on: 'any' },
  ],
  residual_norm: [
    { version: '2.lanes', on: 'software' },
    { version: '3.subgroup', on: 'hardware', needs: SUBGROUPS },
    { version: '1.tree', on: 'any' },
  ],
  embed_norm: [
    { version: '2.lanes', on: 'software' },
    { version: '1.tree', on: 'any' },
  ],
  attention_prefill: [
    { version: '3.registers', on: 'software' },
    { version: '2.flash', on: 'any' },
  ],
  attention_decode: [
    { version: '2.lanes', on: 'software' },
    { version: '1.workgroup', on: 'any' },
  ],
  topk: [
    { version: '2.lanes', on: 'software' },
    { version: '1.workgroup', on: 'any' },
  ],
  // matvec, gate_up and qkv_append (rowDots.ts)
  row_dots: [
    { version: '2.lanes', on: 'software' },
    { version: '4.subgroup', on: 'hardware', needs: SUBGROUPS },
    { version: '3.tree', on: 'any' },
  ],
  linear_matmul: [
    { version: '3.registers', on: 'software' },
    { version: '2.tiled', on: 'any' },
  ],
  rope_append: [
    { version: '2.heads', on: 'software' },
    { version: '1.pairs', on: 'any' },
  ],
} as const satisfies Record<string, readonly Choice<string>[]>;
