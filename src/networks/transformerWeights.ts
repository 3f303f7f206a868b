import { quantiseRows } from '../formats/quantise.ts';
import { repackBlocks } from '../formats/ggufRepack.ts';
import type { WeightPart, WeightSource } from '../formats/weightPlan.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { WeightChunk, WeightMatrix } from '../kernels/linear/weightMatrix.ts';
import {
  type BlockFormat,
  blockFormats,
  columnsMultiple,
  isBlockFormat,
  type MatrixFormat,
  weightBytes,
  type WeightFormat,
} from '../core/weightFormat.ts';

/** How a model's matrices are kept: made of floats in one format, or each as its file stores it. */
export type KeptFormat = WeightFormat | 'stored';

/** Tables that a token is looked up in or scored by: 4 bits cost them more than they save, as llama.cpp too finds. */
const isTable = (name: string) => name === 'token_embedding' || name === 'head.weight';

type Described = Pick<WeightSource, 'name' | 'kind' | 'cols'> & Partial<Pick<WeightSource, 'parts'>>;

const isRouting = (name: string) => name.endsWith('.router.weight') || name.endsWith('.shared_gate.weight');

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
  // What decides who computes: small, and a wrong choice costs more than its bytes.
  if (isRouting(source.name)) return 'f32';
  const ladder = ['int4', 'int8', 'f16', 'f32'] as const;
  const from = wanted === 'int4' && (isTable(source.name) || isDelicate(source)) ? 'int8' : wanted;
  return ladder.slice(ladder.indexOf(from)).find((f) => source.cols % columnsMultiple(f) === 0) ?? 'f32';
}

/** What keeps a part of a file as it is stored: GGUF's blocks in their own bits, other numbers as exactly as they fit. */
function storedFormat({ entry: { dtype }, cols, transpose, plus = 0 }: WeightPart): MatrixFormat {
  if (plus !== 0) return 'f32';
  if (dtype === 'F16' && cols % columnsMultiple('f16') === 0) return 'f16';
  return !transpose && isBlockFormat(dtype) && cols % columnsMultiple(dtype) === 0 ? dtype : 'f32';
}

/** Rows of a matrix that are kept in one format. */
interface Piece {
  readonly format: MatrixFormat;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * A matrix by formats: one, or as many as its parts of the file have (q, k and v of a Q4_K_M file differ). Neighbours of
 * one format are one piece where a word of scales ends between them.
 */
function piecesOf(source: WeightSource, wanted: KeptFormat): Piece[] {
  const whole = (format: MatrixFormat) => [{ format, firstRow: 0, rows: source.rows }];
  if (wanted !== 'stored') return whole(formatOf(source, wanted));
  const pieces: Piece[] = [];
  for (const part of source.parts) {
    const format = storedFormat(part);
    const last = pieces.at(-1);
    const whole = !isBlockFormat(format) || ((last?.rows ?? 0) * source.cols) % (4 * blockFormats[format].block) === 0;
    if (last?.format === format && whole) pieces[pieces.length - 1] = { ...last, rows: last.rows + part.rows };
    else pieces.push({ format, firstRow: part.rowAt, rows: part.rows });
  }
  // The kernels of experts find one by its number: all of a matrix have one format.
  if (pieces.length > 1 && source.name.includes('.experts.')) return whole('f32');
  return pieces.length > 0 ? pieces : whole('f32');
}
const isVector = (source: Described) => source.kind === 'vector' || source.name === 'position_embedding';

/**
 * Widths below this lose too much at 4 bits: three groups a row cannot average their rounding out (a model of width 96
 * kept 57 % of its choices).
 */
const NARROW = 128;

/** The format that a model as a whole gets for the one that was asked for. */
export function resolvedFormat(plan: readonly Pick<WeightSource, 'name' | 'cols'>[], wanted: KeptFormat): KeptFormat {
  const width = plan.find((s) => s.name === 'token_embedding')?.cols ?? Infinity;
  return wanted === 'int4' && width < NARROW ? 'int8' : wanted;
}

export interface Placed {
  readonly bytes: number;
  readonly largest: number;
  readonly split: readonly string[];
}

/** GPU bytes of all weights, and which of them need several bindings of at most `binding` bytes. */
export function placeWeights(plan: readonly WeightSource[], asked: KeptFormat, binding: number): Placed {
  const wanted = resolvedFormat(plan, asked);
  let bytes = 0;
  let largest = 0;
  const split: string[] = [];
  for (const source of plan) {
    const pieces = isVector(source) ? [{ format: 'f32' as const, rows: source.rows }] : piecesOf(source, wanted);
    const sizes = pieces.map(({ format, rows }) => weightBytes(format, rows, source.cols));
    bytes += sizes.reduce((n, { data, scales }) => n + data + scales, 0);
    largest = Math.max(largest, ...sizes.map((s) => s.data));
    if (source.kind === 'matrix' && sizes.some((s) => s.data > binding)) split.push(source.name);
  }
  return { bytes, largest, split };
}

interface Chunk extends WeightChunk {
  readonly data: GPUBuffer;
  readonly scales?: GPUBuffer;
}

/** Consecutive rows of a matrix that share a format. */
export interface MatrixPiece {
  readonly matrix: WeightMatrix;
  /** Where its row 0 is in the whole matrix. */
  readonly firstRow: number;
}
interface Kept extends MatrixPiece {
  readonly chunks: readonly Chunk[];
}

/** The weights of one transformer on the GPU. Rows are written as they arrive, in any order. */
export class TransformerWeights {
  readonly #ctx: GpuContext;
  readonly #owner: string;
  readonly #matrices = new Map<string, readonly Kept[]>();
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
    asked: KeptFormat,
    owner: string,
  ): Promise<TransformerWeights> {
    const wanted = resolvedFormat(plan, asked);
    const weights = new TransformerWeights(ctx, owner);
    try {
      for (const source of plan) await weights.#allocate(source, wanted);
      return weights;
    } catch (error) {
      weights.destroy();
      throw error;
    }
  }

