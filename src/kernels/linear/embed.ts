import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/linear/embed.wgsl?raw');

export interface EmbedArgs {
  readonly rows: number;
  readonly dim: number;
  readonly tableRows: number;
  /** Row stride of `base`: 0 adds one shared row to all. */
  readonly baseRow: number;
  /** First element of `ids`. */
  readonly idsAt?: number;
}

/** y[r] = act(base[r] + table[ids[r]]); ids is a buffer of u32. An id past the table reads its last row. */
export const createEmbed = (ctx: GpuContext, { activation = 'none' }: { readonly activation?: 'none' | 'silu' } = {}) =>
  createKernel(ctx, {
    label: 'embed',
    wgsl,
    bindings: { ids: 'read', table: 'read', base: 'read', y: 'read_write' },
    argBytes: 20,
    consts: { ACTIVATION: activation === 'silu' ? '1u' : '0u' },
    pack: (write, a: EmbedArgs) => void write.u32(a.rows, a.dim, a.baseRow, a.tableRows, a.idsAt ?? 0),
    grid: (a) => grid1d(a.rows * a.dim, 64),
  });
