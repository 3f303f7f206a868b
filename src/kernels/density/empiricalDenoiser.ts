import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Source } from '../../gpu/kernel.ts';
import { choose } from '../choose.ts';

const registers = () => import('../../../shaders/density/empirical_denoiser.1.registers.wgsl?raw');
const flash = () => import('../../../shaders/density/empirical_denoiser.2.flash.wgsl?raw');

export interface EmpiricalDenoiserArgs {
  readonly samples: number;
  readonly points: number;
  /** Element offsets of x̂ and of the result; may be equal. */
  readonly at: number;
  readonly out: number;
  readonly sigma: number;
}

const source = (wgsl: Source, workgroup: number) => ({ wgsl, workgroup });
export const versions = { '1.registers': source(registers, 16), '2.flash': source(flash, 64) } as const;
export type EmpiricalVersion = keyof typeof versions;

export const createEmpiricalDenoiserVersion = (ctx: GpuContext, version: EmpiricalVersion) =>
  createKernel(ctx, {
    label: `empirical_denoiser.${version}`,
    wgsl: versions[version].wgsl,
    bindings: { arena: 'read_write', points: 'read' },
    argBytes: 20,
    pack: (write, a: EmpiricalDenoiserArgs) =>
      void write.u32(a.samples, a.points, a.at, a.out).f32(1 / (2 * a.sigma ** 2)),
    grid: (a) => grid1d(a.samples, versions[version].workgroup),
  });

/** arena[out] = Σ softmax(−|x − y|²/2σ²)·y over points (x, y pairs, dense). For images: matmul, softmax, matmul. */
export const createEmpiricalDenoiser = (ctx: GpuContext) =>
  createEmpiricalDenoiserVersion(ctx, choose(ctx, 'empirical_denoiser'));
