// What the parts of a transformer's pass share: working memory, the shape of a pass, choices by the weights' format.
import type { MatrixFormat } from '../core/weightFormat.ts';
import type { TransformerConfig } from '../formats/transformerConfig.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createActivate, type Pointwise } from '../kernels/pointwise/activate.ts';
import { createLinear } from '../kernels/linear/linear.ts';
import type { LinearArgs, LinearOptions, LinearResources } from '../kernels/linear/linearShared.ts';
import { MOST_ROWS, type RowSize } from '../kernels/linear/rowDots.ts';
import type { TransformerWeights } from './transformerWeights.ts';

/** Working memory of a pass, float32, one line a token row. */
export interface Activations {
  /** (token, slot, position, 0) of each row. */
  readonly rows: GPUBuffer;
  /** Residual stream, its norm, what a block adds; (rows, width). */
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly delta: GPUBuffer;
  /** Queries, and what attention makes of them; (rows, heads·headDim). */
  readonly q: GPUBuffer;
  readonly attended: GPUBuffer;
  /** q|k|v, or gate|up: whichever a pass of many rows needs next. */
  readonly wide: GPUBuffer;
  /** (rows, hidden). */
  readonly hidden: GPUBuffer;
  readonly partial: GPUBuffer;
  /** Of a mixture of experts. */
  readonly experts?: ExpertActivations;
  /** (places, vocab). */
  readonly logits: GPUBuffer;
}

/** A slot is a token row and one of its choices. */
export interface ExpertActivations {
  /** Router logits (rows, count). */
  readonly routed: GPUBuffer;
  /** Experts of the slots, their weights, and the slots by expert. */
  readonly chosen: GPUBuffer;
  readonly weights: GPUBuffer;
  readonly order: GPUBuffer;
  /** Tiles of one expert's slots. */
  readonly tiles: GPUBuffer;
  /** (slots, width). */
  readonly outputs: GPUBuffer;
  /** What the shared expert gives, (rows, width), and its gate's logit, (rows). */
  readonly shared: GPUBuffer;
  readonly sharedGate: GPUBuffer;
}

/** A pass over `rows` token rows. `heads`: runs of rows whose logits are wanted, in order. */
export interface PassShape {
  readonly rows: number;
  readonly attention: 'decode' | 'prefill';
  readonly splits: number;
  readonly runs: readonly { readonly from: number; readonly count: number }[];
  /** Layers after which the head is applied too; their logits lie behind the others, layer by layer. */
  readonly early?: readonly number[] | undefined;
}

/** Uniform slots of one pass: the most calls of a layer, and what stands around the layers. */
export const passSlots = (config: TransformerConfig): number => (config.experts ? 84 : 20) * config.layers + 64;

const ROW_SIZES: readonly RowSize[] = [1, 2, 4, 8];

/** One kernel for each format that occurs: those of some matrices differ, within a model and within a matrix. */
export async function byFormat<K>(
  formats: readonly MatrixFormat[],
  create: (format: MatrixFormat) => Promise<K>,
): Promise<(format: MatrixFormat) => K> {
  const made = new Map(
    await Promise.all([...new Set(formats)].map(async (format) => [format, await create(format)] as const)),
  );
  return (format) => {
    const found = made.get(format);
    if (!found) throw new RangeError(`no kernel was made for ${format} weights here`);
    return found;
  };
}

/** The weights of a model, and how their kernels are made. */
export function partsOf(ctx: GpuContext, config: TransformerConfig, weights: TransformerWeights) {
  /**
   * Rows up to which kernels that walk the weights once for all rows are used, and matmuls from there. An adapter that
   * emulates a GPU computes as much for 5 rows as for 8 there, and float32 matmuls take half as long for either (packed
   * weights have to be unpacked for both).
   */
  const fewRows = (format: MatrixFormat) => (ctx.info.isSoftware && format === 'f32' ? 4 : MOST_ROWS);
  const sizesOf = (format: MatrixFormat) => ({ sizes: ROW_SIZES.filter((size) => size <= fewRows(format)) });
  /** The matrices of a role, in the layers that have it. */
  const layered = (role: string) =>
    Array.from({ length: config.layers }, (_, i) => `layers.${i}.${role}.weight`).filter((name) => weights.has(name));
  /** The matrix, where its rows have one format and one buffer: kernels that combine far apart rows need that. */
  const whole = (name: string) => {
    const [piece, second] = weights.pieces(name);
    return piece?.matrix.chunks.length === 1 && !second ? piece.matrix : null;
  };
  return {
    ctx,
    config,
    weights,
    sizesOf,
    layered,
    /** Formats of the matrices of a role that are whole. */
    wholes: (role: string) => layered(role).flatMap((name) => whole(name)?.format ?? []),
    /** The matrix, where a kernel that needs it whole serves so many rows of it. */
    fused(name: string, rows: number) {
      const matrix = whole(name);
      return matrix && rows <= fewRows(matrix.format) ? matrix : null;
    },
    biased(name: string) {
      const buffer = weights.optional(`${name}.bias`);
      return buffer ? { bias: buffer } : {};
    },
    /** y = act(W·x + bias) of some matrices: a call for each piece and chunk. */
    async linear(names: readonly string[], options: Omit<LinearOptions, 'format' | 'sizes'> = {}) {
      const formats = names.flatMap((name) => weights.pieces(name).map(({ matrix }) => matrix.format));
      const kernels = await byFormat(formats, (format) =>
        createLinear(ctx, { format, ...options, ...sizesOf(format) }),
      );
      return (name: string, resources: LinearResources, args: LinearArgs, slots: UniformSlots): Call[] => {
        const pieces = weights.pieces(name);
        const yRow = pieces.reduce((n, { matrix }) => n + matrix.rows, 0);
        return pieces.flatMap(({ matrix, firstRow }) =>
          kernels(matrix.format).calls(
            resources,
            matrix,
            { ...args, yRow, yAt: (args.yAt ?? 0) + firstRow, biasAt: firstRow },
            slots,
          ),
        );
      };
    },
    normed: (name: string) => ({
      weight: weights.vector(`${name}.weight`),
      ...(config.norm.kind === 'layernorm' && { bias: weights.vector(`${name}.bias`) }),
    }),
  };
}
export type Parts = ReturnType<typeof partsOf>;

/** x = f(x) in place, `count` numbers; null where there is nothing to do. */
export async function inPlace(ctx: GpuContext, activation: Pointwise, wanted: boolean) {
  const kernel = wanted ? await createActivate(ctx, { activation }) : null;
  return (x: GPUBuffer, count: number, slots: UniformSlots, most?: number): Call[] =>
    kernel ? [kernel.call({ x }, { count, ...(most !== undefined && { most }) }, slots)] : [];
}
