import cross from '../../../shaders/lib/cross.wgsl?raw';
import subgroup4 from '../../../shaders/lib/subgroup4.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Source } from '../../gpu/kernel.ts';
import { choose } from '../choose.ts';
import { subgroupTiles } from '../subgroupTiles.ts';

const naive = () => import('../../../shaders/attention/cross_attention.1.naive.wgsl?raw');
const subgroup = () => import('../../../shaders/attention/cross_attention.2.subgroup.wgsl?raw');
const flash = () => import('../../../shaders/attention/cross_attention.3.flash.wgsl?raw');

/** Rows of tokens in a buffer: the first element of token 0's first head, and what lies between two tokens. */
export interface TokenRows {
  /** 0 by default. */
  readonly at?: number;
  /** heads·headDim by default. */
  readonly row?: number;
}
/** Offsets and rows are in elements. */
export interface CrossAttentionArgs {
  readonly samples: number;
  /** Of a sample. */
  readonly queries: number;
  /** Of a sample of k and v. */
  readonly keys: number;
  readonly heads: number;
  /** Of k and v, `samples` by default; sample s of q reads their sample ⌊s·kvSamples/samples⌋. */
  readonly kvSamples?: number;
  /** Query i sees keys 0 … i. */
  readonly causal?: boolean;
  /** 1 / √headDim by default. */
  readonly scale?: number;
  readonly q?: TokenRows;
  readonly k?: TokenRows;
  readonly v?: TokenRows;
  readonly y?: TokenRows;
  /** Of each sample the queries from `first` on, `count` of them: all by default. So, one call may be cut into several. */
  readonly first?: number;
  readonly count?: number;
}
/** q, k and v may lie in one buffer. */
export type CrossAttentionBindings = { q: 'read'; k: 'read'; v: 'read'; y: 'read_write' };
export type CrossAttention = Kernel<CrossAttentionBindings, CrossAttentionArgs>;

type Tiles = ReturnType<typeof subgroupTiles>;
interface Row {
  readonly wgsl: Source;
  readonly libs?: readonly Source[];
  /** Numbers of an element: dimension, offsets and rows are multiples of it. */
  readonly unit: 1 | 4;
  readonly mostDim: number;
  readonly grid: (a: CrossAttentionArgs, count: number, tiles: Tiles) => Grid;
  readonly consts?: (headDim: number, tiles: Tiles) => Readonly<Record<string, string>>;
}
export const versions = {
  '1.naive': {
    wgsl: naive,
    unit: 1,
    mostDim: Infinity,
    grid: (a, count) => grid1d(a.samples * a.heads * count, 16),
  },
  '2.subgroup': {
    wgsl: subgroup,
    libs: [subgroup4],
    unit: 4,
    mostDim: 128,
    grid: (a, count, tiles) => grid1d(a.samples * a.heads * Math.ceil(count / 8), tiles.perWorkgroup),
    consts: (_, tiles) => tiles.consts,
  },
  '3.flash': {
    wgsl: flash,
    unit: 4,
    mostDim: 160,
    grid: (a, count) => [Math.ceil(count / 32), a.heads, a.samples],
    consts: (headDim) => ({ COLUMNS: `${Math.ceil(headDim / 32)}u` }),
  },
} as const satisfies Readonly<Record<string, Row>>;
export type CrossAttentionVersion = keyof typeof versions;

/** What does not fit is refused with its number. */
export function checkedCross(label: string, a: CrossAttentionArgs, headDim: number, unit: number) {
  const width = a.heads * headDim;
  const { samples, queries, keys, kvSamples = samples, first = 0, count = queries - first } = a;
  const own = [a.q, a.k, a.v, a.y].flatMap((r) => [r?.at ?? 0, r?.row ?? width]);
  const uneven = own.find((n) => n % unit !== 0);
  if (uneven !== undefined)
    throw new RangeError(`${label} needs offsets and rows in multiples of ${unit}, not ${uneven}`);
  if (keys < 1) throw new RangeError(`${label} needs at least one key, not ${keys}`);
  if (kvSamples < 1 || samples % kvSamples !== 0)
    throw new RangeError(`${label}: ${samples} samples of q cannot share ${kvSamples} of k and v in equal blocks`);
  if (first + count > queries)
    throw new RangeError(`${label}: queries ${first} to ${first + count - 1} of a sample that has ${queries}`);
  return { kvSamples, first, count, own };
}

/** The head dimension is fixed at compile time. */
export function createCrossAttentionVersion(
  ctx: GpuContext,
  version: CrossAttentionVersion,
  headDim: number,
): Promise<CrossAttention> {
  const { wgsl, libs = [], grid, consts, unit, mostDim }: Row = versions[version];
  const label = `cross_attention.${version}`;
  const tiles = subgroupTiles(ctx.info, headDim / 4);
  if (headDim < 1 || headDim % unit !== 0 || headDim > mostDim)
    throw new RangeError(`${label}: head dimension ${headDim} is not a multiple of ${unit} from ${unit} to ${mostDim}`);
  return createKernel(ctx, {
    label,
    wgsl,
    libs: [cross, ...libs],
    requires: needsOf('cross_attention', version),
    bindings: { q: 'read', k: 'read', v: 'read', y: 'read_write' },
    argBytes: 72,
    consts: consts?.(headDim, tiles) ?? {},
    pack(write, a: CrossAttentionArgs) {
      const { kvSamples, first, count, own } = checkedCross(label, a, headDim, unit);
      write
        .u32(a.samples, a.queries, a.heads, headDim / unit, a.keys, kvSamples, a.causal ? 1 : 0)
        .f32(a.scale ?? 1 / Math.sqrt(headDim))
        .u32(first, count, ...own.map((n) => n / unit));
    },
    grid: (a) => grid(a, a.count ?? a.queries - (a.first ?? 0), tiles),
  });
}

/** True where a version takes such heads. */
export function takes(version: CrossAttentionVersion, headDim: number): boolean {
  const { unit, mostDim }: Row = versions[version];
  return headDim % unit === 0 && headDim <= mostDim;
}

/**
 * y = softmax(scale·q·kᵀ)·v, queries and keys of tokens of their own, any number of them; for heads of 256 and more
 * createWideAttention is quicker. Reference: src/math/reference/crossAttention.ts.
 */
export async function createCrossAttention(
  ctx: GpuContext,
  { headDim }: { readonly headDim: number },
): Promise<CrossAttention> {
  const version = choose(ctx, 'cross_attention');
  const any = await createCrossAttentionVersion(ctx, '1.naive', headDim);
  if (!takes(version, headDim)) return any;
  const fast = await createCrossAttentionVersion(ctx, version, headDim);
  const { unit }: Row = versions[version];
  const even = (a: CrossAttentionArgs) =>
    [a.q, a.k, a.v, a.y].every((r) => (r?.at ?? 0) % unit === 0 && (r?.row ?? 0) % unit === 0);
  return {
    label: fast.label,
    call: (resources, args, slots, reuse) => (even(args) ? fast : any).call(resources, args, slots, reuse),
  };
}
