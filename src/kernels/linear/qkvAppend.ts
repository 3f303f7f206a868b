import append from '../../../shaders/lib/append.wgsl?raw';
import rope from '../../../shaders/lib/rope.wgsl?raw';
import trig from '../../../shaders/lib/trig.wgsl?raw';
import { cacheBits, type CacheTypes, isBlockCache, plainCache } from '../../core/cacheFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { Call, Resource } from '../../gpu/kernel.ts';
import type { ArgWriter, UniformSlots } from '../../gpu/slots.ts';
import { ropeTurns } from '../../math/rope.ts';
import type { RowsOfX } from './linearShared.ts';
import { createRowDots, type RowDotsOptions } from './rowDots.ts';
import { bindWeights, checkWeights, onlyChunk, type WeightMatrix } from './weightMatrix.ts';

const wgsl = () => import('../../../shaders/linear/qkv_append.wgsl?raw');

/** How heads lie in q|k|v rows and in the caches. `context`: positions per slot of the caches. */
export interface HeadShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly context: number;
}
/** Longest head: the rotary frequencies travel with the arguments. */
export const MOST_HEAD_DIM = 256;

export function checkHeads(
  label: string,
  { heads, kvHeads, headDim, context }: HeadShape,
  inverseFrequencies?: readonly number[],
): void {
  if (headDim % 4 !== 0 || headDim < 4 || headDim > MOST_HEAD_DIM)
    throw new RangeError(`${label}: head dimension ${headDim} is not a multiple of 4 up to ${MOST_HEAD_DIM}`);
  if (inverseFrequencies && inverseFrequencies.length !== headDim / 2)
    throw new RangeError(
      `${label}: ${inverseFrequencies.length} rotary frequencies for a head dimension of ${headDim}`,
    );
  if (heads < 1 || kvHeads < 1 || context < 1)
    throw new RangeError(`${label}: ${heads} heads, ${kvHeads} kv heads and ${context} positions must all be positive`);
}
/** Bits of what an append writes, as the shaders' constants. */
export const bitsOf = ({ keys, values }: CacheTypes) => ({
  KEY_BITS: `${cacheBits[keys]}u`,
  VALUE_BITS: `${cacheBits[values]}u`,
});
/** The uniform array of lib/rope.wgsl: always its full length, so that one layout serves every head. */
export const TURN_BYTES = 4 * MOST_HEAD_DIM;
export function packTurns(write: ArgWriter, turns: Uint32Array): void {
  write.align(16).u32(...turns);
}

export interface QkvOptions extends RowDotsOptions {
  readonly shape: HeadShape;
  /** headDim/2 radians per token; absent where positions are learned (GPT-2). */
  readonly inverseFrequencies?: readonly number[];
  /** On what is rotated; 1 by default. */
  readonly amplitude?: number;
  /** What the caches are kept in: f32 or f16; float32 unless given. Blocks are rope_append's. */
  readonly cache?: CacheTypes;
}
/** `rowsAt`: first entry of `rows`; `qAt` in elements. */
export interface QkvArgs extends RowsOfX {
  readonly rowsAt?: number;
  readonly qAt?: number;
  readonly biasAt?: number;
}
export interface QkvAppend {
  readonly label: string;
  /**
   * `rows`: (token, slot, position, 0) of each row of x. q: (rows, heads·headDim). Caches: (slots, context,
   * kvHeads·headDim).
   */
  call(
    resources: {
      readonly x: Resource;
      readonly bias?: Resource;
      readonly rows: Resource;
      readonly q: Resource;
      readonly keys: Resource;
      readonly values: Resource;
    },
    weights: WeightMatrix,
    args: QkvArgs,
    slots: UniformSlots,
  ): Call;
}

interface Own extends RowsOfX {
  readonly cols: number;
  readonly rowsAt: number;
  readonly qAt: number;
  readonly biasAt: number;
  readonly hasBias: boolean;
}

/**
 * q|k|v = W·x[r] + bias, RoPE on q and k, k and v into the caches, for 1 to 8 rows. Reference: qkvAppend in
 * src/math/reference/rope.ts.
 */
export async function createQkvAppend(ctx: GpuContext, options: QkvOptions): Promise<QkvAppend> {
  const { shape, inverseFrequencies, amplitude = 1, format, cache = plainCache } = options;
  const { heads, kvHeads, headDim, context } = shape;
  checkHeads('qkv_append', shape, inverseFrequencies);
  if (isBlockCache(cache.keys) || isBlockCache(cache.values))
    throw new RangeError(`qkv_append: it writes no blocks (${cache.keys}, ${cache.values}); rope_append does`);
  const turns = ropeTurns(inverseFrequencies ?? []);
  const dots = await createRowDots(ctx, options, {
    label: 'qkv_append',
    wgsl,
    libs: [rope, trig, append],
    bindings: { x: 'read', bias: 'read', rows: 'read', q: 'read_write', keys: 'read_write', values: 'read_write' },
    argBytes: 48 + TURN_BYTES,
    consts: { ROPE: String(inverseFrequencies !== undefined), ...bitsOf(cache) },
    quads: () => (heads + 2 * kvHeads) * (headDim / 4),
    pack(write, a: Own) {
      write.u32(heads, kvHeads, headDim, context, a.rowsAt, a.qAt, a.biasAt, a.hasBias ? 1 : 0).f32(amplitude);
      packTurns(write, turns);
    },
  });
  return {
    label: dots.label,
    call({ bias, ...resources }, weights, { rowsAt = 0, qAt = 0, biasAt = 0, ...rows }, slots) {
      checkWeights(dots.label, weights, format);
      if (weights.rows !== (heads + 2 * kvHeads) * headDim)
        throw new RangeError(`${dots.label}: ${weights.rows} weight rows, not (${heads} + 2·${kvHeads})·${headDim}`);
      return dots.call(
        { ...bindWeights(onlyChunk(dots.label, weights)), ...resources, bias: bias ?? resources.x },
        { ...rows, cols: weights.cols, rowsAt, qAt, biasAt, hasBias: bias !== undefined },
        slots,
      );
    },
  };
}
