import { concatChannels, convAt, normalised, nearest } from '../../math/reference/conv.ts';
import { weightBytes, type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { createConv2d, type Conv2dVersion } from '../conv/conv2d.ts';
import { bordered, dense, type ConvArgs, type Dense, isDirect, pixelsOf } from '../conv/convArgs.ts';
import { convFlops, tapChannels } from '../conv/convShape.ts';
import { splitsOf } from '../conv/convSums.ts';
import { signal, spread } from './inputs.ts';
import { assemble, at, checkShape, MOST_MACS, upTo, variants, versionsOf } from './harness.ts';
import { bytesOf, formatTitle, linearTolerance, matrix } from './packedLinear.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 64 },
  { name: 'height', label: 'rows', min: 1, max: 1024 },
  { name: 'width', label: 'columns', min: 1, max: 1024 },
  { name: 'channels', label: 'channels', min: 1, max: 4096 },
  { name: 'skip', label: 'channels of a second input', min: 0, max: 4096 },
  { name: 'outputs', label: 'outputs', min: 1, max: 4096 },
  { name: 'kernel', label: 'taps a side', min: 1, max: 3 },
  { name: 'stride', label: 'stride', min: 1, max: 2 },
  { name: 'after', label: '1: zeros only right and below', min: 0, max: 1 },
  { name: 'up', label: '1: input doubled', min: 0, max: 1 },
  { name: 'norm', label: '1: SiLU(a·x + b) first', min: 0, max: 1 },
];
const plain: Shape = {
  samples: 1,
  height: 1,
  width: 1,
  channels: 8,
  skip: 0,
  outputs: 8,
  kernel: 3,
  stride: 1,
  after: 0,
  up: 0,
  norm: 0,
};
const square = (size: number, channels: number, outputs: number, more: Shape = {}): Shape => ({
  ...plain,
  height: size,
  width: size,
  channels,
  outputs,
  norm: 1,
  ...more,
});

function argsOf(s: Shape): ConvArgs {
  return {
    samples: s.samples!,
    height: s.height!,
    width: s.width!,
    channels: s.skip! > 0 ? [s.channels!, s.skip!] : [s.channels!],
    kernel: s.kernel!,
    stride: s.stride!,
    padding: s.after === 1 ? 'after' : 'same',
    upsample: s.up === 1,
    norm: s.norm === 1,
    activation: s.norm === 1 ? 'silu' : 'none',
  };
}
const ceil = (a: number, b: number) => Math.ceil(a / b);
const sizes = (s: Shape) => {
  const d = dense('conv2d', argsOf(s), s.outputs!);
  const m = pixelsOf(d);
  return { d, m, n: s.outputs!, taps: d.kernel ** 2, wide: 8 * d.units };
};

/** Elements that conv_prepare reads (with a and b) and writes; none where a picture is read as it lies. */
function prepared(d: Dense): number {
  if (isDirect(d)) return 0;
  const { rows, columns } = bordered(d);
  return d.samples * rows * columns * 8 * d.units * (d.norm ? 4 : 2);
}

