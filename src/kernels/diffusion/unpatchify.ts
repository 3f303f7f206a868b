import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Call, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import type { ImageShape } from './patchify.ts';

const wgsl = () => import('../../../shaders/diffusion/unpatchify.wgsl?raw');

export interface UnpatchifyArgs extends ImageShape {
  /** Samples written; with guidance the tokens hold twice as many, the conditional batch first. */
  readonly samples: number;
  readonly patch: number;
  /** Element offsets of x̂ and of the result; may be equal. */
  readonly at: number;
  readonly out: number;
  /** out = skip·x̂ + scale·F: c_skip and c_out. */
  readonly skip: number;
  readonly scale: number;
  /** Classifier-free guidance F = u + weight·(c − u). */
  readonly guidance?: number;
  /** out = given·D + bounded·clip(D) + kept·x̂, clip(D) bounded to ± `clip` where there is one. */
  readonly amend?: {
    readonly clip: number | null;
    readonly given: number;
    readonly bounded: number;
    readonly kept: number;
  };
  /** Row stride of tokens, and of the pixels in one, where they hold more channels than are read; dense by default. */
  readonly row?: number;
  readonly pixel?: number;
}

export interface Unpatchify {
  readonly label: string;
  /** `factors` multiply the predictions of samples, as createGuidanceRescale writes them; without, nothing does. */
  call(
    resources: { readonly arena: Resource; readonly tokens: Resource; readonly factors?: Resource },
    args: UnpatchifyArgs,
    slots: UniformSlots,
  ): Call;
}

/** Tokens (samples·T, p·p·C) → register, wrapped into a denoiser: out = skip·x̂ + scale·F. */
export async function createUnpatchify(ctx: GpuContext): Promise<Unpatchify> {
  const kernel = await createKernel(ctx, {
    label: 'unpatchify',
    wgsl,
    bindings: { arena: 'read_write', tokens: 'read', factors: 'read' },
    argBytes: 76,
    pack(write, { rescaled, ...a }: UnpatchifyArgs & { readonly rescaled: boolean }) {
      if (a.height % a.patch || a.width % a.patch)
        throw new RangeError(`${a.height}×${a.width} does not divide into patches of ${a.patch}`);
      const { pixel = a.channels, row = a.patch ** 2 * pixel } = a;
      const { clip = 0, given = 1, bounded = 0, kept = 0 } = a.amend ?? {};
      write.u32(a.samples, a.channels, a.height, a.width, a.patch, a.at, a.out, row, pixel);
      write.u32(a.guidance === undefined ? 0 : 1, rescaled ? 1 : 0, a.amend ? 1 : 0);
      write.f32(a.skip, a.scale, a.guidance ?? 0);
      // Without a bound, clip(D) is D.
      if (clip === null) write.f32(0, given + bounded, 0, kept);
      else write.f32(clip, given, bounded, kept);
    },
    grid: (a) => grid1d(a.samples * a.channels * a.height * a.width, 64),
  });
  return {
    label: kernel.label,
    call: ({ arena, tokens, factors }, args, slots) =>
      kernel.call({ arena, tokens, factors: factors ?? tokens }, { ...args, rescaled: factors !== undefined }, slots),
  };
}
