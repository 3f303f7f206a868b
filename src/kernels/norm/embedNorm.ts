import lib from '../../../shaders/lib/embedding.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import {
  type Call,
  createKernel,
  grid1d,
  type Grid,
  type Kernel,
  type Resource,
  type Source,
} from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { choose } from '../choose.ts';

const tree = () => import('../../../shaders/norm/embed_norm.1.tree.wgsl?raw');
const lanes = () => import('../../../shaders/norm/embed_norm.2.lanes.wgsl?raw');

export interface EmbedNormOptions {
  /** Of the token embedding; layouts in math/weightFormat.ts. */
  readonly format: WeightFormat;
  readonly kind: 'layernorm' | 'rmsnorm';
  /** True when a learned position embedding is added. */
  readonly position: boolean;
  readonly bias: boolean;
}
export interface EmbedNormArgs {
  readonly rows: number;
  /** A multiple of 4; of 32 for int4. */
  readonly width: number;
  readonly epsilon: number;
  /**
   * The bound piece of the embedding holds tokens firstRow … firstRow + chunkRows − 1; rows with other tokens are left
   * alone.
   */
  readonly firstRow?: number;
  readonly chunkRows: number;
}
type Bindings = {
  rows: 'read';
  table: 'read';
  scales: 'read';
  positions: 'read';
  weight: 'read';
  bias: 'read';
  x: 'read_write';
  y: 'read_write';
};

const source = (wgsl: Source, grid: (rows: number) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.tree': source(tree, (rows) => grid1d(rows, 1)),
  '2.lanes': source(lanes, (rows) => grid1d(rows, 4)),
} as const;
export type EmbedNormVersion = keyof typeof versions;

export interface EmbedNorm {
  readonly label: string;
  /**
   * rows: vec4u (token, slot, position, 0) per row. positions is f32 (context, width). scales are of int8 and int4
   * alone.
   */
  call(
    resources: {
      readonly rows: Resource;
      readonly table: Resource;
      readonly scales?: Resource;
      readonly positions?: Resource;
      readonly weight: Resource;
      readonly bias?: Resource;
      readonly x: Resource;
      readonly y: Resource;
    },
    args: EmbedNormArgs,
    slots: UniformSlots,
    reuse?: number,
  ): Call;
}

export async function createEmbedNormVersion(
  ctx: GpuContext,
  version: EmbedNormVersion,
  options: EmbedNormOptions,
): Promise<EmbedNorm> {
  const { wgsl, grid } = versions[version];
  const { format, kind, position, bias } = options;
  const kernel: Kernel<Bindings, EmbedNormArgs> = await createKernel(ctx, {
    label: `embed_norm.${version}`,
    wgsl,
    libs: [lib],
    bindings: {
      rows: 'read',
      table: 'read',
      scales: 'read',
      positions: 'read',
      weight: 'read',
      bias: 'read',
      x: 'read_write',
      y: 'read_write',
    },
    argBytes: 20,
    consts: {
      FORMAT: `${weightFormats.indexOf(format)}u`,
      HAS_POSITION: String(position),
      RMS: String(kind === 'rmsnorm'),
      HAS_BIAS: String(bias),
    },
    pack(write, a: EmbedNormArgs) {
      const unit = format === 'int4' ? 32 : 4;
      if (a.width % unit !== 0)
        throw new RangeError(`embed_norm of ${format} needs a width in multiples of ${unit}, not ${a.width}`);
      write.u32(a.rows, a.width, a.firstRow ?? 0, a.chunkRows).f32(a.epsilon);
    },
    grid: (a) => grid(a.rows),
  });
  const needs = { scales: format === 'int8' || format === 'int4', positions: position, bias };
  return {
    label: kernel.label,
    call(resources, ...rest) {
      for (const name of ['scales', 'positions', 'bias'] as const)
        if (needs[name] && !resources[name]) throw new Error(`embed_norm (${format}): no buffer for '${name}'`);
      // an absent one is never read
      const { scales = resources.table, positions = resources.weight, bias: b = resources.weight } = resources;
      return kernel.call({ ...resources, scales, positions, bias: b }, ...rest);
    },
  };
}

/**
 * x[r] = token_embedding[token r] (+ position_embedding[position r]); y = norm(x). Reference:
 * src/math/reference/embedNorm.ts.
 */
export const createEmbedNorm = (ctx: GpuContext, options: EmbedNormOptions) =>
  createEmbedNormVersion(ctx, choose(ctx, 'embed_norm'), options);
