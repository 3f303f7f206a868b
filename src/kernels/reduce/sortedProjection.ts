import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';

const bitonic = () => import('../../../shaders/reduce/bitonic.wgsl?raw');
const project = () => import('../../../shaders/reduce/project.wgsl?raw');

export interface ProjectArgs {
  readonly n: number;
  readonly dim: number;
  /** First element of the set in `x`. */
  readonly at?: number;
  readonly projections: number;
}
interface BitonicArgs {
  readonly rows: number;
  readonly padded: number;
  readonly block: number;
  readonly stride: number;
  readonly stages: 1 | 2;
}

/** Row length of the result: the next power of 2. */
export const paddedLength = (n: number) => 2 ** Math.ceil(Math.log2(Math.max(2, n)));

export const createProject = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'project',
    wgsl: project,
    bindings: { x: 'read', directions: 'read', y: 'read_write' },
    argBytes: 20,
    pack: (write, a: ProjectArgs) => void write.u32(a.n, a.dim, a.at ?? 0, a.projections, paddedLength(a.n)),
    grid: (a) => grid1d(a.projections * paddedLength(a.n), 64),
  });

export const createBitonic = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'bitonic',
    wgsl: bitonic,
    bindings: { y: 'read_write' },
    argBytes: 20,
    pack: (write, a: BitonicArgs) => void write.u32(a.rows, a.padded, a.block, a.stride, a.stages),
    grid: (a) => grid1d(a.rows * (a.padded >> a.stages), 64),
  });

/** The stages of a bitonic sort of rows of `padded`, two per dispatch where possible. */
export function bitonicStages(padded: number): { block: number; stride: number; stages: 1 | 2 }[] {
  const out: { block: number; stride: number; stages: 1 | 2 }[] = [];
  for (let block = 2; block <= padded; block *= 2) {
    for (let stride = block / 2; stride >= 1;) {
      const stages = stride >= 2 ? 2 : 1;
      out.push({ block, stride, stages });
      stride /= 2 ** stages;
    }
  }
  return out;
}

/**
 * Every projection of a set, sorted ascending: y is (projections, paddedLength(n)), the first n of each row count.
 * A list of calls: project, then the sort's stages. Sliced Wasserstein distance is the mean gap of two such tables.
 */
export async function createSortedProjection(ctx: GpuContext) {
  const [first, stage] = await Promise.all([createProject(ctx), createBitonic(ctx)]);
  return {
    label: 'sorted_projection',
    calls(
      resources: { readonly x: Resource; readonly directions: Resource; readonly y: Resource },
      args: ProjectArgs,
      slots: UniformSlots,
    ): Call[] {
      const padded = paddedLength(args.n);
      return [
        first.call(resources, args, slots),
        ...bitonicStages(padded).map((s) =>
          stage.call({ y: resources.y }, { rows: args.projections, padded, ...s }, slots),
        ),
      ];
    },
  };
}
