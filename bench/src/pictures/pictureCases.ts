/**
 * Convolutions, blocks and whole networks of published diffusion models, from the list of operations that the app runs:
 * ours as the app lowers it, the peers as ONNX of the same layers and numbers.
 */
import { parseAutoencoderConfig } from '../../../src/formats/diffusers/vae.ts';
import { parseUNetConfig } from '../../../src/formats/diffusers/unet.ts';
import { parseSafetensors } from '../../../src/formats/safetensors.ts';
import { readFloats } from '../../../src/gpu/readback.ts';
import { resnet, textTransformer } from '../../../src/models/diffusers/blocks.ts';
import { fileWeights } from '../../../src/models/diffusers/fileWeights.ts';
import { unetGraph } from '../../../src/models/diffusers/unet.ts';
import { decoderOf } from '../../../src/models/diffusers/vae.ts';
import { GraphBuilder } from '../../../src/models/graph/builder.ts';
import { interpret, type GraphWeights } from '../../../src/models/graph/interpret.ts';
import { pixelsOf, sizeOf, type Graph, type Op, type Tensor } from '../../../src/models/graph/types.ts';
import { createBoundGraph } from './boundGraph.ts';
import { workOf } from '../../../src/networks/graph/work.ts';
import { samples, wave } from '../data.ts';
import { runGraph } from '../engines/ort.ts';
import { define, type Case, type Host, type OrtEnv, type OursEnv, type Prepared } from '../types.ts';
import { dimsOf, graphOnnx, layoutOf, storedOf } from './graphOnnx.ts';

interface Inputs {
  readonly weights: GraphWeights;
  /** By name, in the layout of the graph. */
  readonly given: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
}
interface Made {
  readonly id: string;
  readonly title: string;
  readonly shape: string;
  readonly graph: Graph;
  readonly weights?: (host: Host) => Promise<GraphWeights>;
  readonly pilot?: Case['pilot'];
  readonly slow?: boolean;
  readonly group?: Case['group'];
}

const seedOf = (name: string) => [...name].reduce((s, c) => (Math.imul(s, 31) + c.charCodeAt(0)) >>> 0, 7);
/** Numbers by name, of deviation 1/√inputs. */
const random: GraphWeights = {
  matrix: (name, rows, channels, kernel) => {
    const inputs = channels * kernel ** 2;
    return wave(rows * inputs, seedOf(name), Math.sqrt(3 / inputs));
  },
  vector: (name, rows) => wave(rows, seedOf(name), 0.3).map((v) => (/norm\d?\.weight$/.test(name) ? 1 + v : v)),
};

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
      note: 'float32 weights',
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

function pictureCase({ id, title, shape, graph, weights, pilot, slow, group = 'conv' }: Made, host: Host): Case {
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
    ...(slow && { slow }),
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

const square = (size: number, channels: number) => ({ samples: 1, height: size, width: size, channels });
function conv(
  size: number,
  from: number,
  to: number,
  o: { kernel?: 1 | 3; stride?: 1 | 2; up?: boolean; slow?: boolean } = {},
): Made {
  const { kernel = 3, stride = 1, up = false, slow = false } = o;
  const b = new GraphBuilder();
  const resize = up ? { height: 2 * size, width: 2 * size } : null;
  b.output('out', b.conv('c', b.input('x', square(size, from)), to, { kernel, stride, resize }));
  const how = [stride === 2 ? ', halved' : '', up ? ', doubled first' : ''].join('');
  return {
    id: `conv${kernel}-${size}x${from}-${to}${stride === 2 ? '-down' : ''}${up ? '-up' : ''}`,
    title: `convolution ${kernel}×${kernel}${how}`,
    shape: `${size}²×${from} → ${to}`,
    graph: b.finish(),
    slow,
  };
}
function block(): Made {
  const b = new GraphBuilder();
  const x = b.input('x', square(16, 320));
  const time = b.input('embedding', { samples: 1, height: 1, width: 1, channels: 1280 });
  const of = b.linear('time_emb_proj', time, 320);
  b.output('out', resnet(b, 'block', x, 320, { groups: 32, epsilon: 1e-5, scaleShift: false, time: { of, at: 0 } }));
  return { id: 'resnet-16x320', title: 'resnet block with time', shape: '16²×320', graph: b.finish() };
}
function cross(): Made {
  const b = new GraphBuilder();
  const tokens = (count: number, channels: number) => ({ samples: 1, height: 1, width: count, channels });
  const q = b.linear('to_q', b.input('x', tokens(1024, 320)), 320, { bias: false });
  const kv = b.stacked(['to_k', 'to_v'], b.input('context', tokens(77, 768)), [320, 320], { bias: false });
  const mixed = b.attention({ q: { of: q, at: 0 }, k: { of: kv, at: 0 }, v: { of: kv, at: 320 } }, 8, 40);
  b.output('out', b.linear('to_out.0', mixed, 320));
  return {
    id: 'cross-1024x77',
    title: 'cross-attention with its layers',
    shape: '1024 × 77, 8 heads of 40',
    graph: b.finish(),
  };
}
function transformer(): Made {
  const b = new GraphBuilder();
  const x = b.input('x', square(16, 320));
  const context = b.input('context', { samples: 1, height: 1, width: 77, channels: 768 });
  b.output('out', textTransformer(b, 'attentions.0', x, context, { heads: 8, depth: 1, groups: 32 }));
  return {
    id: 'transformer-16x320',
    title: 'transformer block with text',
    shape: '16²×320, 77 tokens',
    graph: b.finish(),
  };
}
function taesd(latents: number, slow: boolean): Made {
  const config = parseAutoencoderConfig({ _class_name: 'AutoencoderTiny' });
  const { graph } = decoderOf(config, square(latents, 4));
  return {
    id: `taesd-${8 * latents}`,
    group: 'whole',
    title: 'TAESD decodes a picture, random weights',
    shape: `${latents}² latents → ${8 * latents}²`,
    graph,
    slow,
  };
}
async function avatars(host: Host): Promise<Made> {
  const folder = 'public/models/text-avatars/unet';
  const config = parseUNetConfig(await host.file(`${folder}/config.json`));
  return {
    id: 'text-avatars-step',
    group: 'whole',
    title: 'One evaluation of the UNet of text-avatars',
    shape: '16² latents, 40 tokens',
    graph: unetGraph(config, { samples: 1, height: 16, width: 16, texts: 1, tokens: 40 }),
    weights: async () =>
      fileWeights(parseSafetensors(await host.file(`${folder}/diffusion_pytorch_model.safetensors`))),
    slow: true,
  };
}

export async function pictureCases(host: Host): Promise<readonly Case[]> {
  const all = [
    conv(32, 128, 128),
    conv(64, 128, 128),
    conv(32, 320, 320, { slow: true }),
    conv(8, 1280, 1280, { slow: true }),
    conv(32, 320, 320, { stride: 2 }),
    conv(16, 320, 320, { up: true, slow: true }),
    conv(32, 640, 320, { kernel: 1 }),
    block(),
    cross(),
    transformer(),
    taesd(8, true),
    await avatars(host),
  ];
  return all.map((made) => pictureCase(made, host));
}
