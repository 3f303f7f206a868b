import type { GpuContext } from '../../gpu/device.ts';
import { type Call, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { byVectors } from './byVectors.ts';

const wgsl = () => import('../../../shaders/pointwise/gated_add.wgsl?raw');

export interface GatedAddArgs {
  readonly rows: number;
  readonly width: number;
  /** Its first element, what lies between two rows of it, and how many rows of y share one (tokens of a sample). */
  readonly gate?: { readonly at: number; readonly row: number; readonly rowsPerGate: number };
}
export interface GatedAdd {
  readonly label: string;
  /** Without `gate` y is added as it is; without `residual` it is added to out in place. */
  call(
    resources: {
      readonly y: Resource;
      readonly out: Resource;
      readonly residual?: Resource;
      readonly gate?: Resource;
    },
    args: GatedAddArgs,
    slots: UniformSlots,
    reuse?: number,
  ): Call;
}

/** out = residual + gate·y. Reference: src/math/reference/pointwise.ts. */
export async function createGatedAdd(ctx: GpuContext): Promise<GatedAdd> {
  type Own = GatedAddArgs & { readonly inPlace: boolean };
  const kernel = await byVectors(
    ctx,
    (unit) => ({
      label: 'gated_add',
      wgsl,
      bindings: { residual: 'read', gate: 'read', y: 'read', out: 'read_write' },
      argBytes: 28,
      pack(write, { rows, width, gate, inPlace }: Own) {
        const { at = 0, row = 0, rowsPerGate = 1 } = gate ?? {};
        write.u32(rows, width / unit, rowsPerGate, at / unit, row / unit, gate ? 1 : 0, inPlace ? 1 : 0);
      },
      grid: ({ rows, width }) => grid1d((rows * width) / unit, 64),
    }),
    ({ width, gate }) => [width, gate?.at ?? 0, gate?.row ?? 0].every((n) => n % 4 === 0),
  );
  return {
    label: kernel.label,
    call({ y, out, residual, gate }, args, slots, reuse) {
      if ((gate === undefined) !== (args.gate === undefined))
        throw new Error(`gated_add: ${gate ? 'a gate without its place' : 'the place of a gate, and no gate'}`);
      // An absent one is never read.
      return kernel.call(
        { y, out, residual: residual ?? y, gate: gate ?? y },
        { ...args, inPlace: residual === undefined },
        slots,
        reuse,
      );
    },
  };
}
