/**
 * Convolutions, blocks and whole networks of published diffusion models, from the list of operations that the app runs:
 * ours as the app lowers it, the peers as ONNX of the same layers and numbers.
 */
import { readFloats } from '../../../src/gpu/readback.ts';
import { interpret, type GraphWeights } from '../../../src/models/graph/interpret.ts';
import { pixelsOf, sizeOf, type Graph, type Op, type Tensor } from '../../../src/models/graph/types.ts';
import { createBoundGraph } from './boundGraph.ts';
import { workOf } from '../../../src/networks/graph/work.ts';
import { samples, wave } from '../data.ts';
import { runGraph } from '../engines/ort.ts';
import { define, type Case, type Host, type OrtEnv, type OursEnv, type Prepared } from '../types.ts';
import { avatars, block, conv, cross, random, seedOf, taesd, tinySd, transformer, type Made } from './made.ts';
import { dimsOf, graphOnnx, layoutOf, storedOf } from './graphOnnx.ts';

interface Inputs {
  readonly weights: GraphWeights;
  /** By name, in the layout of the graph. */
  readonly given: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
}
/** (samples, pixels, channels) to (samples, channels, pixels), or back. */
function swapped(values: Float32Array, { samples, channels, ...t }: Tensor, back: boolean): Float32Array<ArrayBuffer> {
  const pixels = pixelsOf(t as Tensor);
  const [from, to] = back ? [channels, pixels] : [pixels, channels];
  const out = new Float32Array(values.length);
  for (let s = 0; s < samples; s++)
    for (let i = 0; i < from; i++)
      for (let j = 0; j < to; j++) out[(s * to + j) * from + i] = values[(s * from + i) * to + j]!;
  return out;
}

const ours =
  (graph: Graph) =>
  async ({ ctx }: OursEnv, { weights, given }: Inputs): Promise<Prepared> => {
    // The peers compute with float32 weights.
    const bound = await createBoundGraph(ctx, graph, storedOf(weights), 'f32', `pictures ${next++}`);
    const out = bound.run.outputs.get('out')!;
    return {
      note: `float32 weights, ${bound.weightBytes} bytes; activations, ${bound.activationBytes} bytes; ${bound.run.dispatches} dispatches`,
      run() {
        // A run's memory is shared: its inputs are gone when it has ended.
        for (const [name, values] of Object.entries(given)) {
          const { buffer, offset } = bound.run.inputs.get(name)!;
          ctx.device.queue.writeBuffer(buffer, offset, values);
        }
        const encoder = ctx.device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        bound.run.encodeOnce(pass);
        bound.run.encode(pass);
        pass.end();
        ctx.submit(encoder.finish());
      },
      sync: () => ctx.idle(),
      read: () => readFloats(ctx, out.buffer, out.offset, sizeOf(graph.outputs.get('out')!)),
      dispose: () => bound.destroy(),
    };
  };
let next = 0;

const ort =
  (graph: Graph, fused: boolean, note: string) =>
  async (env: OrtEnv, { weights, given }: Inputs): Promise<Prepared> => {
    const feeds = Object.fromEntries(
      [...graph.inputs].map(([name, t]) => {
        const layout = layoutOf(t);
        const values = layout === 'picture' ? swapped(given[name]!, t, false) : given[name]!;
        return [name, env.tensor('float32', values, dimsOf(t, layout))];
      }),
    );
    const out = graph.outputs.get('out')!;
    const prepared = await runGraph(env, graphOnnx(graph, weights, fused), feeds, note);
    if (layoutOf(out) === 'tokens') return prepared;
    return { ...prepared, read: async () => swapped(await prepared.read(), out, true) };
  };

/** Multiply-adds of products: what is only moved or bent is left out. */
const productsOf = (op: Op): number =>
  ['conv', 'linear', 'attention'].includes(op.kind) ? workOf(op) - workOf({ ...op, kind: 'clamp' } as Op) : 0;

function pictureCase({ id, title, shape, graph, weights, pilot, long, slow, group = 'conv' }: Made, host: Host): Case {
  const attends = graph.ops.some(({ kind }) => kind === 'attention');
  const out = graph.outputs.get('out')!;
  const fused = attends ? 'MultiHeadAttention' : 'as PyTorch exports it';
  return define<Inputs>({
    id,
    group,
    title,
    shape,
    flops: 2 * graph.ops.reduce((n, op) => n + productsOf(op), 0),
    bytes: 4 * ([...graph.inputs.values()].reduce((n, t) => n + sizeOf(t), 0) + sizeOf(out)),
    tolerance: { abs: 1e-4, rel: 1e-3 },
    ...(pilot && { pilot }),
    ...(long && { long }),
    ...((slow || long) && { slow: true }),
    async inputs() {
      const given = Object.fromEntries(
        [...graph.inputs].map(([name, t]) => [name, wave(sizeOf(t), seedOf(name), 1.7)]),
      );
      return { weights: weights ? await weights(host) : random, given };
    },
    reference({ weights: w, given }) {
      const values = Object.fromEntries(Object.entries(given).map(([name, v]) => [name, Float64Array.from(v)]));
      const all = interpret(graph, values, w).get('out')!;
      return samples(all.length, (i) => all[i]!, 997);
    },
    engines: {
      ours: ours(graph),
      ort: ort(graph, true, fused),
      ...(attends && {
        'ort-nosub': ort(graph, true, `${fused}; no subgroups`),
        'ort-composed': ort(graph, false, 'attention in plain operators'),
      }),
      wasm: ort(graph, true, fused),
    },
    absent: { tfjs: 'not written for this bench', jax: 'not written for this bench' },
  });
}

/** Where one run of a peer takes minutes on a processor. */
const few = (samples: number): Made['long'] => ({ samples, engineMs: 360_000 });

export async function pictureCases(host: Host): Promise<readonly Case[]> {
  const all = [
    conv(32, 128, 128),
    conv(64, 128, 128),
    conv(64, 320, 320, { long: few(4) }),
    conv(32, 320, 320, { slow: true }),
    conv(8, 1280, 1280, { slow: true }),
    conv(32, 320, 320, { stride: 2 }),
    conv(16, 320, 320, { up: true, slow: true }),
    conv(32, 640, 320, { kernel: 1 }),
    block(),
    cross(),
    transformer(),
    taesd(8, few(4)),
    taesd(16, few(2), { id: 'taesd-64', factor: 4 }),
    taesd(32, few(2), { id: 'taesd-128', factor: 4 }),
    await avatars(host),
    tinySd(8, few(2)),
    tinySd(16, few(2), { id: 'tiny-sd-8', factor: 3.5 }),
    tinySd(32, few(2), { id: 'tiny-sd-16', factor: 4 }),
    tinySd(64, few(2), { id: 'tiny-sd-32', factor: 4.5 }),
  ];
  return all.map((made) => pictureCase(made, host));
}
