/** y[s] = W[e]·x[s / sharing]: products in which every slot has its own expert's part of a matrix. */
import chosenRows from '../../../shaders/lib/rows.chosen.wgsl?raw';
import type { MatrixFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Call, type Resource } from '../../gpu/kernel.ts';
import type { ArgWriter, UniformSlots } from '../../gpu/slots.ts';
import { createRowDots, type RowDotsVersion } from '../linear/rowDots.ts';
import { bindWeights, checkWeights, weightBindings, weightSources, type WeightMatrix } from '../linear/weightMatrix.ts';
import { expertTiles } from './groupExperts.ts';

const matvec = () => import('../../../shaders/experts/expert_matvec.wgsl?raw');
const matmul = () => import('../../../shaders/experts/expert_matmul.wgsl?raw');

/** `sharing`: slots that share a row of x, as a token's choices do. `yAt` and `yRow` (n by default) in elements. */
export interface ExpertArgs {
  readonly slots: number;
  readonly experts: number;
  readonly sharing: number;
  readonly yAt?: number;
  readonly yRow?: number;
}
export interface ExpertLinear<R> {
  readonly label: string;
  /** One call per chunk of `weights`, (experts·n, cols): the n rows of every expert one after another. */
  calls(resources: R, weights: WeightMatrix, args: ExpertArgs, slots: UniformSlots): Call[];
}
export interface FewSlots {
  /** (slots / sharing, cols). */
  readonly x: Resource;
  /** (slots), the expert of each. */
  readonly chosen: Resource;
  /** (slots, n). */
  readonly y: Resource;
}
export interface ManySlots {
  readonly x: Resource;
  /** Of groupExperts. */
  readonly order: Resource;
  readonly tiles: Resource;
  readonly y: Resource;
}

interface Own {
  readonly rows: 1;
  readonly cols: number;
  readonly n: number;
  /** Slots, or tiles of them. */
  readonly count: number;
  readonly sharing: number;
  readonly firstRow: number;
  readonly chunkRows: number;
  readonly yAt: number;
  readonly yRow: number;
}
const packed = (write: ArgWriter, a: Own): void =>
  void write.u32(a.n, a.count, a.sharing, a.firstRow, a.chunkRows, a.yAt, a.yRow);

function owns(
  label: string,
  weights: WeightMatrix,
  format: MatrixFormat,
  args: ExpertArgs,
  count: number,
  unit: number,
): Own[] {
  checkWeights(label, weights, format);
  const { rows, cols, chunks } = weights;
  const n = rows / args.experts;
  if (!Number.isInteger(n)) throw new RangeError(`${label}: ${rows} rows are not those of ${args.experts} experts`);
  if (args.slots % args.sharing !== 0)
    throw new RangeError(`${label}: ${args.slots} slots do not share rows of x by ${args.sharing}`);
  // Rows that are multiplied together must not lie in two buffers.
  if (chunks.length > 1 && (n % unit !== 0 || chunks.some(({ firstRow }) => firstRow % unit !== 0)))
    throw new RangeError(`${label}: experts of ${n} rows in ${chunks.length} buffers; a multiple of ${unit} is needed`);
  return chunks.map((chunk) => ({
    rows: 1,
    cols,
    n,
    count,
    sharing: args.sharing,
    firstRow: chunk.firstRow,
    chunkRows: chunk.rows,
    yAt: args.yAt ?? 0,
    yRow: args.yRow ?? n,
  }));
}

/** For few slots: the weights of each slot's expert are read for it alone. */
export async function createExpertMatvec(
  ctx: GpuContext,
  { format, version }: { readonly format: MatrixFormat; readonly version?: RowDotsVersion },
): Promise<ExpertLinear<FewSlots>> {
  const dots = await createRowDots(
    ctx,
    { format, sizes: [1], ...(version && { version }) },
    {
      label: 'expert_matvec',
      wgsl: matvec,
      rows: chosenRows,
      bindings: { x: 'read', chosen: 'read', y: 'read_write' },
      argBytes: 28,
      pack: packed,
      // A slot's quads fill whole workgroups of eight.
      quads: ({ n, count }: Own) => count * 8 * Math.ceil(n / 32),
    },
  );
  return {
    label: dots.label,
    calls: ({ x, chosen, y }, weights, args, slots) =>
      owns(dots.label, weights, format, args, args.slots, 4).map((own, i) =>
        dots.call({ ...bindWeights(weights.chunks[i]!), x, chosen, y }, own, slots),
      ),
  };
}

/** For many slots, grouped by expert: weights are read once for up to 8 of them. */
export async function createExpertMatmul(
  ctx: GpuContext,
  { format }: { readonly format: MatrixFormat },
): Promise<ExpertLinear<ManySlots>> {
  const kernel = await createKernel(ctx, {
    label: 'expert_matmul',
    wgsl: matmul,
    libs: [...weightSources(format), chosenRows],
    bindings: { ...weightBindings, x: 'read', order: 'read', tiles: 'read', y: 'read_write' },
    argBytes: 44,
    pack(write, a: Own) {
      write.u32(a.cols / 8, 1, 0, a.cols / 4);
      packed(write, a);
    },
    grid: ({ n, count }) => grid1d(count * Math.ceil(n / 8), 32),
  });
  return {
    label: kernel.label,
    calls: ({ x, order, tiles, y }, weights, args, slots) =>
      owns(kernel.label, weights, format, args, expertTiles(args.slots, args.experts), 8).map((own, i) =>
        kernel.call({ ...bindWeights(weights.chunks[i]!), x, order, tiles, y }, own, slots),
      ),
  };
}
