import type { Safetensors } from '../formats/safetensors.ts';
import type { GpuContext } from '../gpu/device.ts';
import { encode } from '../gpu/kernel.ts';
import { readFloats } from '../gpu/readback.ts';
import { createMatmul } from '../kernels/linear/matmul.ts';
import { createPatchify } from '../kernels/diffusion/patchify.ts';
import { patchnetShapes, type PatchnetArchitecture } from '../models/networks/patchnet.ts';
import { takeTensors } from '../models/networks/weights.ts';
import { Holdings } from './holdings.ts';
import type { GpuFeatureArchitecture, GpuFeatureNet, Place } from './types.ts';

const createKernels = (ctx: GpuContext) =>
  Promise.all([createPatchify(ctx), createMatmul(ctx, { activation: 'gelu' }), createMatmul(ctx)]);
/** Begins to compile what createFeatureNet will need, while the weights are on their way; what fails is told there. */
export const compileFeatureNet = (ctx: GpuContext): void => void createKernels(ctx).catch(() => {});

/** The small classifier on the GPU; src/models/networks/patchnet.ts is the same computation in plain loops. */
export function createFeatureNet(
  ctx: GpuContext,
  model: { readonly architecture: PatchnetArchitecture; readonly tensors: Safetensors },
  place: Place,
): Promise<GpuFeatureNet> {
  return Holdings.build(ctx, place.owner, async (hold) => {
    const { arena, samples } = place;
    const { channels, height, width, patch, tokens, patchWidth, hidden, features, classes } = model.architecture;
    const per = patch ** 2 * channels;
    const [[patchify, gelu, plain], w] = await Promise.all([
      createKernels(ctx),
      hold.weights(takeTensors(model.tensors, patchnetShapes(model.architecture)), () => false),
    ]);
    const [patches, embedded, mixed, found, scores, slots] = await Promise.all([
      hold.floats('patches', samples * tokens * per),
      hold.floats('patch features', samples * tokens * patchWidth),
      hold.floats('hidden', samples * hidden),
      hold.floats('features', samples * features),
      hold.floats('logits', samples * classes),
      hold.slots(8),
    ]);
    const weight = (name: string) => ({ b: w(`${name}.weight`), bias: w(`${name}.bias`) });
    const take = (at: number, reuse?: number) =>
      patchify.call(
        { arena, tokens: patches },
        { samples, channels, height, width, patch, at, scale: 1 },
        slots,
        reuse,
      );
    let first = take(0);
    const calls = [
      gelu.call({ a: patches, c: embedded, ...weight('patch') }, { m: samples * tokens, n: patchWidth, k: per }, slots),
      gelu.call(
        { a: embedded, c: mixed, ...weight('hidden') },
        { m: samples, n: hidden, k: tokens * patchWidth },
        slots,
      ),
      gelu.call({ a: mixed, c: found, ...weight('feature') }, { m: samples, n: features, k: hidden }, slots),
      plain.call({ a: found, c: scores, ...weight('head') }, { m: samples, n: classes, k: features }, slots),
    ];
    slots.flush();
    const net: GpuFeatureNet = {
      featureDim: features,
      classes,
      features: found,
      logits: scores,
      aim(at) {
        first = take(at, first.offset);
        slots.flush();
      },
      encode(pass) {
        encode(pass, first);
        for (const call of calls) encode(pass, call);
      },
      async read(at) {
        net.aim(at);
        const encoder = ctx.device.createCommandEncoder({ label: 'features' });
        const pass = encoder.beginComputePass();
        net.encode(pass);
        pass.end();
        ctx.submit(encoder.finish());
        const [seen, logits] = await Promise.all([
          readFloats(ctx, found, 0, samples * features),
          readFloats(ctx, scores, 0, samples * classes),
        ]);
        return { features: seen, logits };
      },
      destroy: () => hold.destroy(),
    };
    return net;
  });
}

export const patchnet: GpuFeatureArchitecture<PatchnetArchitecture> = {
  role: 'feature net',
  compile: compileFeatureNet,
  create: createFeatureNet,
};
