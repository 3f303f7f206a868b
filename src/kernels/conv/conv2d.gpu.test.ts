import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needsOf } from '../../core/kernelVersions.ts';
import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import type { Call } from '../../gpu/kernel.ts';
import { supports } from '../../gpu/kernel.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { concatChannels, conv2d, nearest, normalised } from '../../math/reference/conv.ts';
import { testWeights } from '../../networks/weightTesting.ts';
import { versionsHere } from '../testing.ts';
import type { ConvArgs } from './convArgs.ts';
import { bordersOf, convBands, convColumns, convSize, rowsRead, tapChannels } from './convShape.ts';
import { type Conv2d, type Conv2dVersion, createConv2d, versions } from './conv2d.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
const offered = versionsHere('conv2d', Object.keys(versions) as Conv2dVersion[]).filter((v) =>
  supports(ctx.info, needsOf('conv2d', v)),
);

/** Weights of the columns that the layout has, as (outputs, channels, k, k). */
function filters(values: Float64Array, outputs: number, channels: number, kernel: number): Float64Array {
  const wide = tapChannels(channels);
  const taps = kernel ** 2;
  return Float64Array.from({ length: outputs * channels * taps }, (_, i) => {
    const [o, c, tap] = [Math.floor(i / channels / taps), Math.floor(i / taps) % channels, i % taps];
    return values[(o * taps + tap) * wide + c]!;
  });
}

interface Case extends ConvArgs {
  readonly outputs: number;
  readonly format?: WeightFormat;
  readonly residual?: boolean;
  readonly chunkRows?: number;
  /** Computed in bands of so many operations. */
  readonly flops?: number;
}

async function check(kernel: Conv2d, c: Case): Promise<void> {
  const { outputs, format = 'f16', residual = false, chunkRows = outputs, flops, ...args } = c;
  const channels = args.channels.reduce((sum: number, n) => sum + n, 0);
  const weights = await testWeights(ctx, format, outputs, convColumns(args.kernel, channels), 3, chunkRows);
  const stored = { samples: args.samples, height: args.height, width: args.width, channels };
  const pixels = args.samples * args.height * args.width;
  const out = { height: convSize(args.height, args), width: convSize(args.width, args) };
  const { yAt = 0, biasAt = 0, biasRow = 0, residualAt = 0, yRow = outputs } = args;
  const count = args.samples * out.height * out.width;
  const data = {
    x: wave(pixels * args.channels[0], 2),
    x2: wave(pixels * (args.channels[1] ?? 0) + 4, 5),
    norm: wave(2 * args.samples * channels, 6),
    bias: wave(biasAt + (args.samples - 1) * biasRow + outputs, 4),
    residual: wave(residualAt + count * yRow, 7),
    y: wave(yAt + count * yRow + 3, 8),
  };
  const buffers = Object.fromEntries(
    await Promise.all(Object.entries(data).map(async ([name, d]) => [name, await upload(ctx, d, name)] as const)),
  ) as Record<keyof typeof data, GPUBuffer>;
  const bands = flops === undefined ? [undefined] : convBands(args, outputs, flops);
  const calls: Call[] = [];
  const scratches: GPUBuffer[] = [];
  for (const band of bands) {
    const own = { ...args, ...(band && { band }) };
    const bytes = kernel.scratchBytes(own, outputs);
    // What was there before must not matter: numbers, where borders have to be zeros.
    const scratch = bytes > 0 ? await upload(ctx, wave(bytes / 4, 9)) : undefined;
    if (scratch) scratches.push(scratch);
    calls.push(
      ...kernel.calls(
        {
          x: buffers.x,
          ...(args.channels.length === 2 && { x2: buffers.x2 }),
          ...(args.norm && { norm: buffers.norm }),
          bias: buffers.bias,
          ...(residual && { residual: buffers.residual }),
          y: buffers.y,
          ...(scratch && { scratch }),
        },
        weights,
        own,
        slots,
      ),
    );
  }
  const got = await run(ctx, slots, calls, buffers.y, 0, data.y.length);
  const joined = concatChannels(data.x, data.x2.subarray(0, -4), pixels);
  const read = args.upsample ? { height: 2 * args.height, width: 2 * args.width } : stored;
  const picture = nearest(
    normalised(joined, args.norm ? data.norm : undefined, args.activation ?? 'none', stored),
    stored,
    read,
  );
  const product = conv2d(picture, filters(weights.values, outputs, channels, args.kernel), {
    samples: args.samples,
    height: read.height,
    width: read.width,
    channels,
    outputs,
    kernel: args.kernel,
    stride: args.stride ?? 1,
    pad: bordersOf(args).before,
    out,
  });
  const expected = Float64Array.from(data.y); // what is not an output must stay
  product.forEach((v, i) => {
    const n = i % outputs;
    const p = Math.floor(i / outputs);
    const sample = Math.floor(p / (out.height * out.width));
    let sum = v + data.bias[biasAt + sample * biasRow + n]!;
    if (residual) sum += data.residual[residualAt + p * yRow + n]!;
    if (args.accumulate) sum += data.y[yAt + p * yRow + n]!;
    expected[yAt + p * yRow + n] = args.relu ? Math.max(0, sum) : sum;
  });
  const { error, scale } = compare(got, expected);
  expect(scale).toBeGreaterThan(0.5);
  expect(error, JSON.stringify(c)).toBeLessThan(6e-8 * (16 + 6 * Math.sqrt(weights.cols)) * 2);
  weights.destroy();
  for (const buffer of [...Object.values(buffers), ...scratches]) ctx.buffers.destroy(buffer);
}

