import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Source } from '../../gpu/kernel.ts';
import { choose } from '../choose.ts';

const tree = () => import('../../../shaders/norm/layernorm.1.tree.wgsl?raw');
const lanes = () => import('../../../shaders/norm/layernorm.2.lanes.wgsl?raw');
const subgroup = () => import('../../../shaders/norm/layernorm.3.subgroup.wgsl?raw');

export interface LayernormArgs {
  readonly rows: number;
  readonly dim: number;
  readonly eps?: number;
  /**
   * adaLN: row (r / rowsPerMod) of `mod`, `row` elements apart, holds shift and scale at these elements. Without it,
   * plain LN.
   */
  readonly mod?: {
    readonly row: number;
    readonly rowsPerMod: number;
    readonly shiftAt: number;
    readonly scaleAt: number;
  };
}
/** Without modulation bind any read-only buffer as `mod`, `x` for one. */
export type LayernormBindings = { x: 'read'; mod: 'read'; y: 'read_write' };

const source = (wgsl: Source, grid: (rows: number) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.tree': source(tree, (rows) => grid1d(rows, 1)),
  '2.lanes': source(lanes, (rows) => grid1d(rows, 16)),
  '3.subgroup': source(subgroup, (rows) => [Math.min(1024, Math.ceil(rows / 4))]),
} as const;
export type LayernormVersion = keyof typeof versions;

export function createLayernormVersion(
  ctx: GpuContext,
  version: LayernormVersion,
): Promise<Kernel<LayernormBindings, LayernormArgs>> {
  const { wgsl, grid } = versions[version];
  return createKernel(ctx, {
    label: `layernorm.${version}`,
    wgsl,
    requires: needsOf('layernorm', version),
    bindings: { x: 'read', mod: 'read', y: 'read_write' },
    argBytes: 32,
    pack(write, { rows, dim, mod, eps = 1e-6 }: LayernormArgs) {
      if (version !== '1.tree' && !fitsVec4({ dim, ...(mod && { mod }) }))
        throw new RangeError(`layernorm.${version} needs dim and offsets in multiples of 4`);
      write
        .u32(rows, dim, mod?.rowsPerMod ?? 1, mod?.row ?? 0, mod?.shiftAt ?? 0, mod?.scaleAt ?? 0, mod ? 1 : 0)
        .f32(eps);
    },
    grid: (a) => grid(a.rows),
  });
}

const fitsVec4 = ({ dim, mod }: Pick<LayernormArgs, 'dim' | 'mod'>) =>
  [dim, mod?.row ?? 0, mod?.shiftAt ?? 0, mod?.scaleAt ?? 0].every((v) => v % 4 === 0);

/** y = LN(x)·(1 + scale) + shift. Reference: src/math/reference/norm.ts. */
export async function createLayernorm(ctx: GpuContext): Promise<Kernel<LayernormBindings, LayernormArgs>> {
  const [fast, any] = await Promise.all([
    createLayernormVersion(ctx, choose(ctx, 'layernorm')),
    createLayernormVersion(ctx, '1.tree'),
  ]);
  return {
    label: fast.label,
    call: (resources, args, slots, reuse) => (fitsVec4(args) ? fast : any).call(resources, args, slots, reuse),
  };
}
