import causal from '../../../shaders/lib/causal.wgsl?raw';
import softCap from '../../../shaders/lib/soft_cap.wgsl?raw';
import uncapped from '../../../shaders/lib/soft_cap.none.wgsl?raw';
import subgroup4 from '../../../shaders/lib/subgroup4.wgsl?raw';
import tanh from '../../../shaders/lib/tanh.wgsl?raw';
import { type CacheTypes, plainCache } from '../../core/cacheFormat.ts';
import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Kernel, type Source } from '../../gpu/kernel.ts';
import type { ArgWriter } from '../../gpu/slots.ts';
import { choose } from '../choose.ts';
import { subgroupTiles } from '../subgroupTiles.ts';
import { cacheLibs, type ScalesAt, scaleWords } from './cacheTypes.ts';

const naive = () => import('../../../shaders/attention/attention_prefill.1.naive.wgsl?raw');
const flash = () => import('../../../shaders/attention/attention_prefill.2.flash.wgsl?raw');
const registers = () => import('../../../shaders/attention/attention_prefill.3.registers.wgsl?raw');
const blocks = () => import('../../../shaders/attention/attention_prefill.4.blocks.wgsl?raw');
const blocks16 = () => import('../../../shaders/attention/attention_prefill.5.blocks16.wgsl?raw');
const subgroup = () => import('../../../shaders/attention/attention_prefill.6.subgroup.wgsl?raw');

/** Shared by prefill and decoding. */
export interface CausalAttentionArgs {
  /** Token rows of this pass. */
  readonly rows: number;
  readonly heads: number;
  /** Divides heads. */
  readonly kvHeads: number;
  /** Positions per slot of the cache. */
  readonly context: number;
  /** A query sees the last `window` positions, itself included; null for all. */
  readonly window?: number | null;
  /** Row stride and first element of q: heads·headDim and 0 by default; multiples of 4. */
  readonly qRow?: number;
  readonly qAt?: number;
  /** 1 / √headDim by default. */
  readonly scale?: number;
  /** Scores s become cap·tanh(s/cap): given to kernels made with `capped`, and to no others. */
  readonly cap?: number | null;
  /** Where the cache is in blocks: where their scales begin. */
  readonly scalesAt?: ScalesAt;
}
export interface CausalAttentionMade {
  /** A multiple of 4. */
  readonly headDim: number;
  /** Scores are capped (`cap`); false unless given. */
  readonly capped?: boolean;
  /** What the cache is kept in; float32 unless given. */
  readonly cache?: CacheTypes;
}
/** What the shaders call on their scores, and read the cache with. */
export const causalLibs = ({ capped = false, cache = plainCache }: CausalAttentionMade): readonly Source[] => [
  ...(capped ? [softCap, tanh] : [uncapped]),
  ...cacheLibs(cache),
];

/**
 * rows: vec4u (token, slot, position, 0) per row, any slots in any order. q (rows, qRow). keys and values (slots,
 * context, kvHeads, headDim) in the cache's types, written up to every row's position. y (rows, heads·headDim).
 */
export type AttentionPrefillBindings = { rows: 'read'; q: 'read'; keys: 'read'; values: 'read'; y: 'read_write' };
type Prefill = Kernel<AttentionPrefillBindings, CausalAttentionArgs>;