const resnet = { samples: 2, height: 7, width: 5, channels: [16] as const, kernel: 3, outputs: 24 };
const cases: readonly (readonly [string, Case])[] = [
  [
    'every sample its own bias, a residual',
    { ...resnet, norm: true, activation: 'silu', residual: true, biasAt: 3, biasRow: 29 },
  ],
  ['added to what is there, then ReLU', { ...resnet, activation: 'relu', accumulate: true, relu: true }],
  ['rows and places apart', { ...resnet, residual: true, yAt: 5, yRow: 31, residualAt: 2 }],
  ['weights in chunks', { ...resnet, chunkRows: 10, biasAt: 1, residual: true }],
  ['bands of rows', { ...resnet, height: 11, norm: true, activation: 'silu', flops: 250_000, residual: true }],
  ['bands, stride 2, borders after', { ...resnet, height: 12, stride: 2, padding: 'after', flops: 120_000 }],
  ['bands of a doubled picture', { ...resnet, height: 6, upsample: true, flops: 250_000 }],
  ['1×1 of two inputs as they lie', { ...resnet, channels: [16, 24], kernel: 1, residual: true, relu: true }],
  ['1×1 of two inputs in bands', { ...resnet, channels: [24, 8], kernel: 1, flops: 40_000 }],
  ['1×1 with stride', { ...resnet, channels: [16], kernel: 1, stride: 2 }],
  ['a seam within four channels', { ...resnet, channels: [6, 15] }],
  ['few pixels of many channels', { ...resnet, height: 4, width: 3, channels: [96, 64], outputs: 70, residual: true }],
  ['few pixels, chunks, normalised', { ...resnet, height: 3, channels: [80], norm: true, chunkRows: 12 }],
  ['no zeros around', { ...resnet, padding: 'none' }],
];

describe.each(offered)('conv2d.%s', (version) => {
  const kernels = {} as Record<WeightFormat, Conv2d>;
  beforeAll(async () => {
    for (const format of weightFormats) kernels[format] = await createConv2d(ctx, { format, version });
  });
  test.each(cases)('%s', (_, c) => check(kernels.f16, c));
  test.each(weightFormats)('%s weights of 32 and 64 channels', (format) =>
    check(kernels[format], { ...resnet, channels: [32, 64], format, chunkRows: 10, residual: true, biasRow: 24 }),
  );
});

test('a picture whose rows lie in two bands gives what it gives whole', async () => {
  const kernel = await createConv2d(ctx, { format: 'f32' });
  const shape = { samples: 1, height: 9, width: 4, channels: [8] as const, kernel: 3, upsample: true };
  const w = await testWeights(ctx, 'f32', 8, 72, 3);
  const data = wave(9 * 4 * 8, 2);
  const whole = await ctx.buffers.create({ label: 'y', owner: 'test', bytes: 18 * 8 * 8 * 4 });
  const part = await ctx.buffers.create({ label: 'part', owner: 'test', bytes: 6 * 8 * 8 * 4 });
  const x = await upload(ctx, data);
  const scratch = await ctx.buffers.create({
    label: 'scratch',
    owner: 'test',
    bytes: Math.max(16, kernel.scratchBytes(shape, 8)),
  });
  const all = await run(ctx, slots, kernel.calls({ x, y: whole, scratch }, w, shape, slots), whole);
  const band = { first: 7, rows: 6 };
  const input = rowsRead(band, shape);
  expect(input).toEqual({ first: 3, rows: 4 });
  const rows = await upload(ctx, data.slice(3 * 32, 7 * 32));
  const some = await run(
    ctx,
    slots,
    kernel.calls({ x: rows, y: part, scratch }, w, { ...shape, band, input, output: band }, slots),
    part,
  );
  expect(some).toEqual(all.subarray(7 * 64, 13 * 64));
  expect(compare(all, all).scale).toBeGreaterThan(0.5);
  w.destroy();
  for (const buffer of [whole, part, x, rows, scratch]) ctx.buffers.destroy(buffer);
});

describe('what does not fit is refused in words', async () => {
  const kernel = await createConv2d(ctx, { format: 'f32' });
  const w = await testWeights(ctx, 'f32', 8, 72, 3);
  const buffer = await upload(ctx, [0, 0, 0, 0]);
  afterAll(() => {
    w.destroy();
    ctx.buffers.destroy(buffer);
  });
  const shape: ConvArgs = { samples: 1, height: 4, width: 4, channels: [8], kernel: 3 };
  const all = { x: buffer, y: buffer, scratch: buffer };
  test.each([
    [{ kernel: 2 }, {}, "padding 'same' needs an odd kernel"],
    [{ channels: [9] as const }, {}, 'rows of 72 weights, where 9 channels and 3×3 taps make 144'],
    [{ channels: [4, 4] as const }, {}, '2 counts of channels, but 1 inputs'],
    [{ norm: true }, {}, 'asked for but not bound'],
    [{}, { norm: buffer }, 'bound but not asked for'],
    [{ band: { first: 2, rows: 3 } }, {}, 'the band is rows 2 to 4, and there are 0 to 3'],
    [{ band: { first: 2, rows: 2 }, input: { first: 2, rows: 2 } }, {}, 'what the band reads is rows 1 to 3'],
    [{ height: 0 }, {}, 'height is 0'],
  ] as const)('%j', (change, more, message) => {
    expect(() => kernel.calls({ ...all, ...more }, w, { ...shape, ...change }, slots)).toThrow(message);
  });
});
