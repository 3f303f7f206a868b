import type { Safetensors } from '../formats/safetensors.ts';
import type { GpuContext } from '../gpu/device.ts';
import { encode, type Call } from '../gpu/kernel.ts';
import { createMatmul } from '../kernels/linear/matmul.ts';
import { createPatchify } from '../kernels/diffusion/patchify.ts';
import { createUnpatchify } from '../kernels/diffusion/unpatchify.ts';
import { linear } from '../models/networks/layers.ts';
import { loadMlp2d, noiseFeatures, type Mlp2dArchitecture } from '../models/networks/mlp2d.ts';
import { scalarsAt } from '../models/parameterisation.ts';
import { Holdings } from './holdings.ts';
import {
  mostEvaluations,
  PlanTooLongError,
  type Evaluation,
  type GpuDenoiser,
  type GpuDenoiserArchitecture,
  type Place,
} from './types.ts';

/** A point as an image of one pixel, so that the kernels of the image models serve. */
const point = { channels: 2, height: 1, width: 1, patch: 1 } as const;
/** Inputs of the first layer, padded so that rows are vec4-aligned. */
const inputs = 4;

const createKernels = (ctx: GpuContext) =>
  Promise.all([
    createPatchify(ctx),
    createUnpatchify(ctx),
    createMatmul(ctx, { activation: 'silu' }),
    createMatmul(ctx),
  ]);
/** Begins to compile what createMlp2d will need, while the weights are on their way; what fails is told there. */
export const compileMlp2d = (ctx: GpuContext): void => void createKernels(ctx).catch(() => {});

/**
 * The learned denoiser of a plane target; src/models/networks/mlp2d.ts is the same computation in plain loops. What the
 * first layer adds for the noise level depends on σ alone: it is computed in float64 for the whole plan and used as
 * that layer's bias.
 */
export function createMlp2d(
  ctx: GpuContext,
  model: { readonly architecture: Mlp2dArchitecture; readonly tensors: Safetensors; readonly target: string },
  place: Place,
): Promise<GpuDenoiser> {
  return Holdings.build(ctx, place.owner, async (hold) => {
    const { arena, samples } = place;
    const net = loadMlp2d(model.architecture, model.tensors, model.target);
    const { width, hiddenLayers } = model.architecture;
    const first = net.layers[0]!;
    const columns = 2 + 2 * net.frequencies;
    const column = (row: number, from: number, count: number) =>
      first.weight.subarray(row * columns + from, row * columns + from + count);
    const spatial = new Float32Array(width * inputs);
    const noise = new Float32Array(width * 2 * net.frequencies);
    for (let row = 0; row < width; row++) {
      spatial.set(column(row, 0, 2), row * inputs);
      noise.set(column(row, 2, 2 * net.frequencies), row * 2 * net.frequencies);
    }
    const noiseLayer = { weight: noise, bias: first.bias };

    const [patchify, unpatchify, silu, plain] = await createKernels(ctx);
    const [x, a, b, f, biases, w0, layers, slots] = await Promise.all([
      hold.floats('inputs', samples * inputs),
      hold.floats('even layers', samples * width),
      hold.floats('odd layers', samples * width),
      hold.floats('outputs', samples * 2),
      hold.floats('noise biases', mostEvaluations * width),
      hold.upload('first weight', spatial),
      Promise.all(
        net.layers.slice(1).map(async ({ weight, bias }, i) => ({
          b: await hold.upload(`weight ${i + 1}`, weight.slice()),
          bias: await hold.upload(`bias ${i + 1}`, bias.slice()),
        })),
      ),
      hold.slots(3 * mostEvaluations + hiddenLayers + 2),
    ]);
    const between = (i: number) => (i % 2 === 0 ? a : b);
    const rest = layers.map((layer, i) =>
      i < layers.length - 1
        ? silu.call({ a: between(i), c: between(i + 1), ...layer }, { m: samples, n: width, k: width }, slots)
        : plain.call({ a: between(i), c: f, ...layer }, { m: samples, n: 2, k: width }, slots),
    );
    const fixed = slots.mark();
    let plan: { readonly before: readonly Call[]; readonly after: Call }[] = [];

    return {
      passesPerEval: 1,
      prepare(evaluations: readonly Evaluation[]) {
        if (evaluations.length > mostEvaluations) throw new PlanTooLongError(evaluations.length, mostEvaluations);
        slots.release(fixed);
        const scalars = evaluations.map(({ sigma }) => scalarsAt(net.parameterisation, sigma));
        const features = Float64Array.from(scalars.flatMap((c) => [...noiseFeatures(c.noise, net.frequencies)]));
        if (evaluations.length > 0)
          ctx.device.queue.writeBuffer(biases, 0, Float32Array.from(linear(features, evaluations.length, noiseLayer)));
        plan = evaluations.map(({ x: at, out }, k) => {
          const c = scalars[k]!;
          return {
            before: [
              // Columns 2 and 3 stay 0, as the buffer was made.
              patchify.call({ arena, tokens: x }, { ...point, samples, at, scale: c.input, row: inputs }, slots),
              silu.call(
                { a: x, b: w0, bias: biases, c: a },
                { m: samples, n: width, k: inputs, biasAt: k * width },
                slots,
              ),
            ],
            after: unpatchify.call(
              { arena, tokens: f },
              { ...point, samples, at, out, skip: c.skip, scale: c.output },
              slots,
            ),
          };
        });
        slots.flush();
      },
      encode(pass, k) {
        const { before, after } = plan[k]!;
        for (const call of before) encode(pass, call);
        for (const call of rest) encode(pass, call);
        encode(pass, after);
      },
      destroy: () => hold.destroy(),
    };
  });
}

export const mlp2d: GpuDenoiserArchitecture<Mlp2dArchitecture> = {
  role: 'denoiser',
  compile: compileMlp2d,
  create: (ctx, model, place, { target }) => createMlp2d(ctx, { ...model, target }, place),
};