const queries = (a: CausalAttentionArgs) => a.rows * (a.heads / a.kvHeads);
interface Row {
  readonly wgsl: Source;
  readonly grid: (a: CausalAttentionArgs, tiles: number) => Grid;
  readonly libs?: readonly Source[];
  readonly consts?: (headDim: number, tiles: ReturnType<typeof subgroupTiles>) => Readonly<Record<string, string>>;
  /** Largest head dimension; 256 unless given. */
  readonly maxDim?: number;
}
const blocksOf8 = (a: CausalAttentionArgs) => Math.ceil(queries(a) / 8) * a.kvHeads;
const row = ({ libs = [], consts = () => ({}), maxDim = 256, ...own }: Row) => ({ ...own, libs, consts, maxDim });
export const versions = {
  '1.naive': row({ wgsl: naive, grid: (a) => grid1d(a.rows * a.heads, 64) }),
  '2.flash': row({
    wgsl: flash,
    grid: (a) => [Math.ceil(queries(a) / 64), a.kvHeads],
    consts: (headDim) => ({ D4: `${headDim / 4}u`, TILE: `${Math.min(16, Math.floor(2048 / headDim))}u` }),
  }),
  '3.registers': row({ wgsl: registers, grid: (a) => grid1d(Math.ceil(queries(a) / 4) * a.kvHeads, 16) }),
  '4.blocks': row({ wgsl: blocks, libs: [causal], grid: (a) => grid1d(blocksOf8(a), 4) }),
  '5.blocks16': row({ wgsl: blocks16, libs: [causal], grid: (a) => grid1d(blocksOf8(a), 4) }),
  '6.subgroup': row({
    wgsl: subgroup,
    libs: [causal, subgroup4],
    grid: (a, tiles) => grid1d(blocksOf8(a), tiles),
    consts: (_, tiles) => tiles.consts,
    maxDim: 128,
  }),
} as const;
export type AttentionPrefillVersion = keyof typeof versions;

export function assertHeadDim(label: string, headDim: number, most = 256): void {
  if (!Number.isInteger(headDim) || headDim % 4 !== 0 || headDim < 4 || headDim > most)
    throw new RangeError(`${label}: head dimension ${headDim} is not a multiple of 4 up to ${most}`);
}

/** The twelve numbers every causal attention kernel starts its arguments with. */
export function packCausal(
  write: ArgWriter,
  label: string,
  { headDim, capped = false, cache = plainCache }: CausalAttentionMade,
  a: CausalAttentionArgs,
): ArgWriter {
  const { qRow = a.heads * headDim, qAt = 0, window, scale = 1 / Math.sqrt(headDim), cap = null } = a;
  if (a.heads % a.kvHeads !== 0)
    throw new RangeError(`${label}: ${a.heads} heads cannot share ${a.kvHeads} key heads evenly`);
  if (qRow % 4 !== 0 || qAt % 4 !== 0)
    throw new RangeError(`${label}: row stride ${qRow} and offset ${qAt} of q must be multiples of 4`);
  if (window !== undefined && window !== null && window < 1)
    throw new RangeError(`${label}: a window of ${window} positions sees nothing`);
  if (capped !== (cap !== null) || (cap !== null && !(cap > 0)))
    throw new RangeError(`${label}: scores capped at ${cap} in a kernel made ${capped ? 'with' : 'without'} a cap`);
  return write
    .u32(a.rows, a.heads, a.kvHeads, headDim / 4, a.context, window ?? 0, qRow / 4, qAt / 4)
    .f32(scale, cap ?? 0)
    .u32(...scaleWords(label, cache, a.scalesAt));
}

export async function createAttentionPrefillVersion(
  ctx: GpuContext,
  version: AttentionPrefillVersion,
  made: CausalAttentionMade,
): Promise<Prefill> {
  const { headDim } = made;
  const { wgsl, libs, grid, maxDim, consts } = versions[version];
  const label = `attention_prefill.${version}`;
  const tiles = subgroupTiles(ctx.info, headDim / 4, 8);
  assertHeadDim(label, headDim); // in these words what no version takes
  assertHeadDim(label, headDim, maxDim);
  return createKernel(ctx, {
    label,
    wgsl,
    libs: [...libs, ...causalLibs(made)],
    requires: needsOf('attention_prefill', version),
    bindings: { rows: 'read', q: 'read', keys: 'read', values: 'read', y: 'read_write' },
    argBytes: 48,
    consts: consts(headDim, tiles),
    pack: (write, a: CausalAttentionArgs) => void packCausal(write, label, made, a),
    grid: (a) => grid(a, tiles.perWorkgroup),
  });
}

/**
 * Causal attention of many rows over the KV cache, heads up to 256; memory linear in length. Reference:
 * src/math/reference/causalAttention.ts.
 */
export function createAttentionPrefill(ctx: GpuContext, made: CausalAttentionMade): Promise<Prefill> {
  const version = choose(ctx, 'attention_prefill');
  return createAttentionPrefillVersion(ctx, made.headDim > versions[version].maxDim ? '4.blocks' : version, made);
}
