/** What a convolution is asked for, and its place in the uniform of shaders/lib/conv.wgsl. */
import type { ArgWriter } from '../../gpu/slots.ts';
import type { WeightChunk } from '../linear/weightMatrix.ts';
import { type Band, bordersOf, type ConvShape, convColumns, convSize, rowsRead, tapChannels } from './convShape.ts';

export interface ConvArgs extends ConvShape {
  /** a·x + b of each sample and channel first, from the binding `norm`. */
  readonly norm?: boolean;
  /** Of the input, after the norm. */
  readonly activation?: 'none' | 'silu' | 'relu';
  /** y += … */
  readonly accumulate?: boolean;
  /** max(0, y) in the end. */
  readonly relu?: boolean;
  /** Rows of the output to compute; all unless given. */
  readonly band?: Band;
  /** Stored rows that x (and x2) hold; all unless given. */
  readonly input?: Band;
  /** Rows that y (and the residual) hold; all unless given. */
  readonly output?: Band;
  /** Elements from a pixel of y to the next; the number of outputs unless given. */
  readonly yRow?: number;
  readonly yAt?: number;
  readonly residualAt?: number;
  readonly biasAt?: number;
  /** Elements from a sample's biases to the next sample's; 0, one row for all, unless given. */
  readonly biasRow?: number;
}

/** One dispatch: a chunk of the weights over the whole picture, or over one of two inputs. */
export interface PictureCall {
  readonly d: Dense;
  readonly chunk: WeightChunk;
  /** Of two inputs that are read as they lie: which. */
  readonly input?: number;
  readonly hasBias: boolean;
  readonly hasResidual: boolean;
  readonly accumulate: boolean;
  readonly relu: boolean;
  readonly splits?: number;
  readonly perSplit?: number;
}

export type Dense = ReturnType<typeof dense>;

/** Every default filled in; throws where sizes do not fit together. */
export function dense(label: string, a: ConvArgs, outputs: number) {
  const { samples, height, width, kernel } = a;
  const stride = a.stride ?? 1;
  const out = { height: convSize(height, a), width: convSize(width, a) };
  const counts = { samples, height, width, kernel, stride, outputs };
  for (const [name, value] of [...Object.entries(counts), ...a.channels.map((c) => ['channels', c] as const)])
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${label}: ${name} is ${value}; it must be a whole number from 1`);
  if (out.height < 1 || out.width < 1)
    throw new RangeError(`${label}: a picture of ${width}×${height} is smaller than the ${kernel}×${kernel} taps`);
  const band = a.band ?? { first: 0, rows: out.height };
  const input = a.input ?? { first: 0, rows: height };
  const output = a.output ?? { first: 0, rows: out.height };
  within(`${label}: the band`, band, { first: 0, rows: out.height });
  within(`${label}: the band`, band, output);
  within(`${label}: what the band reads`, rowsRead(band, a), input);
  const channels = a.channels.reduce((sum: number, c) => sum + c, 0);
  const yRow = a.yRow ?? outputs;
  const units = tapChannels(channels) / 8;
  return {
    samples,
    height,
    width,
    kernel,
    stride,
    out,
    band,
    input,
    output,
    yRow,
    units,
    channels: a.channels as readonly number[],
    pad: bordersOf(a).before,
    up: a.upsample ? 1 : 0,
    norm: a.norm ?? false,
    activation: ['none', 'silu', 'relu'].indexOf(a.activation ?? 'none'),
    columns: convColumns(kernel, channels),
    yAt: a.yAt ?? 0,
    residualAt: a.residualAt ?? 0,
    biasAt: a.biasAt ?? 0,
    biasRow: a.biasRow ?? 0,
  };
}

function within(what: string, inner: Band, outer: Band): void {
  if (inner.first < outer.first || inner.rows < 1 || inner.first + inner.rows > outer.first + outer.rows)
    throw new RangeError(
      `${what} is rows ${inner.first} to ${inner.first + inner.rows - 1}, and there are ${outer.first} to ${outer.first + outer.rows - 1}`,
    );
}

export const pixelsOf = (d: Dense): number => d.samples * d.band.rows * d.out.width;

/** The picture with its borders: of the rows that the band reads, channels in whole units. */
export const bordered = (d: Dense) => ({
  rows: (d.band.rows - 1) * d.stride + d.kernel,
  columns: (d.out.width - 1) * d.stride + d.kernel,
  top: d.band.first * d.stride - d.pad,
  left: -d.pad,
});

/** A bordered version reads such a picture where it lies: no border, nothing to do, channels in whole units. */
export const isDirect = (d: Dense): boolean =>
  d.kernel === 1 && d.up === 0 && !d.norm && d.activation === 0 && d.channels.every((c) => c % 8 === 0);

/** Twelve words. */
export const packPicture = (write: ArgWriter, d: Dense): ArgWriter =>
  write
    .u32(d.height << d.up, d.width << d.up, d.up, d.width, d.input.first, d.input.rows)
    .u32(d.channels[0]!, d.channels[1] ?? 0, d.norm ? 1 : 0, d.activation, 0, 0);

/** Where a bordered version finds its picture, in vec4s. */
function lines(d: Dense, input: number | undefined) {
  if (!isDirect(d)) {
    const { rows, columns } = bordered(d);
    const line = columns * 2 * d.units;
    return { first: 0, count: d.units, at: 0, line, sample: rows * line };
  }
  const count = d.channels[input ?? 0]! / 8;
  const line = d.width * 2 * count;
  return {
    first: input === 1 ? d.channels[0]! / 8 : 0,
    count,
    at: (d.band.first * d.stride - d.input.first) * line,
    line,
    sample: d.input.rows * line,
  };
}

export function packConv(write: ArgWriter, a: PictureCall, isBordered: boolean): void {
  const { d, chunk, splits = 1, perSplit = 2 ** 31 } = a;
  const read = isBordered ? lines(d, a.input) : { first: 0, count: d.units, at: 0, line: 0, sample: 0 };
  const first = (d.band.first - d.output.first) * d.out.width * d.yRow + chunk.firstRow;
  const flags = [a.hasBias, a.hasResidual, a.accumulate, a.relu].reduce((sum, on, i) => sum + (on ? 1 << i : 0), 0);
  write.u32(d.columns / 8, d.units, read.first, read.count);
  packPicture(write, d);
  write.u32(chunk.rows, d.samples, d.band.rows, d.out.width);
  write.u32(d.kernel, d.stride, d.pad, d.band.first);
  write.u32(read.at, read.line, read.sample, splits);
  write.u32(d.yAt + first, d.yRow, d.output.rows * d.out.width * d.yRow, d.residualAt + first);
  write.u32(d.biasAt + chunk.firstRow, d.biasRow, flags, perSplit);
}
