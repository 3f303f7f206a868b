import append from '../../../shaders/lib/append.wgsl?raw';
import rope from '../../../shaders/lib/rope.wgsl?raw';
import trig from '../../../shaders/lib/trig.wgsl?raw';
import {
  CACHE_BLOCK,
  cacheFault,
  type CacheFormat,
  type CacheTypes,
  isBlockCache,
  plainCache,
} from '../../core/cacheFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { ropeTurns } from '../../math/rope.ts';
import { choose } from '../choose.ts';
import { type ScalesAt, scaleWords } from '../attention/cacheTypes.ts';
import { bitsOf, checkHeads, type HeadShape, packTurns, TURN_BYTES } from './qkvAppend.ts';

const wgsl = () => import('../../../shaders/linear/rope_append.wgsl?raw');

export const versions = ['1.pairs', '2.heads'] as const;
export type RopeAppendVersion = (typeof versions)[number];

export interface RopeAppendOptions {
  readonly shape: HeadShape;
  /** headDim/2 radians per token; absent where positions are learned. */
  readonly inverseFrequencies?: readonly number[];
  /** On what is rotated; 1 by default. */
  readonly amplitude?: number;
  /** RMSNorm on every q and k head: the call then needs `qNorm` and `kNorm`. */
  readonly qkNorm?: boolean;
  /** What the caches are kept in; float32 unless given. */
  readonly cache?: CacheTypes;
  readonly version?: RopeAppendVersion;
}
/** `rowsAt`: first entry of `rows`; `qkvAt` and `qAt` in elements. `epsilon` is the norm's, 1e-6 by default. */
export interface RopeAppendArgs {
  readonly rows: number;
  readonly epsilon?: number;
  readonly rowsAt?: number;
  readonly qkvAt?: number;
  readonly qAt?: number;
  /** Where a cache is in blocks: where their scales begin. */
  readonly scalesAt?: ScalesAt;
}
export interface RopeAppend {
  readonly label: string;
  /**
   * `qkv`: (rows, (heads + 2·kvHeads)·headDim); `rows`: (token, slot, position, 0) of each; the rest as in QkvAppend.
   */
  call(
    resources: {
      readonly qkv: Resource;
      readonly rows: Resource;
      readonly q: Resource;
      readonly keys: Resource;
      readonly values: Resource;
      readonly qNorm?: Resource;
      readonly kNorm?: Resource;
    },
    args: RopeAppendArgs,
    slots: UniformSlots,
  ): Call;
}

/**
 * Head norms, rotary positions and the KV cache, after a matmul that made q|k|v rows. Reference: append in
 * src/math/reference/rope.ts.
 */
export async function createRopeAppend(ctx: GpuContext, options: RopeAppendOptions): Promise<RopeAppend> {
  const { shape, inverseFrequencies, amplitude = 1, qkNorm = false, cache = plainCache } = options;
  const { version = choose(ctx, 'rope_append') } = options;
  const { heads, kvHeads, headDim, context } = shape;
  const label = `rope_append.${version}`;
  checkHeads(label, shape, inverseFrequencies);
  const fault = cacheFault(cache, shape);
  if (fault) throw new RangeError(`${label}: ${fault}`);
  const turns = ropeTurns(inverseFrequencies ?? []);
  const whole = version === '2.heads';
  const share = (format: CacheFormat) =>
    isBlockCache(format) ? (kvHeads * headDim) / (2 * CACHE_BLOCK) : kvHeads * (whole ? 1 : headDim / 4);
  const shares = heads * (whole ? 1 : headDim / 4) + share(cache.keys) + share(cache.values);
  const kernel = await createKernel(ctx, {
    label,
    wgsl,
    libs: [rope, trig, append],
    bindings: {
      qkv: 'read',
      rows: 'read',
      qNorm: 'read',
      kNorm: 'read',
      q: 'read_write',
      keys: 'read_write',
      values: 'read_write',
    },
    argBytes: 48 + TURN_BYTES,
    consts: {
      WHOLE_HEAD: String(whole),
      ROPE: String(inverseFrequencies !== undefined),
      NORM: String(qkNorm),
      ...bitsOf(cache),
    },
    pack(write, { rows, epsilon = 1e-6, rowsAt = 0, qkvAt = 0, qAt = 0, scalesAt }: RopeAppendArgs) {
      write.u32(rows, heads, kvHeads, headDim, context, rowsAt, qkvAt, qAt).f32(epsilon, amplitude);
      write.u32(...scaleWords(label, cache, scalesAt));
      packTurns(write, turns);
    },
    grid: ({ rows }) => grid1d(rows * shares, 32),
  });
  return {
    label,
    call({ qNorm, kNorm, ...resources }, args, slots) {
      if (qkNorm && !(qNorm && kNorm)) throw new Error(`${label} was made with head norms and needs qNorm and kNorm`);
      return kernel.call({ ...resources, qNorm: qNorm ?? resources.qkv, kNorm: kNorm ?? resources.qkv }, args, slots);
    },
  };
}
