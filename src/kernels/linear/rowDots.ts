/**
 * What matvec, gate_up and qkv_append share: up to eight rows of x against four weight rows at a time (a quad). One
 * WGSL file says which rows meet and what becomes of the sums; dot.* says which lanes share the work, weights.* how
 * weights are stored, rows.* how many rows of x share a weight's load. Compiled for 1, 2, 4 and 8 rows; a call takes
 * the smallest that holds its rows.
 */
import handed1 from '../../../shaders/lib/handed.1.wgsl?raw';
import handed2 from '../../../shaders/lib/handed.2.wgsl?raw';
import handed4 from '../../../shaders/lib/handed.4.wgsl?raw';
import handed8 from '../../../shaders/lib/handed.8.wgsl?raw';
import rows1 from '../../../shaders/lib/rows.1.wgsl?raw';
import rows2 from '../../../shaders/lib/rows.2.wgsl?raw';
import rows4 from '../../../shaders/lib/rows.4.wgsl?raw';
import rows8 from '../../../shaders/lib/rows.8.wgsl?raw';
import f32Quads from '../../../shaders/lib/weights.f32.quads.wgsl?raw';
import int4Groups from '../../../shaders/lib/weights.int4.groups.wgsl?raw';
import int8Shifts from '../../../shaders/lib/weights.int8.shifts.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import {
  type Bindings,
  type Call,
  createKernel,
  grid1d,
  type Grid,
  type Kernel,
  type KernelSpec,
  type Resources,
  type Source,
} from '../../gpu/kernel.ts';
import type { ArgWriter, UniformSlots } from '../../gpu/slots.ts';
import type { MatrixFormat, WeightFormat } from '../../core/weightFormat.ts';
import { choose } from '../choose.ts';
import type { RowsOfX } from './linearShared.ts';
import { madeFormat, weightBindings, type WeightBindings, weightSources } from './weightMatrix.ts';

const naive = () => import('../../../shaders/lib/dot.1.naive.wgsl?raw');
const lanes = () => import('../../../shaders/lib/dot.2.lanes.wgsl?raw');
const tree = () => import('../../../shaders/lib/dot.3.tree.wgsl?raw');
const subgroup = () => import('../../../shaders/lib/dot.4.subgroup.wgsl?raw');
const steps = () => import('../../../shaders/lib/dot.5.steps.wgsl?raw');
const handed = () => import('../../../shaders/lib/dot.6.handed.wgsl?raw');

const source = (
  lib: Source,
  grid: (quads: number, rows: number, info: GpuContext['info']) => Grid,
  enables: readonly string[] = [],
  weights: Partial<Record<WeightFormat, string>> = {},
) => ({ lib, grid, enables, weights });
export const versions = {
  '1.naive': source(naive, (quads, rows) => {
    const [x, y = 1] = grid1d(quads, 64);
    return [x, y, rows];
  }),
  '2.lanes': source(lanes, (quads) => grid1d(quads, 8)),
  '3.tree': source(tree, (quads) => grid1d(quads, 2)),
  // One quad a subgroup. A device that may take smaller subgroups than its largest leaves some workgroups without work.
  '4.subgroup': source(subgroup, (quads, _, info) => grid1d(quads, Math.max(1, Math.floor(64 / info.subgroupMax))), [
    'subgroups',
  ]),
  '5.steps': source(steps, (quads) => grid1d(quads, 8)),
  '6.handed': source(handed, (quads) => grid1d(quads, 8), ['subgroups'], { f32: f32Quads }),
  // Weights unpacked as lavapipe does it fastest.
  '7.groups': source(handed, (quads) => grid1d(quads, 8), ['subgroups'], {
    f32: f32Quads,
    int8: int8Shifts,
    int4: int4Groups,
  }),
} as const;
export type RowDotsVersion = keyof typeof versions;

/** Most rows of x in one dispatch. */
export const MOST_ROWS = 8;
const rowLibs = { 1: rows1, 2: rows2, 4: rows4, 8: rows8 };
const handedLibs = { 1: handed1, 2: handed2, 4: handed4, 8: handed8 };
/** Rows of x that one compilation serves at most. */
export type RowSize = keyof typeof rowLibs;
const sizes: readonly RowSize[] = [1, 2, 4, 8];

/**
 * Fixed at compile time. `version` is the device's best unless given; `sizes`: which row counts to compile for, all by
 * default.
 */
export interface RowDotsOptions {
  readonly format: MatrixFormat;
  readonly version?: RowDotsVersion;
  readonly sizes?: readonly RowSize[];
}

/**
 * The part of a kernel that is its own: `pack` and `quads` see the arguments, everything about x and weights is done
 * here.
 */
type Part<B extends Bindings, A> = Pick<
  KernelSpec<B, A>,
  'label' | 'wgsl' | 'libs' | 'bindings' | 'argBytes' | 'pack' | 'consts'
> & {
  readonly quads: (args: A) => number;
  /** In place of rows.1, for a kernel compiled for one row alone. */
  readonly rows?: string;
};
export interface RowDots<B extends Bindings, A> {
  readonly label: string;
  call(resources: Resources<WeightBindings & B>, args: A, slots: UniformSlots): Call;
}

export async function createRowDots<B extends Bindings, A extends RowsOfX & { readonly cols: number }>(
  ctx: GpuContext,
  options: RowDotsOptions,
  { rows: ownRows, ...part }: Part<B, A>,
): Promise<RowDots<B, A>> {
  const { format } = options;
  const made = madeFormat(format);
  const version = options.version ?? choose(ctx, 'row_dots');
  const { lib, grid, enables, weights } = versions[version];
  const label = `${part.label}.${version}`;
  const compile = (size: RowSize): Promise<Kernel<Bindings, A>> =>
    createKernel<Bindings, A>(ctx, {
      ...part,
      label,
      requires: needsOf('row_dots', version),
      enables,
      libs: [
        ...(made && weights[made] ? [weights[made]] : weightSources(format)),
        ownRows ?? rowLibs[size],
        lib,
        ...(lib === handed ? [handedLibs[size]] : []),
        ...(part.libs ?? []),
      ],
      bindings: { ...weightBindings, ...part.bindings },
      argBytes: 16 + part.argBytes,
      pack(write: ArgWriter, args: A) {
        const { rows, cols, xAt = 0, xRow = cols } = args;
        if (xAt % 4 !== 0 || xRow % 4 !== 0)
          throw new RangeError(`${label}: x starts at ${xAt} with rows of ${xRow}; both must be multiples of 4`);
        write.u32(cols / 8, rows, xAt / 4, xRow / 4);
        part.pack(write, args);
      },
      grid: (args, info) => grid(part.quads(args), args.rows, info),
    });
  // The naive version shares nothing between rows: one compilation serves all.
  const used = version === '1.naive' ? [1 as const] : sizes.filter((s) => !options.sizes || options.sizes.includes(s));
  const kernels = await Promise.all(
    used.map(async (size) => ({ most: version === '1.naive' ? MOST_ROWS : size, kernel: await compile(size) })),
  );
  return {
    label,
    call(resources, args, slots) {
      const found = Number.isInteger(args.rows) && args.rows > 0 && kernels.find((k) => k.most >= args.rows);
      if (!found)
        throw new RangeError(`${label}: ${args.rows} rows; it was made for 1 to ${kernels.at(-1)?.most ?? 0}`);
      return found.kernel.call(resources, args, slots);
    },
  };
}
