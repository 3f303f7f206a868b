import { readFloats } from '../../gpu/readback.ts';
import { normals } from '../../math/normal.ts';
import { loadDataset } from '../../models/networks/dataset.ts';
import { networkDenoiser, networkFeatures, requireKind } from '../../models/networks/index.ts';
import type { Use } from '../../models/networks/types.ts';
import { outputFor, scalarsAt } from '../../models/parameterisation.ts';
import { exactDenoiser, exactTarget } from '../../models/target.ts';
import type { Denoiser } from '../../models/types.ts';
import { createEmpirical, createMixture } from '../../networks/exact.ts';
import { createFeatures, createNetwork } from '../../networks/index.ts';
import type { GpuDenoiser, Place } from '../../networks/types.ts';
import golden from '../golden/networks.json' with { type: 'json' };
import type { Case, Env, Outcome } from '../types.ts';
import { count, distance, largest, together } from '../words.ts';

const OWNER = 'verify networks';

/** An arena of two registers that is freed afterwards; the task makes the network in it. */
async function within<T>(
  env: Env,
  samples: number,
  dim: number,
  task: (place: Place & { readonly stride: number }) => Promise<T>,
): Promise<T> {
  const stride = Math.ceil((samples * dim) / 64) * 64;
  const arena = await env.ctx.buffers.create({ label: 'arena', owner: OWNER, bytes: stride * 8 });
  try {
    return await task({ arena, samples, owner: OWNER, stride });
  } finally {
    env.ctx.buffers.destroyOwner(OWNER);
  }
}

/** D(x; σ) of every σ of one prepared plan: x in the first register, the results from the second. */
async function evaluate(
  { ctx }: Env,
  net: GpuDenoiser,
  { arena, stride }: { readonly arena: GPUBuffer; readonly stride: number },
  x: Float64Array,
  sigmas: readonly number[],
): Promise<Float32Array[]> {
  net.prepare(sigmas.map((sigma) => ({ sigma, x: 0, out: stride })));
  const results: Float32Array[] = [];
  for (const k of sigmas.keys()) {
    ctx.device.queue.writeBuffer(arena, 0, Float32Array.from(x));
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    net.encode(pass, k);
    pass.end();
    ctx.submit(encoder.finish());
    results.push(await readFloats(ctx, arena, stride * 4, x.length));
  }
  return results;
}

/** A denoiser at several σ; `allowed` is absolute, given the size of the largest value. */
async function hold(
  env: Env,
  place: Place & { readonly stride: number },
  net: GpuDenoiser,
  reference: Denoiser,
  x: Float64Array,
  sigmas: readonly number[],
  allowed: (sigma: number, scale: number) => number,
): Promise<Outcome> {
  const rounded = Float64Array.from(Float32Array.from(x));
  const got = await evaluate(env, net, place, rounded, sigmas);
  net.destroy();
  return together(
    sigmas.map((sigma, k) => {
      const want = reference(rounded, sigma);
      return { error: distance(got[k]!, want), allowed: allowed(sigma, largest(want)), where: `σ = ${sigma}` };
    }),
    `${count(place.samples, 'sample')} at ${count(sigmas.length, 'noise level')} against float64`,
  );
}

const planes = ['ring8', 'grid4', 'unbalanced', 'moons', 'spiral', 'checkerboard', 'drawn'] as const;
const closedForm = (env: Env, id: (typeof planes)[number]) => () =>
  within(env, 65, 2, async (place) => {
    const target = exactTarget({ model: id, points: [] })!;
    const net =
      target.kind === 'mixture'
        ? await createMixture(env.ctx, target.mixture, place)
        : await createEmpirical(env.ctx, target.points, place);
    // At σ = 0.02 a score of 1,000 is rounded by 6e-5, which moves weight between points that nearly tie.
    return hold(
      env,
      place,
      net,
      exactDenoiser(target),
      normals(3, 1, 65, 2).map((v) => 1.5 * v),
      [0.02, 0.3, 2, 20],
      (sigma) => (sigma < 0.1 ? 2e-3 : 2e-5),
    );
  });

/** What a network without classes is asked. */
const unconditional: Use = { target: '', labels: [], guidance: 1 };

const digitsExact = (env: Env) => async () => {
  const { info, tensors } = await env.deps.load('digits-set', env.signal);
  const { points } = loadDataset(requireKind(info, 'dataset').architecture, tensors);
  return within(env, 3, 784, async (place) => {
    const noise = normals(5, 1, 3, 784);
    const x = noise.map((v, at) => points.data[at + 784 * 7]! + 3 * v);
    return hold(
      env,
      place,
      await createNetwork(env.ctx, info, tensors, place, unconditional),
      networkDenoiser(info, tensors, unconditional),
      x,
      [0.5, 3, 9, 80],
      () => 5e-4,
    );
  });
};

