/**
 * One evaluation of a bundled diffusion transformer, batch 16: D(x; σ) of 16 noisy images with a class each. The time's
 * embedding is known before the loop on both sides; what is timed is everything from the images to the denoised images.
 */
import { type DitArchitecture } from '../../../src/models/networks/dit.ts';
import { parseModelJson, requireKind } from '../../../src/models/networks/index.ts';
import { parseSafetensors, type Safetensors } from '../../../src/formats/safetensors.ts';
import { normals } from '../../../src/math/normal.ts';
import { ditDenoiser, loadDit, timeEmbeddings } from '../../../src/models/networks/dit.ts';
import { createDit } from '../../../src/networks/dit.ts';
import { readFloats } from '../../../src/gpu/readback.ts';
import { define, type Case, type Host, type OrtEnv, type OursEnv, type Prepared } from '../types.ts';
import { ditJax, ditTf } from './ditOps.ts';
import { enginesOf, formPath, MODELS, type Exported, type Form } from './exported.ts';

const BATCH = 16;
const SIGMA = 1;

export interface DitInputs {
  readonly architecture: DitArchitecture;
  readonly tensors: Safetensors;
  /** (BATCH, C, H, W) */
  readonly x: Float32Array<ArrayBuffer>;
  readonly labels: readonly number[];
  /** [d], float64 rounded once: what both sides are given. */
  readonly time: Float32Array<ArrayBuffer>;
  /** Scalars of the step: x_t = alpha x, D = x_t − t v. */
  readonly alpha: number;
  readonly t: number;
}

/** Multiplications and additions of the matrix products and of attention; the rest is a few per cent. */
export function ditFlops({ tokens, d, depth, hidden, patch, channels }: DitArchitecture): number {
  const per = patch ** 2 * channels;
  const linear = tokens * (depth * (4 * d * d + 2 * d * hidden) + 2 * per * d) + 8 * d * d;
  return 2 * BATCH * (linear + depth * 2 * tokens * tokens * d);
}

async function ours({ ctx }: OursEnv, inputs: DitInputs): Promise<Prepared> {
  const { x, labels } = inputs;
  const owner = `whole ${next++}`;
  const stride = Math.ceil(x.length / 64) * 64;
  const arena = await ctx.buffers.create({ label: 'arena', owner, bytes: 2 * stride * 4 });
  // The peers compute in float32; on an adapter that has it, the app would read binary16 weights.
  const net = await createDit(ctx, inputs, { arena, samples: BATCH, owner, labels, guidance: 1, half: false });
  net.prepare([{ sigma: SIGMA, x: 0, out: stride }]);
  ctx.device.queue.writeBuffer(arena, 0, x);
  return {
    note: 'float32 weights',
    run() {
      const encoder = ctx.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      net.encode(pass, 0);
      pass.end();
      ctx.submit(encoder.finish());
    },
    sync: () => ctx.idle(),
    read: () => readFloats(ctx, arena, stride * 4, x.length),
    dispose() {
      net.destroy();
      ctx.buffers.destroyOwner(owner);
    },
  };
}
let next = 0;

const ort =
  (id: string, form: Form, note: string) =>
  async (env: OrtEnv, { architecture: a, x, labels, time, alpha, t }: DitInputs): Promise<Prepared> => {
    const session = await env.ort.InferenceSession.create(await env.host.file(formPath(id, form)), env.options);
    const feeds = {
      x: env.tensor('float32', x, [BATCH, a.channels, a.height, a.width]),
      time: env.tensor('float32', time, [1, a.d]),
      alpha: env.tensor('float32', Float32Array.of(alpha), [1]),
      t: env.tensor('float32', Float32Array.of(t), [1]),
      label: env.tensor('int64', BigInt64Array.from(labels, BigInt), [BATCH]),
    };
    let last: Awaited<ReturnType<typeof session.run>>[string] | undefined;
    return {
      note,
      async run() {
        const { denoised } = await session.run(feeds);
        last?.dispose();
        last = denoised;
      },
      sync: env.sync,
      read: async () => Float32Array.from((await last!.getData()) as Float32Array),
      async dispose() {
        last?.dispose();
        for (const tensor of Object.values(feeds)) tensor.dispose();
        await session.release();
      },
    };
  };

export async function ditCase(host: Host, exported: Exported, id: string, slow: boolean): Promise<Case> {
  const card = requireKind(parseModelJson(await host.file(`${MODELS}/${id}/model.json`)), 'dit');
  const { architecture: a } = card;
  const dim = a.channels * a.height * a.width;
  const flops = ditFlops(a);
  const fused = 'MultiHeadAttention and FastGelu';
  return define<DitInputs>({
    id: `${id}-step`,
    group: 'whole',
    title: `One diffusion step of ${id}`,
    shape: `${BATCH}×${a.tokens}×${a.d}, ${a.depth} blocks`,
    flops,
    bytes: card.weights.bytes * 2 + 2 * 4 * BATCH * dim,
    ...(slow && { slow }),
    // Tokens × parameters of the two.
    ...(id === 'avatars' && { pilot: { id: 'digits-step', factor: 2.8 } }),
    async inputs() {
      const tensors = parseSafetensors(await host.file(`${MODELS}/${id}/${card.weights.file}`));
      const alpha = 1 / (1 + SIGMA);
      const t = SIGMA / (1 + SIGMA);
      const time = timeEmbeddings(loadDit(a, tensors), [t]);
      return {
        architecture: a,
        tensors,
        alpha,
        t,
        x: Float32Array.from(normals(1, 0, BATCH, dim)),
        labels: Array.from({ length: BATCH }, (_, i) => i % (a.classes + 1)),
        time: Float32Array.from(time),
      };
    },
    reference({ tensors, x, labels }) {
      const value = ditDenoiser(loadDit(a, tensors), labels, 1)(Float64Array.from(x), SIGMA);
      return { index: Uint32Array.from(value.keys()), value };
    },
    // A matrix that is off by a hundredth moves some pixels by 1e-3; float32 by 6e-6.
    tolerance: { abs: 1e-4, rel: 1e-4 },
    ...enginesOf<DitInputs>(
      exported.missing(id, card.weights.sha256),
      {
        ours,
        ort: ort(id, 'model', fused),
        'ort-nosub': ort(id, 'model', `${fused}; no subgroups`),
        'ort-composed': ort(id, 'model_plain', 'attention in plain operators'),
        wasm: ort(id, 'model', fused),
        tfjs: ditTf,
        jax: ditJax,
      },
      { transformers: 'it has no pipeline for this kind of network' },
    ),
  });
}
