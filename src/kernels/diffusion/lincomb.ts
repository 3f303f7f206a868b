import philoxLib from '../../../shaders/lib/philox.wgsl?raw';
import trigLib from '../../../shaders/lib/trig.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';
import { packDraws } from '../random/philoxNormal.ts';

const scalar = () => import('../../../shaders/diffusion/lincomb.1.scalar.wgsl?raw');
const vec4 = () => import('../../../shaders/diffusion/lincomb.2.vec4.wgsl?raw');

export interface LincombArgs {
  readonly samples: number;
  readonly dim: number;
  /** Coefficients and element offsets of registers in the arena; at most 8. */
  readonly terms: readonly (readonly [coefficient: number, offset: number])[];
  /** Element offset of the result; may be one of the inputs. */
  readonly out: number;
  /** A constant added to every number. */
  readonly plus?: number;
  /** Weighted draws added to the sum. */
  readonly noise?: {
    readonly seed: number;
    readonly firstSample?: number;
    readonly draws: readonly (readonly [weight: number, draw: number])[];
  };
}

type Lincomb = Kernel<{ arena: 'read_write' }, LincombArgs>;
export const versions = { '1.scalar': scalar, '2.vec4': vec4 } as const;

export const createLincombVersion = (ctx: GpuContext, version: keyof typeof versions): Promise<Lincomb> =>
  createKernel(ctx, {
    label: `lincomb.${version}`,
    wgsl: versions[version],
    libs: [philoxLib, trigLib],
    bindings: { arena: 'read_write' },
    argBytes: 32 + 16 * 8 + 16 * 32,
    pack(write, { samples, dim, terms, out, plus, noise }: LincombArgs) {
      if (terms.length > 8) throw new RangeError(`${terms.length} terms in one combination; at most 8`);
      if (version === '2.vec4' && !fitsVec4({ dim, terms, out }))
        throw new RangeError('lincomb.2.vec4 needs dim and offsets in multiples of 4');
      write.u32(noise?.seed ?? 0, noise?.firstSample ?? 0, samples, dim, out, terms.length, noise?.draws.length ?? 0);
      write.f32(plus ?? 0);
      for (let i = 0; i < 8; i++) write.f32(terms[i]?.[0] ?? 0).u32(terms[i]?.[1] ?? 0, 0, 0);
      packDraws(write, noise?.draws ?? []);
    },
    grid: (a) => grid1d(a.samples * Math.ceil(a.dim / 4), 64),
  });

const fitsVec4 = ({ dim, terms, out }: Pick<LincombArgs, 'dim' | 'terms' | 'out'>) =>
  [dim, out, ...terms.map((t) => t[1])].every((v) => v % 4 === 0);

/** arena[out] = Σ cᵢ·regᵢ (+ a constant) (+ Σ wᵢ·zᵢ), by vec4 where the shape allows. */
export async function createLincomb(ctx: GpuContext): Promise<Lincomb> {
  const [one, four] = await Promise.all([createLincombVersion(ctx, '1.scalar'), createLincombVersion(ctx, '2.vec4')]);
  return {
    label: 'lincomb',
    call: (resources, args, slots, reuse) => (fitsVec4(args) ? four : one).call(resources, args, slots, reuse),
  };
}