/** Bytes of weights and scales, and elements of the picture, of biases and of partial sums. */
interface Loads {
  readonly weights: number;
  readonly x: number;
  readonly bias: number;
  readonly partial?: number;
}
const scaleBytes = (format: WeightFormat, words: number) => (format === 'int4' ? 4 * words : 0);
const loads: Readonly<Record<string, (format: WeightFormat, s: Shape) => Loads>> = {
  // Eight channels of a pixel for four outputs, each with its weights.
  '1.naive'(format, s) {
    const { d, m, n, taps, wide } = sizes(s);
    const rounds = m * ceil(n, 4) * taps;
    return {
      weights: 4 * rounds * (bytesOf(format, wide) + scaleBytes(format, wide / 8)),
      x: rounds * wide * (d.norm ? 3 : 1),
      bias: 4 * m * ceil(n, 4),
    };
  },
  // 24 + 16 elements a channel for each quad's tile of 24×16, eight of them a workgroup; int8 and int4 ask a word a pair.
  '2.quad'(format, s) {
    const { d, m, n, taps, wide } = sizes(s);
    const tiles = 8 * ceil(ceil(m, 24) * ceil(n, 16), 8);
    const pair = format === 'f32' ? 8 : 4;
    return {
      weights: tiles * taps * 16 * (wide / 2) * (pair + scaleBytes(format, 1)),
      x: tiles * taps * 24 * wide + prepared(d),
      bias: 32 * tiles,
    };
  },
  // 32 + 32 elements a channel for each octet's tile of 32×32, four of them a workgroup.
  '3.octet'(format, s) {
    const { d, m, n, taps, wide } = sizes(s);
    const tiles = 4 * ceil(ceil(m, 32) * ceil(n, 32), 4);
    return {
      weights: tiles * taps * 32 * (bytesOf(format, wide) + scaleBytes(format, wide / 8)),
      x: tiles * taps * 32 * wide + prepared(d),
      bias: 64 * tiles,
    };
  },
  // The picture once for each 64 outputs and tap, the weights once for each 64 pixels.
  '4.tiled': (format, s) => tiled(format, s, 1),
  '5.split': (format, s) => tiled(format, s, splitsOf(sizes(s).d, s.outputs!).splits),
  '6.half': (format, s) => tiled(format, s, splitsOf(sizes(s).d, s.outputs!).splits),
};
function tiled(format: WeightFormat, s: Shape, splits: number): Loads {
  const { d, m, n, taps, wide } = sizes(s);
  return {
    weights: ceil(m, 64) * n * taps * (bytesOf(format, wide) + 2 * scaleBytes(format, wide / 8)),
    x: ceil(n, 64) * taps * m * wide * (d.norm ? 3 : 1),
    bias: m * n,
    ...(splits > 1 && { partial: 2 * splits * m * n }),
  };
}

function family(format: WeightFormat): Family {
  const id = `conv2d_${format}`;
  // int4 weights lie in groups of 32 channels.
  const edge = format === 'int4' ? 32 : 8;
  return {
    id,
    group: 'convolution',
    tunes: 'conv2d',
    dims,
    title: `Convolution, ${formatTitle[format]}`,
    summary:
      'y = W ∗ act(a·x + b) + bias over pictures with channels innermost: the norm, SiLU, doubling and joining of two inputs that come before it in a UNet are read on the way.',
    versions: versionsOf('conv2d'),
    shapes: [
      { label: 'small UNet, 16²: 64 to 64', shape: square(16, 64, 64) },
      { label: 'small UNet, 8²: 128 + 64 to 128', shape: square(8, 128, 128, { skip: 64 }) },
      { label: 'SD at 256², 32²: 320 to 320', shape: square(32, 320, 320) },
      { label: 'SD at 256², 16²: 640 to 640', shape: square(16, 640, 640) },
      { label: 'SD at 256², 8²: 1280 + 640 to 1280', shape: square(8, 1280, 1280, { skip: 640 }) },
      { label: 'SD at 256², 4²: 1280 to 1280', shape: square(4, 1280, 1280) },
      { label: 'SD at 256², down from 32²: 320 to 320', shape: square(32, 320, 320, { stride: 2, norm: 0 }) },
      { label: 'SD at 256², up from 16²: 640 to 640', shape: square(16, 640, 640, { up: 1, norm: 0 }) },
      {
        label: 'SD at 256², 32²: 640 + 320 to 320, 1×1',
        shape: square(32, 640, 320, { skip: 320, kernel: 1, norm: 0 }),
      },
      { label: 'DDPM at 32², 32²: 128 to 128', shape: square(32, 128, 128) },
      { label: 'TAESD at 256², 64²: 64 to 64', shape: square(64, 64, 64, { norm: 0 }) },
      { label: 'VAE at 256², 128²: 128 to 128', shape: square(128, 128, 128) },
    ],
    edges: variants(
      { ...plain, channels: edge },
      {},
      { kernel: 1, outputs: 1 },
      { height: 5, width: 7, outputs: 4, norm: 1 },
      { height: 7, width: 9, channels: 2 * edge, skip: edge, outputs: 13, kernel: 1 },
      { height: 3, width: 4, channels: edge === 8 ? 3 : 32, outputs: 33, norm: 1, samples: 3 },
      { height: 8, width: 8, channels: edge === 8 ? 20 : 64, skip: edge === 8 ? 12 : 32, outputs: 65, norm: 1 },
      { height: 9, width: 6, channels: 3 * edge, outputs: 33, stride: 2 },
      { height: 6, width: 9, channels: edge, outputs: 20, stride: 2, after: 1, samples: 2 },
      { height: 4, width: 3, channels: 2 * edge, outputs: 36, up: 1, samples: 2 },
      { height: 13, width: 5, channels: edge, outputs: 31, kernel: 2, after: 1 },
      { height: 2, width: 3, channels: 5 * edge, skip: 4 * edge, outputs: 70, norm: 1, kernel: 1 },
    ),
    work(s) {
      const { m, n, taps, wide } = sizes(s);
      const { data, scales } = weightBytes(format, n, taps * wide);
      const read = s.samples! * s.height! * s.width! * (s.channels! + s.skip!);
      return { flops: convFlops(argsOf(s), n), bytes: data + scales + 4 * (read + n + m * n) };
    },
    // And a store of each output.
    moves(version, s) {
      const { m, n } = sizes(s);
      const l = loads[version]?.(format, s) ?? { weights: NaN, x: NaN, bias: NaN };
      return l.weights + 4 * (l.x + l.bias + (l.partial ?? 0) + m * n);
    },
    prepare(ctx, slots, version, shape) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(id, dims, shape);
        const args = argsOf(shape);
        const { d, n } = sizes(shape);
        const channels = shape.channels! + shape.skip!;
        const kernel = await createConv2d(ctx, { format, version: version as Conv2dVersion });
        const w = await matrix(harness, format, n, d.columns, 3);
        const pixels = d.samples * d.height * d.width;
        const data = { x: signal(pixels * shape.channels!, 2), x2: signal(pixels * shape.skip!, 5) };
        const norms = signal(d.samples * 2 * channels, 6, 2);
        const biases = signal(n, 4);
        const x = await harness.input('x', data.x);
        const x2 = shape.skip! > 0 ? await harness.input('x2', data.x2) : undefined;
        const norm = d.norm ? await harness.input('norm', norms) : undefined;
        const bias = await harness.input('bias', biases);
        const count = pixelsOf(d) * n;
        const y = await harness.output('y', count);
        const bytes = kernel.scratchBytes(args, n);
        const scratch = bytes > 0 ? await harness.output('scratch', bytes / 4) : undefined;
        const optional = { ...(x2 && { x2 }), ...(norm && { norm }), ...(scratch && { scratch }) };
        return {
          record: () => kernel.calls({ x, ...optional, bias, y }, w, args, slots),
          outputs: [
            {
              name: 'y',
              buffer: y,
              at: 0,
              count,
              type: 'f32',
              tolerance: 4 * linearTolerance(d.columns), // the inputs' own roundings; a·x + b may be three times a signal
              expected: () => reference(shape, d, channels, data, d.norm ? norms : undefined, w, biases),
            },
          ],
        };
      });
    },
  };
}