  async #allocate(source: WeightSource, wanted: KeptFormat): Promise<void> {
    const { name, rows, cols } = source;
    this.#sources.set(name, source);
    if (isVector(source)) {
      this.#vectors.set(name, await this.#buffer(name, rows * cols * 4));
      return;
    }
    const kept: Kept[] = [];
    this.#matrices.set(name, kept);
    for (const piece of piecesOf(source, wanted)) kept.push(await this.#piece(name, cols, piece));
  }

  async #piece(name: string, cols: number, { format, firstRow: start, rows }: Piece): Promise<Kept> {
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
    return { matrix: { format, rows, cols, chunks }, firstRow: start, chunks };
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
  /** Bytes of one weight. */
  bytesOf(name: string): number {
    const buffers = this.#matrices.get(name)?.flatMap(({ chunks }) => chunks) ?? [];
    const own = buffers.reduce((n, { data, scales }) => n + data.size + (scales?.size ?? 0), 0);
    return own + (this.#vectors.get(name)?.size ?? 0);
  }
  has(name: string): boolean {
    return this.#sources.has(name);
  }

  /** A matrix by the formats of its rows, in order; most have one. */
  pieces(name: string): readonly MatrixPiece[] {
    const found = this.#matrices.get(name);
    if (!found) throw new RangeError(`no matrix named ${name}`);
    return found;
  }
  /** A matrix of one format. */
  matrix(name: string): WeightMatrix {
    const [first, second] = this.pieces(name);
    if (!first || second) throw new RangeError(`${name} is kept in several formats`);
    return first.matrix;
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
    for (const { chunk, format, at, from, rows } of this.#rows(name, first, count)) {
      if (isBlockFormat(format)) throw new RangeError(`${name} is kept as ${format}; it is written in blocks`);
      const packed = quantiseRows(values.subarray(from * cols, (from + rows) * cols), rows, cols, format);
      queue.writeBuffer(chunk.data, weightBytes(format, at, cols).data, packed.data);
      if (packed.scales)
        queue.writeBuffer(chunk.scales!, format === 'int4' ? ((at * cols) / 32) * 2 : at * 4, packed.scales);
    }
  }

  /** Each chunk that holds some of rows first … first + count − 1: `at` rows into it, `from` rows into those given. */
  *#rows(name: string, first: number, count: number) {
    for (const { matrix, firstRow, chunks } of this.#matrices.get(name)!)
      for (const chunk of chunks) {
        const start = firstRow + chunk.firstRow;
        const from = Math.max(first, start);
        const rows = Math.min(first + count, start + chunk.rows) - from;
        if (rows > 0) yield { chunk, format: matrix.format, at: from - start, from: from - first, rows };
      }
  }

  /** The type of blocks in which a row is kept, or null where `write` takes it as numbers. */
  blocksAt(name: string, row: number): BlockFormat | null {
    const kept = this.#matrices.get(name)?.find((k) => row >= k.firstRow && row < k.firstRow + k.matrix.rows);
    return kept && isBlockFormat(kept.matrix.format) ? kept.matrix.format : null;
  }

  /** As `write` for rows kept as their file stores them: `count` rows of blocks. */
  writeBlocks(name: string, first: number, bytes: Uint8Array, count: number): void {
    const cols = this.#sources.get(name)?.cols ?? 0;
    const { queue } = this.#ctx.device;
    this.#ctx.assertReady();
    for (const { chunk, format, at, from, rows } of this.#rows(name, first, count)) {
      if (!isBlockFormat(format)) throw new RangeError(`${name} is kept as ${format}, not in blocks`);
      const { block, scaleBlocks, scaleWords } = blockFormats[format];
      const units = (at * cols) / block / scaleBlocks;
      if (!Number.isInteger(units)) throw new RangeError(`row ${at} of ${name} begins inside a word of scales`);
      const stride = bytes.length / count;
      const packed = repackBlocks(format, bytes.subarray(from * stride, (from + rows) * stride), rows * cols);
      queue.writeBuffer(chunk.data, weightBytes(format, at, cols).data, packed.data);
      if (chunk.scales) queue.writeBuffer(chunk.scales, 4 * scaleWords * units, packed.scales);
    }
  }

  destroy(): void {
    for (const { data, scales } of [...this.#matrices.values()].flat().flatMap((kept) => kept.chunks)) {
      this.#ctx.buffers.destroy(data);
      if (scales) this.#ctx.buffers.destroy(scales);
    }
    for (const buffer of this.#vectors.values()) this.#ctx.buffers.destroy(buffer);
    this.#matrices.clear();
    this.#vectors.clear();
  }
}
