import { quantiseRows } from '../formats/quantise.ts';
import type { WeightSource } from '../formats/weightPlan.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { WeightChunk, WeightMatrix } from '../kernels/linear/weightMatrix.ts';
import { columnsMultiple, weightBytes, type WeightFormat } from '../core/weightFormat.ts';

/** Tables that a token is looked up in or scored by: 4 bits cost them more than they save, as llama.cpp too finds. */
const isTable = (name: string) => name === 'token_embedding' || name === 'head.weight';

type Described = Pick<WeightSource, 'name' | 'kind' | 'cols'> & Partial<Pick<WeightSource, 'parts'>>;

/**
 * The way out of a feed-forward block is what 4 bits cost most (SmolLM2-135M as Q4_1: log-loss +0.221 with it in 4
 * bits, +0.142 in 8, for 13 MB; qkv or output as well gained nothing); llama.cpp's Q4_K_M keeps half of them wider too.
 * A Q4_0 file's own 4 bits are kept as they are.
 */
const isDelicate = ({ name, parts = [] }: Described): boolean =>
  name.endsWith('.down.weight') && !(parts.length > 0 && parts.every(({ entry }) => entry.dtype === 'Q4_0'));

/**
 * The format a weight gets when the model as a whole is kept in `wanted`: the next wider one where 4 bits or the width
 * do not suit.
 */
export function formatOf(source: Described, wanted: WeightFormat): WeightFormat {
  if (source.kind === 'vector' || source.name === 'position_embedding') return 'f32';
  const ladder = ['int4', 'int8', 'f16', 'f32'] as const;
  const from = wanted === 'int4' && (isTable(source.name) || isDelicate(source)) ? 'int8' : wanted;
  return ladder.slice(ladder.indexOf(from)).find((f) => source.cols % columnsMultiple(f) === 0) ?? 'f32';
}

/**
 * Widths below this lose too much at 4 bits: three groups a row cannot average their rounding out (a model of width 96
 * kept 57 % of its choices).
 */
const NARROW = 128;

/** The format that a model as a whole gets for the one that was asked for. */
export function resolvedFormat(
  plan: readonly Pick<WeightSource, 'name' | 'cols'>[],
  wanted: WeightFormat,
): WeightFormat {
  const width = plan.find((s) => s.name === 'token_embedding')?.cols ?? Infinity;
  return wanted === 'int4' && width < NARROW ? 'int8' : wanted;
}

export interface Placed {
  readonly bytes: number;
  readonly largest: number;
  readonly split: readonly string[];
}

/** GPU bytes of all weights, and which of them need several bindings of at most `binding` bytes. */
export function placeWeights(plan: readonly WeightSource[], asked: WeightFormat, binding: number): Placed {
  const wanted = resolvedFormat(plan, asked);
  let bytes = 0;
  let largest = 0;
  const split: string[] = [];
  for (const source of plan) {
    const size = weightBytes(formatOf(source, wanted), source.rows, source.cols);
    bytes += size.data + size.scales;
    largest = Math.max(largest, size.data);
    if (size.data > binding && source.kind === 'matrix') split.push(source.name);
  }
  return { bytes, largest, split };
}

interface Chunk extends WeightChunk {
  readonly data: GPUBuffer;
  readonly scales?: GPUBuffer;
}

/** The weights of one transformer on the GPU. Rows are written as they arrive, in any order. */
export class TransformerWeights {
  readonly #ctx: GpuContext;
  readonly #owner: string;
  readonly #matrices = new Map<string, { readonly matrix: WeightMatrix; readonly chunks: readonly Chunk[] }>();
  readonly #vectors = new Map<string, GPUBuffer>();
  readonly #sources = new Map<string, WeightSource>();
  #bytes = 0;

  private constructor(ctx: GpuContext, owner: string) {
    this.#ctx = ctx;
    this.#owner = owner;
  }