function reference(
  shape: Shape,
  d: Dense,
  channels: number,
  { x, x2 }: { readonly x: Float32Array; readonly x2: Float32Array },
  norm: Float32Array | undefined,
  w: { row(r: number): Float64Array },
  biases: Float32Array,
) {
  const n = shape.outputs!;
  const stored = { samples: d.samples, height: d.height, width: d.width, channels };
  const read = { height: d.height << d.up, width: d.width << d.up };
  const joined = concatChannels(x, x2, d.samples * d.height * d.width);
  const picture = nearest(normalised(joined, norm, norm ? 'silu' : 'none', stored), stored, read);
  const wide = tapChannels(channels);
  const known = new Map<number, Float64Array>();
  const filter = (o: number) => {
    if (!known.has(o)) {
      const row = w.row(o);
      known.set(
        o,
        Float64Array.from(
          { length: channels * d.kernel ** 2 },
          (_, i) => row[(i % d.kernel ** 2) * wide + Math.floor(i / d.kernel ** 2)]!,
        ),
      );
    }
    return known.get(o)!;
  };
  const o = { ...read, channels, kernel: d.kernel, stride: d.stride, pad: d.pad };
  const count = pixelsOf(d) * n;
  const indices = count * channels * d.kernel ** 2 <= MOST_MACS ? upTo(count) : spread(pixelsOf(d), n, 256);
  return at(indices, (i) => {
    const p = Math.floor(i / n);
    const [sample, row, column] = [
      Math.floor(p / (d.out.width * d.out.height)),
      Math.floor(p / d.out.width) % d.out.height,
      p % d.out.width,
    ];
    return convAt(picture, filter(i % n), o, sample, row, column, 0) + biases[i % n]!;
  });
}

/** conv2d_f32, conv2d_f16, conv2d_int8 and conv2d_int4. */
export const conv2d: readonly Family[] = weightFormats.map(family);
