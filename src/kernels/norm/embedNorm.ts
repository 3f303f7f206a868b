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
import { columnsMultiple, type MatrixFormat, weightBytes, weightFormats } from '../../core/weightFormat.ts';
import { choose } from '../choose.ts';
import { blockSources, madeFormat } from '../linear/weightMatrix.ts';

const blocks = () => import('../../../shaders/lib/embedding.blocks.wgsl?raw');
const tree = () => import('../../../shaders/norm/embed_norm.1.tree.wgsl?raw');
const lanes = () => import('../../../shaders/norm/embed_norm.2.lanes.wgsl?raw');

export interface EmbedNormOptions {
  /** Of the token embedding; layouts in core/weightFormat.ts. */
  readonly format: MatrixFormat;
  readonly kind: 'layernorm' | 'rmsnorm';
  /** True when a learned position embedding is added. */
  readonly position: boolean;
  readonly bias: boolean;
}
export interface EmbedNormArgs {
  readonly rows: number;
  /** A multiple of 4; for int4 and GGUF's types of their blocks. */
  readonly width: number;
  readonly epsilon: number;
  /** On the token's embedding; 1 by default. */
  readonly scale?: number;
  /**
   * The bound piece of the embedding holds tokens firstRow … firstRow + chunkRows − 1; rows with other tokens are left
   * alone.
   */
  readonly firstRow?: number;
  readonly chunkRows: number;
}
type Bindings = {
  w: 'read';
  scales: 'read';
  rows: 'read';
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
   * rows: vec4u (token, slot, position, 0) per row. positions is f32 (context, width). scales where the format has any.
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
  const made = madeFormat(format);
  const kernel: Kernel<Bindings, EmbedNormArgs> = await createKernel(ctx, {
    label: `embed_norm.${version}`,
    wgsl,
    libs: made ? [lib] : [...blockSources(format as Parameters<typeof blockSources>[0]), blocks],
    bindings: {
      w: 'read',
      scales: 'read',
      rows: 'read',
      positions: 'read',
      weight: 'read',
      bias: 'read',
      x: 'read_write',
      y: 'read_write',
    },
    argBytes: 24,
    consts: {
      FORMAT: `${made ? weightFormats.indexOf(made) : 0}u`,
      HAS_POSITION: String(position),
      RMS: String(kind === 'rmsnorm'),
      HAS_BIAS: String(bias),
    },
    pack(write, a: EmbedNormArgs) {
      const unit = made && made !== 'int4' ? 4 : columnsMultiple(format);
      if (a.width % unit !== 0)
        throw new RangeError(`embed_norm of ${format} needs a width in multiples of ${unit}, not ${a.width}`);
      write.u32(a.rows, a.width, a.firstRow ?? 0, a.chunkRows).f32(a.epsilon, a.scale ?? 1);
    },
    grid: (a) => grid(a.rows),
  });
  const needs = { scales: weightBytes(format, 1, 256).scales > 0, positions: position, bias };
  return {
    label: kernel.label,
    call(resources, ...rest) {
      for (const name of ['scales', 'positions', 'bias'] as const)
        if (needs[name] && !resources[name]) throw new Error(`embed_norm (${format}): no buffer for '${name}'`);
      // an absent one is never read
      const { table: w, ...others } = resources;
      const { scales = w, positions = others.weight, bias: b = others.weight } = others;
      return kernel.call({ ...others, w, scales, positions, bias: b }, ...rest);
    },
  };
}

/**
 * x[r] = scale·token_embedding[token r] (+ position_embedding[position r]); y = norm(x). Reference:
 * src/math/reference/embedNorm.ts.
 */
export const createEmbedNorm = (ctx: GpuContext, options: EmbedNormOptions) =>
  createEmbedNormVersion(ctx, choose(ctx, 'embed_norm'), options);
