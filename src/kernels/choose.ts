import type { DeviceInfo, GpuContext } from '../gpu/device.ts';
import { supports } from '../gpu/kernel.ts';
import { isVersionOf, type KernelChoices, type KernelFamily, needsOf, type VersionOf } from '../core/kernelVersions.ts';

/**
 * Which version of a kernel runs where nothing was measured. Software adapters: no workgroup memory, no barriers (they
 * cost as much as storage and more). Real GPUs: tiles in workgroup memory. What a version needs is checked, in order;
 * the last entry needs nothing.
 */
interface Choice<V extends string> {
  readonly version: V;
  readonly on: 'swiftshader' | 'software' | 'hardware' | 'any';
}

/**
 * Subgroup versions of row reductions assume no subgroup size. Matmul's versions: docs/decisions/0006 and 0012;
 * attention's: 0013.
 */
export const table: { readonly [F in KernelFamily]: readonly Choice<VersionOf<F>>[] } = {
  matmul: [
    { version: '11.octet', on: 'software' },
    { version: '5.quad', on: 'software' },
    { version: '3.registers', on: 'software' },
    { version: '2.tiled', on: 'any' },
  ],
  attention: [
    { version: '6.subgroup', on: 'software' },
    { version: '5.blocks16', on: 'swiftshader' },
    { version: '4.blocks', on: 'software' },
    { version: '2.flash', on: 'any' },
  ],
  softmax: [
    { version: '2.lanes', on: 'software' },
    { version: '3.subgroup', on: 'hardware' },
    { version: '1.tree', on: 'any' },
  ],
  empirical_denoiser: [
    { version: '1.registers', on: 'software' },
    { version: '2.flash', on: 'any' },
  ],
  layernorm: [
    { version: '2.lanes', on: 'software' },
    { version: '3.subgroup', on: 'hardware' },
    { version: '1.tree', on: 'any' },
  ],
  residual_norm: [
    { version: '2.lanes', on: 'software' },
    { version: '3.subgroup', on: 'hardware' },
    { version: '1.tree', on: 'any' },
  ],
  embed_norm: [
    { version: '2.lanes', on: 'software' },
    { version: '1.tree', on: 'any' },
  ],
  attention_prefill: [
    // 5.blocks16 is a little quicker on long prompts, but takes 2.2 s to compile where this takes 0.8: the first token
    // waits for it.
    { version: '3.registers', on: 'swiftshader' },
    { version: '6.subgroup', on: 'software' },
    { version: '4.blocks', on: 'software' },
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
  // matvec, gate_up and qkv_append (rowDots.ts): docs/decisions/0014
  row_dots: [
    { version: '6.handed', on: 'swiftshader' },
    { version: '7.groups', on: 'software' },
    { version: '5.steps', on: 'software' },
    { version: '4.subgroup', on: 'hardware' },
    { version: '3.tree', on: 'any' },
  ],
  linear_matmul: [
    { version: '5.octet', on: 'software' },
    { version: '4.quad', on: 'software' },
    { version: '3.registers', on: 'software' },
    { version: '2.tiled', on: 'any' },
  ],
  rope_append: [
    { version: '2.heads', on: 'software' },
    { version: '1.pairs', on: 'any' },
  ],
};

/** The table's version for a device. */
export function byTable<F extends KernelFamily>(info: DeviceInfo, family: F): VersionOf<F> {
  // Mesa calls the architecture of its driver 'software': only this one name is taken from there.
  const kinds: readonly string[] = info.isSoftware
    ? [...(info.architecture === 'swiftshader' ? ['swiftshader'] : []), 'software', 'any']
    : ['hardware', 'any'];
  const found = table[family].find((c) => kinds.includes(c.on) && supports(info, needsOf(family, c.version)));
  if (!found) throw new Error(`no version of ${family} suits the device`);
  return found.version;
}

/** The version that was measured or ordered (`ctx.versions`), else the table's. */
export function choose<F extends KernelFamily>(ctx: Pick<GpuContext, 'info' | 'versions'>, family: F): VersionOf<F> {
  const wanted = ctx.versions[family];
  return isVersionOf(family, wanted) && supports(ctx.info, needsOf(family, wanted))
    ? wanted
    : byTable(ctx.info, family);
}

/** Of versions ordered by name, those that this device can run, and a sentence for each that it cannot. */
export function settle(
  info: DeviceInfo,
  wanted: KernelChoices,
): { readonly versions: KernelChoices; readonly refused: readonly string[] } {
  const versions: Record<string, string> = {};
  const refused: string[] = [];
  for (const [family, version] of Object.entries(wanted) as [KernelFamily, string][]) {
    const needs = needsOf(family, version).filter((n) => !supports(info, [n]));
    if (!isVersionOf(family, version)) refused.push(`${family} has no version '${version}'`);
    else if (needs.length > 0)
      refused.push(
        `${family} ${version} needs ${needs.join(', ')}, which this device lacks; the version chosen for it runs instead`,
      );
    else versions[family] = version;
  }
  return { versions, refused };
}
