import { signal } from '../../kernels/catalogue/inputs.ts';
import { matrix } from '../../kernels/catalogue/packedLinear.ts';
import { type Conv2dVersion, createConv2d } from '../../kernels/conv/conv2d.ts';
import type { ConvArgs } from '../../kernels/conv/convArgs.ts';
import { convBands, convColumns, convFlops } from '../../kernels/conv/convShape.ts';
import { concatChannels, conv2d, normalised } from '../../math/reference/conv.ts';
import type { Env } from '../types.ts';
import { make, output } from './check.ts';

/**
 * Two samples with their own biases, two inputs, in bands of two rows; a residual and what is there are added, then
 * ReLU. 3×3 taps over what was normalised, or 1×1 over the inputs as they lie.
 */
export const picture = (env: Env, version: Conv2dVersion, kernel: 1 | 3) =>
  make(env, async (harness) => {
    const [samples, height, width, n] = [2, 5, 7, 36];
    const channels: readonly [number, number] = [16, 24];
    const all = channels[0] + channels[1];
    const pixels = samples * height * width;
    const conv = await createConv2d(env.ctx, { format: 'int8', version });
    const w = await matrix(harness, 'int8', n, convColumns(kernel, all), 3);
    const normed = kernel === 3;
    const args: ConvArgs = {
      samples,
      height,
      width,
      channels,
      kernel,
      norm: normed,
      activation: normed ? 'silu' : 'none',
      accumulate: true,
      relu: true,
      biasAt: 2,
      biasRow: n + 1,
    };
    const data = {
      x: signal(pixels * channels[0], 2),
      x2: signal(pixels * channels[1], 5),
      norm: signal(2 * samples * all, 6),
      bias: signal(2 + samples * (n + 1), 4),
      residual: signal(pixels * n, 7),
      y: signal(pixels * n, 8),
    };
    const x = await harness.input('x', data.x);
    const x2 = await harness.input('x2', data.x2);
    const norm = normed ? { norm: await harness.input('norm', data.norm) } : {};
    const bias = await harness.input('bias', data.bias);
    const residual = await harness.input('residual', data.residual);
    const y = await harness.inout('y', data.y);
    const calls = convBands(args, n, convFlops(args, n, 2)).map((band) => ({ ...args, band }));
    const bytes = Math.max(16, ...calls.map((c) => conv.scratchBytes(c, n)));
    const scratch = await harness.output('scratch', bytes / 4);
    const shape = { samples, height, width, channels: all };
    const picture = normalised(
      concatChannels(data.x, data.x2, pixels),
      normed ? data.norm : undefined,
      normed ? 'silu' : 'none',
      shape,
    );
    const rows = Array.from({ length: n }, (_, r) => w.row(r));
    const filters = Float64Array.from({ length: n * all * kernel ** 2 }, (_, i) => {
      const tap = i % kernel ** 2;
      const c = Math.floor(i / kernel ** 2) % all;
      return rows[Math.floor(i / kernel ** 2 / all)]![tap * all + c]!;
    });
    const want = conv2d(picture, filters, {
      ...shape,
      outputs: n,
      kernel,
      stride: 1,
      pad: (kernel - 1) / 2,
      out: { height, width },
    }).map((v, i) => {
      const sample = Math.floor(i / n / height / width);
      const biased = v + data.bias[2 + sample * (n + 1) + (i % n)]!;
      return Math.max(0, biased + data.residual[i]! + data.y[i]!);
    });
    return {
      record: () => calls.flatMap((c) => conv.calls({ x, x2, ...norm, bias, residual, y, scratch }, w, c, env.slots)),
      outputs: [output(y, want, 3e-5)],
    };
  });
