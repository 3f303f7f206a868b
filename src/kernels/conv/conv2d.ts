import conv from '../../../shaders/lib/conv.wgsl?raw';
import pairsF16 from '../../../shaders/lib/pairs.f16.wgsl?raw';
import pairsF32 from '../../../shaders/lib/pairs.f32.wgsl?raw';
import pairsInt4 from '../../../shaders/lib/pairs.int4.wgsl?raw';
import pairsInt8 from '../../../shaders/lib/pairs.int8.wgsl?raw';
import picture from '../../../shaders/lib/picture.wgsl?raw';
import scalar from '../../../shaders/lib/picture_scalar.wgsl?raw';
import quads from '../../../shaders/lib/weights.f32.quads.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Grid, type Resource, type Source } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { choose } from '../choose.ts';
import { bindWeights, checkWeights, type WeightChunk, weightLib, type WeightMatrix } from '../linear/weightMatrix.ts';
import { createConvPrepare } from './convPrepare.ts';
import { type ConvArgs, dense, type Dense, isDirect, packConv, pixelsOf, type PictureCall } from './convArgs.ts';
import { createConvSums, splitsOf } from './convSums.ts';

const naive = () => import('../../../shaders/conv/conv2d.1.naive.wgsl?raw');
const quad = () => import('../../../shaders/conv/conv2d.2.quad.wgsl?raw');
const octet = () => import('../../../shaders/conv/conv2d.3.octet.wgsl?raw');
const tiled = () => import('../../../shaders/conv/conv2d.4.tiled.wgsl?raw');

const pairs: Readonly<Record<WeightFormat, string>> = {
  f32: pairsF32,
  f16: pairsF16,
  int8: pairsInt8,
  int4: pairsInt4,
};

interface Row {
  readonly wgsl: Source;
  /** Reads a picture within borders, which conv_prepare makes. */
  readonly bordered?: boolean;
  /** Shares the channels of few pixels out among workgroups. */
  readonly splits?: boolean;
  /** f16 weights stay f16 in workgroup memory. */
  readonly half?: boolean;
  readonly libs: (format: WeightFormat) => readonly Source[];
  readonly grid: (n: number, pixels: number, splits: number) => Grid;
}
const tiles = (more: Pick<Row, 'splits' | 'half'>): Row => ({
  wgsl: tiled,
  libs: (format) => [weightLib[format], picture, conv],
  grid: (n, pixels, splits) => [Math.ceil(n / 64), Math.ceil(pixels / 64), splits],
  ...more,
});
export const versions = {
  '1.naive': {
    wgsl: naive,
    libs: (format) => [weightLib[format], picture, scalar, conv],
    grid: (n, pixels) => grid1d(Math.ceil(n / 4) * pixels, 64),
  },
  '2.quad': {
    wgsl: quad,
    bordered: true,
    libs: (format) => [pairs[format], picture, conv],
    grid: (n, pixels) => grid1d(Math.ceil(n / 16) * Math.ceil(pixels / 24), 8),
  },
  '3.octet': {
    wgsl: octet,
    bordered: true,
    libs: (format) => [format === 'f32' ? quads : weightLib[format], picture, conv],
    grid: (n, pixels) => grid1d(Math.ceil(n / 32) * Math.ceil(pixels / 32), 4),
  },
  '4.tiled': tiles({}),
  '5.split': tiles({ splits: true }),
  '6.half': tiles({ splits: true, half: true }),
} as const satisfies Readonly<Record<string, Row>>;
export type Conv2dVersion = keyof typeof versions;

export interface Conv2dOptions {
  readonly format: WeightFormat;
  readonly version?: Conv2dVersion;
}

/** NHWC pictures in f32. What is read and what is written must lie in different buffers. */
export interface Conv2dResources {
  readonly x: Resource;
  /** Second input, its channels behind those of x. */
  readonly x2?: Resource;
  /** (samples, 2, channels): a and b of a·x + b, as group_combine writes them. */
  readonly norm?: Resource;
  /** One row, or one a sample (`biasRow` apart): a time step's shift with the layer's own bias in it. */
  readonly bias?: Resource;
  /** Of y's shape; added to it. */
  readonly residual?: Resource;
  readonly y: Resource;
  /** As many bytes as `scratchBytes` says. */
  readonly scratch?: Resource;
}

export interface Conv2d {
  readonly label: string;
  /** Of scratch memory that a call needs; 0: none. */
  scratchBytes(args: ConvArgs, outputs: number): number;
  calls(resources: Conv2dResources, weights: WeightMatrix, args: ConvArgs, slots: UniformSlots): Call[];
}

/**
 * y = W ∗ act(a·x + b) + bias [+ residual]: a convolution of NHWC pictures, weights as (outputs, taps·channels) rows
 * (convRows in convShape.ts). Reference: src/math/reference/conv.ts.
 */