  /** Allocates everything before the first byte is read, so that a model that does not fit says so at once. */
  static async create(
    ctx: GpuContext,
    plan: readonly WeightSource[],
    asked: WeightFormat,
    owner: string,
  ): Promise<TransformerWeights> {
    const wanted = resolvedFormat(plan, asked);
    const weights = new TransformerWeights(ctx, owner);
    try {
      for (const source of plan) await weights.#allocate(source, formatOf(source, wanted));
      return weights;
    } catch (error) {
      weights.destroy();
      throw error;
    }
  }

  async #allocate(source: WeightSource, format: WeightFormat): Promise<void> {
    const { name, rows, cols } = source;
    this.#sources.set(name, source);
    if (source.kind === 'vector' || name === 'position_embedding') {
      this.#vectors.set(name, await this.#buffer(name, rows * cols * 4));
      return;
    }
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#ctx.info.limits;
    const perRow = weightBytes(format, 64, cols).data / 64;
    // Chunks of 64 rows: no word of packed scales is torn, and no tile of a matmul.
    const most = Math.max(64, Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / perRow / 64) * 64);
    const chunks: Chunk[] = [];
    for (let firstRow = 0; firstRow < rows; firstRow += most) {
      const count = Math.min(most, rows - firstRow);
      const size = weightBytes(format, count, cols);
      const data = await this.#buffer(name, size.data);
      const scales = size.scales > 0 ? await this.#buffer(`${name} scales`, size.scales) : undefined;
      chunks.push({ data, firstRow, rows: count, ...(scales && { scales }) });
    }
    this.#matrices.set(name, { matrix: { format, rows, cols, chunks }, chunks });
  }

  async #buffer(label: string, bytes: number): Promise<GPUBuffer> {
    const buffer = await this.#ctx.buffers.create({ label, owner: this.#owner, bytes });
    this.#bytes += buffer.size;
    return buffer;
  }

  get bytes(): number {
    return this.#bytes;
  }
  get parameters(): number {
    return [...this.#sources.values()].reduce((n, s) => n + s.rows * s.cols, 0);
  }
  has(name: string): boolean {
    return this.#sources.has(name);
  }

  matrix(name: string): WeightMatrix {
    const found = this.#matrices.get(name);
    if (!found) throw new RangeError(`no matrix named ${name}`);
    return found.matrix;
  }
  vector(name: string): GPUBuffer {
    const found = this.#vectors.get(name);
    if (!found) throw new RangeError(`no vector named ${name}`);
    return found;
  }
  /** A vector that some architectures have and others do not. */
  optional(name: string): GPUBuffer | undefined {
    return this.#vectors.get(name);
  }

  /**
   * Rows first … first + count − 1 of a weight, float32, row-major. `first` is a multiple of 64 unless all rows come at
   * once or the format has no scales.
   */
  write(name: string, first: number, values: Float32Array<ArrayBuffer>): void {
    const source = this.#sources.get(name);
    if (!source) throw new RangeError(`no weight named ${name}`);
    const { cols } = source;
    const count = values.length / cols;
    const { queue } = this.#ctx.device;
    this.#ctx.assertReady();
    const vector = this.#vectors.get(name);
    if (vector) return queue.writeBuffer(vector, first * cols * 4, values);
    const {
      matrix: { format },
      chunks,
    } = this.#matrices.get(name)!;
    for (const chunk of chunks) {
      const from = Math.max(first, chunk.firstRow);
      const to = Math.min(first + count, chunk.firstRow + chunk.rows);
      if (from >= to) continue;
      const rows = to - from;
      const at = from - chunk.firstRow;
      const packed = quantiseRows(values.subarray((from - first) * cols, (to - first) * cols), rows, cols, format);
      queue.writeBuffer(chunk.data, weightBytes(format, at, cols).data, packed.data);
      if (packed.scales)
        queue.writeBuffer(chunk.scales!, format === 'int4' ? ((at * cols) / 32) * 2 : at * 4, packed.scales);
    }
  }

  destroy(): void {
    for (const { chunks } of this.#matrices.values())
      for (const { data, scales } of chunks) {
        this.#ctx.buffers.destroy(data);
        if (scales) this.#ctx.buffers.destroy(scales);
      }
    for (const buffer of this.#vectors.values()) this.#ctx.buffers.destroy(buffer);
    this.#matrices.clear();
    this.#vectors.clear();
  }
}
