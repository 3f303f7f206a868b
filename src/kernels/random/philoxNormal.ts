import philoxLib from '../../../shaders/lib/philox.wgsl?raw';
import trigLib from '../../../shaders/lib/trig.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';
import type { ArgWriter } from '../../gpu/slots.ts';

const wgsl = () => import('../../../shaders/random/philox_normal.wgsl?raw');

/** Draws a shader can sum in one go; the table lies in the uniform arguments. */
export const MAX_DRAWS = 64;

export interface NoiseArgs {
  readonly seed: number;
  /** Number of the batch's first sample: a run split into batches draws the same noise. */
  readonly firstSample?: number;
  readonly samples: number;
  readonly dim: number;
  readonly draws: readonly (readonly [weight: number, draw: number])[];
  /** Element offset of the register in the arena. */
  readonly out: number;
}

export function packDraws(write: ArgWriter, draws: NoiseArgs['draws']): void {
  if (draws.length > MAX_DRAWS) throw new RangeError(`${draws.length} draws in one sum; at most ${MAX_DRAWS}`);
  for (const [weight, draw] of draws) write.f32(weight).u32(draw);
}

/** arena[out] = Σ wᵢ·zᵢ. Reference: src/math/philox.ts and normal.ts. */
export const createPhiloxNormal = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'philox_normal',
    wgsl,
    libs: [philoxLib, trigLib],
    bindings: { arena: 'read_write' },
    argBytes: 32 + 16 * 32,
    pack(write, a: NoiseArgs) {
      write.u32(a.seed, a.firstSample ?? 0, a.samples, a.dim, a.out, a.draws.length).align(16);
      packDraws(write, a.draws);
    },
    grid: (a) => grid1d(a.samples * Math.ceil(a.dim / 4), 64),
  });