export async function createConv2d(ctx: GpuContext, options: Conv2dOptions): Promise<Conv2d> {
  const version = options.version ?? choose(ctx, 'conv2d');
  const { bordered = false, splits = false }: Row = versions[version];
  if (bordered) return borderedConv(ctx, version, options.format);
  const [fast, any, sums] = await Promise.all([
    kernelOf(ctx, version, options.format),
    kernelOf(ctx, '1.naive', options.format),
    splits ? createConvSums(ctx) : undefined,
  ]);
  const label = `conv2d.${version}`;
  const readable = (d: Dense) => version === '1.naive' || d.channels.every((c) => c % 4 === 0);
  const share = (d: Dense, n: number) => (splits && readable(d) ? splitsOf(d, n) : { splits: 1, perSplit: 2 ** 31 });
  return {
    label,
    scratchBytes(args, outputs) {
      const d = dense(label, args, outputs);
      const { splits: count } = share(d, outputs);
      return count > 1 ? 4 * count * pixelsOf(d) * outputs : 0;
    },
    calls(resources, weights, args, slots) {
      const d = checked(label, resources, weights, args, options.format);
      const kernel = readable(d) ? fast : any;
      return weights.chunks.flatMap((chunk) => {
        const own = { ...share(d, chunk.rows), ...ends(resources, args) };
        if (own.splits === 1) return [kernel.call(bind(resources, chunk, resources.x), { d, chunk, ...own }, slots)];
        const partial = scratchOf(label, resources);
        const bound = bind({ ...resources, y: partial }, chunk, resources.x);
        return [
          kernel.call(bound, { d, chunk, ...own }, slots),
          sums!.call(
            // What is absent is never read; the inputs may share y's memory, and are not bound.
            { partial, bias: resources.bias ?? partial, residual: resources.residual ?? partial, y: resources.y },
            { d, chunk, ...own },
            slots,
          ),
        ];
      });
    },
  };
}

/** A version that reads a picture within borders: its own copy in scratch memory, or as it lies where nothing is to do. */
async function borderedConv(ctx: GpuContext, version: Conv2dVersion, format: WeightFormat): Promise<Conv2d> {
  const label = `conv2d.${version}`;
  const [kernel, prepare] = await Promise.all([kernelOf(ctx, version, format), createConvPrepare(ctx)]);
  return {
    label,
    scratchBytes: (args, outputs) => prepare.bytes(dense(label, args, outputs)),
    calls(resources, weights, args, slots) {
      const d = checked(label, resources, weights, args, format);
      const all = ends(resources, args);
      if (!isDirect(d)) {
        const scratch = scratchOf(label, resources);
        // What only the preparation reads is not bound again: it may share y's memory.
        const { x, x2 = x, norm = x, ...rest } = resources;
        const bound = (chunk: WeightChunk) => bind({ ...rest, x: scratch }, chunk, scratch);
        return [
          prepare.call({ x, x2, norm, y: scratch }, d, slots),
          ...weights.chunks.map((chunk) => kernel.call(bound(chunk), { d, chunk, ...all }, slots)),
        ];
      }
      // One input after the other, the second's products added to the first's.
      const inputs = d.channels.map((_, i) => (i === 0 ? resources.x : resources.x2!));
      const final = inputs.length - 1;
      return weights.chunks.flatMap((chunk) =>
        inputs.map((x, i) => {
          const own = {
            hasBias: all.hasBias && i === 0,
            hasResidual: all.hasResidual && i === 0,
            accumulate: all.accumulate || i > 0,
            relu: all.relu && i === final,
          };
          return kernel.call(bind(resources, chunk, x), { d, chunk, input: i, ...own }, slots);
        }),
      );
    },
  };
}

const ends = ({ bias, residual }: Conv2dResources, { accumulate = false, relu = false }: ConvArgs) => ({
  hasBias: bias !== undefined,
  hasResidual: residual !== undefined,
  accumulate,
  relu,
});

/** What is absent is never read; any read-only buffer stands in. */
const bind = ({ x2, norm, bias, residual, y }: Conv2dResources, chunk: WeightChunk, x: Resource) => ({
  ...bindWeights(chunk),
  x,
  x2: x2 ?? x,
  norm: norm ?? x,
  bias: bias ?? x,
  residual: residual ?? x,
  y,
});

function scratchOf(label: string, { scratch }: Conv2dResources): Resource {
  if (!scratch) throw new RangeError(`${label} needs scratch memory for this shape; scratchBytes says how much`);
  return scratch;
}

function checked(
  label: string,
  { x2, norm }: Conv2dResources,
  weights: WeightMatrix,
  args: ConvArgs,
  format: WeightFormat,
): Dense {
  checkWeights(label, weights, format);
  const d = dense(label, args, weights.rows);
  if (weights.cols !== d.columns)
    throw new RangeError(
      `${label}: rows of ${weights.cols} weights, where ${args.channels.join(' + ')} channels and ${args.kernel}×${args.kernel} taps make ${d.columns}`,
    );
  if ((x2 !== undefined) !== (args.channels.length === 2))
    throw new RangeError(`${label}: ${args.channels.length} counts of channels, but ${x2 ? 2 : 1} inputs`);
  if ((norm !== undefined) !== (args.norm ?? false))
    throw new RangeError(`${label}: a norm is ${norm ? 'bound but not asked for' : 'asked for but not bound'}`);
  return d;
}

function kernelOf(ctx: GpuContext, version: Conv2dVersion, format: WeightFormat) {
  const { wgsl, libs, grid, bordered = false, half }: Row = versions[version];
  const staged = half && format === 'f16';
  const masked = { x2: 'read', norm: 'read' } as const;
  return createKernel(ctx, {
    label: `conv2d.${version}`,
    wgsl,
    libs: libs(format),
    bindings: {
      w: 'read',
      scales: 'read',
      x: 'read',
      ...((bordered ? {} : masked) as typeof masked),
      bias: 'read',
      residual: 'read',
      y: 'read_write',
    },
    argBytes: 144,
    consts: staged ? { Staged: 'f16' } : {},
    enables: staged ? ['f16'] : [],
    requires: needsOf('conv2d', version),
    pack: (write, a: PictureCall) => packConv(write, a, bordered),
    grid: ({ d, chunk, splits = 1 }) => grid(chunk.rows, pixelsOf(d), splits),
  });
}
