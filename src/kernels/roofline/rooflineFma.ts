/**
 * The rate of multiply-adds of a device: what matmuls are held against. Nothing is loaded, one float an invocation is
 * stored.
 */
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel, type Source } from '../../gpu/kernel.ts';

const matmulShaped = () => import('../../../shaders/roofline/fma_matmul.wgsl?raw');
const peak = () => import('../../../shaders/roofline/fma_peak.wgsl?raw');

export type Precision = 'f32' | 'f16';
/** Vectors of four accumulators an invocation. */
export type Accumulators = 1 | 2 | 4 | 8;
export const accumulators: readonly Accumulators[] = [1, 2, 4, 8];

export interface FmaArgs {
  readonly iterations: number;
  readonly invocations: number;
  /**
   * Factor and addend, 1 by default: the peak kernel then counts its rounds. For `fma_matmul` the scales of a and b.
   * f16 stalls at 2,048, harmlessly.
   */
  readonly x?: number;
  readonly y?: number;
}
export type FmaKernel = Kernel<{ out: 'read_write' }, FmaArgs> & { readonly flops: (args: FmaArgs) => number };

/**
 * Floating-point operations of a dispatch, two for a multiply-add; what comes before and after the loop is left out.
 */
export const fmaPeakFlops = (n: Accumulators, { iterations, invocations }: FmaArgs) =>
  2 * 16 * 4 * n * iterations * invocations;
export const fmaMatmulFlops = ({ iterations, invocations }: FmaArgs) => 2 * 128 * iterations * invocations;

async function create(
  ctx: GpuContext,
  label: string,
  wgsl: Source,
  precision: Precision,
  consts: Readonly<Record<string, string>>,
  flops: FmaKernel['flops'],
): Promise<FmaKernel> {
  const half = precision === 'f16';
  const kernel = await createKernel(ctx, {
    label,
    wgsl,
    bindings: { out: 'read_write' },
    argBytes: 16,
    consts: { ...consts, Real: precision },
    enables: half ? ['f16'] : [],
    requires: half ? ['shader-f16'] : [],
    pack: (write, { x = 1, y = 1, iterations, invocations }: FmaArgs) =>
      void write.f32(x, y).u32(iterations, invocations),
    grid: ({ invocations }) => grid1d(invocations, 64),
  });
  return { ...kernel, flops };
}

/** `out`: one float an invocation. The best of 1, 2, 4 and 8 accumulators is the peak. */
export const createFmaPeak = (
  ctx: GpuContext,
  { n = 2, precision = 'f32' }: { readonly n?: Accumulators; readonly precision?: Precision } = {},
): Promise<FmaKernel> =>
  create(ctx, 'fma_peak', peak, precision, { ACCUMULATORS: `${n}u` }, (args) => fmaPeakFlops(n, args));

/**
 * As the peak with 64 accumulators in an 8×8 block, each the sum of products of two of 16 numbers: what a matmul could
 * reach without its loads.
 */
export const createFmaMatmul = (
  ctx: GpuContext,
  { precision = 'f32' }: { readonly precision?: Precision } = {},
): Promise<FmaKernel> => create(ctx, 'fma_matmul', matmulShaped, precision, {}, fmaMatmulFlops);
