import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Call, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';

const wgsl = () => import('../../../shaders/experts/combine_experts.wgsl?raw');

export interface CombineExpertsArgs {
  readonly rows: number;
  /** A multiple of 4. */
  readonly width: number;
  readonly used: number;
}
export interface CombineExperts {
  readonly label: string;
  /** outputs (rows·used, width), weights (rows, used); shared (rows, width) and gate (rows), or neither; y (rows, width). */
  call(
    resources: {
      readonly outputs: Resource;
      readonly weights: Resource;
      readonly shared?: { readonly outputs: Resource; readonly gate: Resource };
      readonly y: Resource;
    },
    args: CombineExpertsArgs,
    slots: UniformSlots,
  ): Call;
}

/** y = Σ weights·outputs (+ σ(gate)·shared), by tokens. Reference: src/math/reference/experts.ts. */
export async function createCombineExperts(
  ctx: GpuContext,
  { shared }: { readonly shared: boolean },
): Promise<CombineExperts> {
  const kernel = await createKernel(ctx, {
    label: 'combine_experts',
    wgsl,
    bindings: { outputs: 'read', weights: 'read', shared_output: 'read', gate: 'read', y: 'read_write' },
    argBytes: 12,
    consts: { SHARED: String(shared) },
    pack(write, { rows, width, used }: CombineExpertsArgs) {
      if (width % 4 !== 0) throw new RangeError(`combine_experts needs a width in multiples of 4, not ${width}`);
      write.u32(rows, width / 4, used);
    },
    grid: ({ rows, width }) => grid1d((rows * width) / 4, 64),
  });
  return {
    label: kernel.label,
    call(resources, args, slots) {
      const { outputs, weights, y } = resources;
      if (shared !== (resources.shared !== undefined))
        throw new Error(
          `combine_experts was made ${shared ? 'with' : 'without'} a shared expert, and called otherwise`,
        );
      // absent ones are never read
      const own = resources.shared ?? { outputs, gate: weights };
      return kernel.call({ outputs, weights, shared_output: own.outputs, gate: own.gate, y }, args, slots);
    },
  };
}