const learned = (env: Env, target: string) => async () => {
  const { info, tensors } = await env.deps.load('mlp2d', env.signal);
  const use: Use = { ...unconditional, target };
  const made = golden.mlp2d[target as keyof typeof golden.mlp2d];
  return within(env, 67, 2, async (place) => {
    const sigmas = [0.01, 0.1, 0.5, 2, 20];
    const net = await createNetwork(env.ctx, info, tensors, place, use);
    const first = await hold(
      env,
      place,
      net,
      networkDenoiser(info, tensors, use),
      normals(2, 1, 67, 2).map((v) => 2 * v),
      sigmas,
      (_, scale) => 2e-5 * Math.max(1, scale),
    );
    if (!first.pass) return first;
    const again = await createNetwork(env.ctx, info, tensors, place, use);
    const parts: { error: number; allowed: number; where: string }[] = [];
    for (const { sigma, first: want } of made) {
      const x = Float64Array.from({ length: 134 }, (_, i) => (i < 8 ? (1.5 + sigma) * Math.sin(0.37 * i) : 0));
      const [got] = await evaluate(env, again, place, x, [sigma]);
      parts.push({ error: distance(got!, want), allowed: 2e-5, where: `PyTorch, σ = ${sigma}` });
    }
    again.destroy();
    const second = together(parts, 'against PyTorch');
    return { pass: second.pass, detail: `${first.detail} ${second.detail}` };
  });
};

const transformer = (env: Env, id: 'digits' | 'avatars') => async () => {
  const { info, tensors } = await env.deps.load(id, env.signal);
  const { architecture } = requireKind(info, 'dit');
  const dim = architecture.channels * architecture.height * architecture.width;
  const labels = [2, architecture.classes, 5];
  const guidance = 2.5;
  const use: Use = { target: id, labels, guidance };
  const first = await within(env, labels.length, dim, async (place) =>
    hold(
      env,
      place,
      await createNetwork(env.ctx, info, tensors, place, use),
      networkDenoiser(info, tensors, use),
      normals(1, 3, labels.length, dim).map((v) => 1.5 * v),
      [0.02, 0.7, 6],
      (_, scale) => 1e-4 * Math.max(1, scale, guidance),
    ),
  );
  if (!first.pass) return first;
  const parts: { error: number; allowed: number; where: string }[] = [];
  for (const { phase, t, label, first: want, l2 } of golden[id])
    await within(env, 1, dim, async (place) => {
      const sigma = t / (1 - t);
      const net = await createNetwork(env.ctx, info, tensors, place, { target: id, labels: [label], guidance: 1 });
      const { input } = scalarsAt(architecture.parameterisation, sigma);
      const x = Float64Array.from({ length: dim }, (_, i) => Math.sin(0.37 * i + phase) / input);
      const [d] = await evaluate(env, net, place, x, [sigma]);
      const v = outputFor(architecture.parameterisation, x, d!, sigma);
      net.destroy();
      parts.push(
        { error: distance(v, want), allowed: 0.001 * Math.max(1, 0.05 / t), where: `velocity at t = ${t}` },
        { error: Math.abs(Math.hypot(...v) / l2 - 1), allowed: 1e-3, where: `length of the velocity at t = ${t}` },
      );
    });
  const second = together(parts, 'against PyTorch');
  return { pass: second.pass, detail: `${first.detail} ${second.detail}` };
};

const features = (env: Env, id: 'digits-features' | 'avatars-features') => async () => {
  const { info, tensors } = await env.deps.load(id, env.signal);
  const { architecture } = requireKind(info, 'patchnet');
  const dim = architecture.channels * architecture.height * architecture.width;
  const n = 5;
  return within(env, n, dim, async (place) => {
    const net = await createFeatures(env.ctx, info, tensors, place);
    const x = normals(4, 2, n, dim).map((v) => Math.fround(Math.tanh(v)));
    const want = networkFeatures(info, tensors).measure({ n, dim, data: x });
    for (const [k, { phase }] of golden[id].entries())
      x.set(
        Float64Array.from({ length: dim }, (_, i) => Math.sin(0.37 * i + phase)),
        k * dim,
      );
    const read = async (data: Float64Array) => {
      env.ctx.device.queue.writeBuffer(place.arena, place.stride * 4, Float32Array.from(data));
      return net.read(place.stride);
    };
    const torch = await read(x);
    const got = await read(normals(4, 2, n, dim).map((v) => Math.tanh(v)));
    net.destroy();
    return together(
      [
        {
          error: distance(got.features, want.features.data),
          allowed: 5e-5 * Math.max(1, largest(want.features.data)),
          where: 'features',
        },
        {
          error: distance(got.logits, want.logits.data),
          allowed: 5e-5 * Math.max(1, largest(want.logits.data)),
          where: 'class scores',
        },
        ...golden[id].flatMap((c, k) => [
          {
            error: distance(torch.features.subarray(k * architecture.features), c.features),
            allowed: 5e-5,
            where: `PyTorch’s features of image ${k}`,
          },
          {
            error: distance(torch.logits.subarray(k * architecture.classes), c.logits),
            allowed: 5e-5,
            where: `PyTorch’s scores of image ${k}`,
          },
        ]),
      ],
      `${count(n, 'image')} against float64, ${golden[id].length} against PyTorch`,
    );
  });
};

export const diffusionCases = (env: Env): Case[] => [
  ...planes.map((id) => ({ name: `closed form of ${id}`, run: closedForm(env, id) })),
  { name: 'closed form of the digits', run: digitsExact(env) },
  ...Object.keys(golden.mlp2d).map((target) => ({ name: `mlp2d, ${target}`, run: learned(env, target) })),
  ...(['digits', 'avatars'] as const).map((id) => ({ name: `diffusion transformer ${id}`, run: transformer(env, id) })),
  ...(['digits-features', 'avatars-features'] as const).map((id) => ({
    name: `feature net ${id}`,
    run: features(env, id),
  })),
];
