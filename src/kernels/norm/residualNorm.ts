import { needsOf } from '../../core/kernelVersions.ts';
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
import { choose } from '../choose.ts';

const tree = () => import('../../../shaders/norm/residual_norm.1.tree.wgsl?raw');
const lanes = () => import('../../../shaders/norm/residual_norm.2.lanes.wgsl?raw');
const subgroup = () => import('../../../shaders/norm/residual_norm.3.subgroup.wgsl?raw');

export interface ResidualNormOptions {
  readonly kind: 'layernorm' | 'rmsnorm';
  /** True: x += delta first, x in place. False: x is only read. */
  readonly delta: boolean;
  readonly bias: boolean;
}
export interface ResidualNormArgs {
  readonly rows: number;
  readonly width: number;
  readonly epsilon: number;
  /** On delta; 1 by default. */
  readonly scale?: number;
}
type Bindings = { delta: 'read'; weight: 'read'; bias: 'read'; x: 'read_write'; y: 'read_write' };

const source = (wgsl: Source, grid: (rows: number) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.tree': source(tree, (rows) => grid1d(rows, 1)),
  '2.lanes': source(lanes, (rows) => grid1d(rows, 4)),
  '3.subgroup': source(subgroup, (rows) => grid1d(rows, 1)),
} as const;
export type ResidualNormVersion = keyof typeof versions;

export interface ResidualNorm {
  readonly label: string;
  /**
   * x, delta and y are (rows, width), weight and bias (width). `delta` and `bias` are needed exactly when the options
   * say so.
   */
  call(
    resources: {
      readonly x: Resource;
      readonly y: Resource;
      readonly weight: Resource;
      readonly delta?: Resource;
      readonly bias?: Resource;
    },
    args: ResidualNormArgs,
    slots: UniformSlots,
    reuse?: number,
  ): Call;
}

export async function createResidualNormVersion(
  ctx: GpuContext,
  version: ResidualNormVersion,
  options: ResidualNormOptions,
): Promise<ResidualNorm> {
  const { wgsl, grid } = versions[version];
  const kernel: Kernel<Bindings, ResidualNormArgs> = await createKernel(ctx, {
    label: `residual_norm.${version}`,
    wgsl,
    requires: needsOf('residual_norm', version),
    bindings: { delta: 'read', weight: 'read', bias: 'read', x: 'read_write', y: 'read_write' },
    argBytes: 16,
    consts: {
      RMS: String(options.kind === 'rmsnorm'),
      HAS_DELTA: String(options.delta),
      HAS_BIAS: String(options.bias),
    },
    pack(write, { rows, width, epsilon, scale = 1 }: ResidualNormArgs) {
      if (version !== '1.tree' && width % 4 !== 0)
        throw new RangeError(`residual_norm.${version} needs a width in multiples of 4, not ${width}`);
      write.u32(rows, width).f32(epsilon, scale);
    },
    grid: (a) => grid(a.rows),
  });
  return {
    label: kernel.label,
    call({ x, y, weight, delta, bias }, ...rest) {
      if (options.delta !== (delta !== undefined))
        throw new Error(
          `residual_norm was made ${options.delta ? 'with' : 'without'} a delta, and called ${delta ? 'with' : 'without'} one`,
        );
      if (options.bias !== (bias !== undefined))
        throw new Error(
          `residual_norm was made ${options.bias ? 'with' : 'without'} a bias, and called ${bias ? 'with' : 'without'} one`,
        );
      // an absent one is never read
      return kernel.call({ x, y, weight, delta: delta ?? weight, bias: bias ?? weight }, ...rest);
    },
  };
}

/** x += scale·delta; y = norm(x)·weight (+ bias), by rows. Reference: src/math/reference/residualNorm.ts. */
export async function createResidualNorm(ctx: GpuContext, options: ResidualNormOptions): Promise<ResidualNorm> {
  const [fast, any] = await Promise.all([
    createResidualNormVersion(ctx, choose(ctx, 'residual_norm'), options),
    createResidualNormVersion(ctx, '1.tree', options),
  ]);
  return {
    label: fast.label,
    call: (resources, args, slots, reuse) => (args.width % 4 === 0 ? fast : any).call(resources, args, slots, reuse),
  };
}
