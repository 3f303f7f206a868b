import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/density/mixture_denoiser.wgsl?raw');

export interface MixtureDenoiserArgs {
  readonly samples: number;
  readonly components: number;
  /** Element offsets of x̂ and of the result; may be equal. */
  readonly at: number;
  readonly out: number;
  readonly sigma: number;
}

/** The `mixture` buffer: (ln weight, mean x, mean y, std) per component. */
export const packMixture = (
  components: readonly { readonly weight: number; readonly mean: readonly [number, number]; readonly std: number }[],
) => Float32Array.from(components.flatMap(({ weight, mean, std }) => [Math.log(weight), ...mean, std]));

/** arena[out] = D(arena[at]; σ) of an isotropic Gaussian mixture in the plane. */
export const createMixtureDenoiser = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'mixture_denoiser',
    wgsl,
    bindings: { arena: 'read_write', mixture: 'read' },
    argBytes: 20,
    pack: (write, a: MixtureDenoiserArgs) => void write.u32(a.samples, a.components, a.at, a.out).f32(a.sigma),
    grid: (a) => grid1d(a.samples, 64),
  });
