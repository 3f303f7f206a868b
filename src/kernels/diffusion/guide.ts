import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Call, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { thresholds, type Guide, type ThresholdGuide } from '../../math/guide.ts';

const sums = () => import('../../../shaders/diffusion/guide.wgsl?raw');
const quantiles = () => import('../../../shaders/diffusion/guide_threshold.wgsl?raw');

export interface GuideArgs<G = Guide> {
  readonly samples: number;
  readonly dim: number;
  /** Element offsets of registers in the arena; `out` may be one of the others. */
  readonly a: number;
  readonly b: number;
  readonly out: number;
  readonly by: G;
  /** Of a projection: what takes the place of b in its result; b itself unless given. */
  readonly onto?: number;
}
type SumGuide = Exclude<Guide, ThresholdGuide>;

const WORKGROUP = 256;
/** Numbers of a sample that a lane takes before another one helps. */
const PER_LANE = 8;

/** Lanes that share a sample: points need one each, pictures all. */
export function lanesFor(dim: number): number {
  let lanes = 1;
  while (lanes < WORKGROUP && lanes * PER_LANE < dim) lanes *= 2;
  return lanes;
}
const grid = ({ samples, dim }: GuideArgs<unknown>) => grid1d(samples * lanesFor(dim), WORKGROUP);

const kinds = { project: 0, bound: 1, deviation: 2, unit: 3, affine: 4 } as const satisfies Record<
  SumGuide['kind'],
  number
>;

function sumScalars(by: SumGuide): readonly [number, number] {
  switch (by.kind) {
    case 'project':
      return [by.keep, by.along];
    case 'bound':
      return [by.radius, 0];
    case 'deviation':
      return [by.share, 0];
    case 'unit':
      return [by.size, by.norm === 'max' ? 1 : 0];
    case 'affine':
      return [0, 0];
    default:
      return by satisfies never;
  }
}

const NO_MATRIX: readonly number[] = Array<number>(10).fill(0);

/** The kinds that add up a sample. Reference: src/math/guide.ts. */
export const createGuideSums = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'guide',
    wgsl: sums,
    bindings: { arena: 'read_write' },
    argBytes: 96,
    pack(write, { samples, dim, a, b, out, by, onto = b }: GuideArgs<SumGuide>) {
      if (by.kind === 'affine' && dim !== 2) throw new RangeError(`an affine map is of points, not of ${dim} numbers`);
      const matrix = by.kind === 'affine' ? by.matrix : NO_MATRIX;
      write.u32(samples, dim, lanesFor(dim), kinds[by.kind], a, b, out, onto);
      write.f32(...sumScalars(by), 0, 0, ...matrix, 0, 0);
    },
    grid,
  });

/** The kinds that look for a quantile. Reference: src/math/guide.ts. */
export const createGuideThreshold = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'guide_threshold',
    wgsl: quantiles,
    bindings: { arena: 'read_write' },
    argBytes: 40,
    pack(write, { samples, dim, a, b, out, by }: GuideArgs<ThresholdGuide>) {
      const place = Math.min(1, Math.max(0, by.quantile)) * (dim - 1);
      const rank = Math.floor(place);
      write.u32(samples, dim, lanesFor(dim), by.kind === 'mimic' ? 1 : 0, a, b, out, rank);
      write.f32(place - rank, by.kind === 'mimic' ? 0 : by.limit);
    },
    grid,
  });

export interface GuideKernels {
  call(resources: { readonly arena: Resource }, args: GuideArgs, slots: UniformSlots): Call;
}

/** arena[out] = what guidance makes of a and b. */
export async function createGuide(ctx: GpuContext): Promise<GuideKernels> {
  const [adding, looking] = await Promise.all([createGuideSums(ctx), createGuideThreshold(ctx)]);
  return {
    call(resources, { by, ...args }, slots) {
      return thresholds(by)
        ? looking.call(resources, { ...args, by }, slots)
        : adding.call(resources, { ...args, by }, slots);
    },
  };
}
