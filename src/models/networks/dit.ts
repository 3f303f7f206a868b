import type { DitArchitecture } from '../../formats/modelJson.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import type { Denoiser } from '../types.ts';
import { attention, gelu, linear, modulatedNorm, pixelTable, silu, type Linear } from './layers.ts';
import { linearShapes, takeFloats, type Shapes } from './weights.ts';

/** Every tensor of the transformer, by name, with its shape. */
export function ditShapes(a: DitArchitecture): Shapes {
  const per = a.patch ** 2 * a.channels;
  const { d } = a;
  return new Map<string, readonly number[]>([
    ...linearShapes('embed', d, per),
    ['pos', [a.tokens, d]],
    ...linearShapes('time.0', d, a.timeFeatures),
    ...linearShapes('time.2', d, d),
    ['label.weight', [a.classes + 1, d]],
    ...linearShapes('mod', 6 * d, d),
    ...Array.from({ length: a.depth }, (_, i) => [
      [`blocks.${i}.table`, [6, d]] as [string, readonly number[]],
      ...linearShapes(`blocks.${i}.qkv`, 3 * d, d),
      ...linearShapes(`blocks.${i}.proj`, d, d),
      ...linearShapes(`blocks.${i}.fc1`, a.hidden, d),
      ...linearShapes(`blocks.${i}.fc2`, d, a.hidden),
    ]).flat(),
    ...linearShapes('final.mod', 2 * d, d),
    ...linearShapes('out', per, d),
  ]);
}

interface Block {
  readonly table: Float32Array;
  readonly qkv: Linear;
  readonly proj: Linear;
  readonly fc1: Linear;
  readonly fc2: Linear;
}
export interface Dit {
  readonly architecture: DitArchitecture;
  readonly embed: Linear;
  readonly pos: Float32Array;
  readonly time0: Linear;
  readonly time2: Linear;
  readonly label: Float32Array;
  readonly mod: Linear;
  readonly blocks: readonly Block[];
  readonly finalMod: Linear;
  readonly out: Linear;
  readonly pixels: Int32Array;
}

export function loadDit(architecture: DitArchitecture, file: Safetensors): Dit {
  const w = takeFloats(file, ditShapes(architecture));
  return {
    architecture,
    pixels: pixelTable(architecture),
    embed: w.linear('embed'),
    pos: w.get('pos'),
    time0: w.linear('time.0'),
    time2: w.linear('time.2'),
    label: w.get('label.weight'),
    mod: w.linear('mod'),
    finalMod: w.linear('final.mod'),
    out: w.linear('out'),
    blocks: Array.from({ length: architecture.depth }, (_, i) => {
      const name = `blocks.${i}`;
      return {
        table: w.get(`${name}.table`),
        qkv: w.linear(`${name}.qkv`),
        proj: w.linear(`${name}.proj`),
        fc1: w.linear(`${name}.fc1`),
        fc2: w.linear(`${name}.fc2`),
      };
    }),
  };
}

/** Sees every intermediate value by name ("time", "modulation", "tokens", "block0" …): for tests and for explaining. */
export type Watch = (name: string, values: Float64Array) => void;

/** The time embedding of every t, [n, d]: [cos, sin] of timeScale·t at falling frequencies, through a small MLP. */
export function timeEmbeddings(net: Dit, ts: readonly number[]): Float64Array {
  const { timeFeatures, timeScale } = net.architecture;
  const half = timeFeatures / 2;
  const features = new Float64Array(ts.length * timeFeatures);
  for (const [row, t] of ts.entries()) {
    for (let i = 0; i < half; i++) {
      const angle = timeScale * t * Math.exp((-Math.log(10_000) * i) / half);
      features[row * timeFeatures + i] = Math.cos(angle);
      features[row * timeFeatures + half + i] = Math.sin(angle);
    }
  }
  return linear(linear(features, ts.length, net.time0).map(silu), ts.length, net.time2);
}

/** v ≈ ε − x₀ of one image x_t (C,H,W) at time t in [0, 1]; `label` = classes means "no class". */
export function ditVelocity(net: Dit, x: Float64Array, t: number, label: number, watch?: Watch): Float64Array {
  const { d, tokens, heads, epsilon } = net.architecture;
  const time = timeEmbeddings(net, [t]);
  watch?.('time', time);
  const condition = time.map((v, j) => silu(v + net.label[label * d + j]!));
  const shared = linear(condition, 1, net.mod);
  watch?.('modulation', shared);

  const h = linear(
    Float64Array.from(net.pixels, (at) => x[at]!),
    tokens,
    net.embed,
  );
  for (let i = 0; i < h.length; i++) h[i]! += net.pos[i]!;
  watch?.('tokens', h);
  const add = (gate: Float64Array, values: Float64Array) => values.forEach((v, i) => (h[i]! += gate[i % d]! * v));
  net.blocks.forEach((block, b) => {
    const [shift1, scale1, gate1, shift2, scale2, gate2] = Array.from({ length: 6 }, (_, row) =>
      Float64Array.from({ length: d }, (_, j) => shared[row * d + j]! + block.table[row * d + j]!),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const mixed = attention(linear(modulatedNorm(h, shift1, scale1, epsilon), tokens, block.qkv), tokens, d, heads);
    add(gate1, linear(mixed, tokens, block.proj));
    add(
      gate2,
      linear(linear(modulatedNorm(h, shift2, scale2, epsilon), tokens, block.fc1).map(gelu), tokens, block.fc2),
    );
    watch?.(`block${b}`, h);
  });
  const last = linear(condition, 1, net.finalMod);
  const patches = linear(modulatedNorm(h, last.subarray(0, d), last.subarray(d), epsilon), tokens, net.out);
  const v = new Float64Array(x.length);
  net.pixels.forEach((at, i) => (v[at] = patches[i]!));
  return v;
}

/**
 * The denoiser of the rectified flow in our coordinates: α = 1/(1+σ), t = σ/(1+σ), x_t = αx, D = x_t − t v.
 * Guidance w: D = D_null + w (D_class − D_null); w = 1 skips the null pass. `labels` holds one class per sample.
 */
export function ditDenoiser(net: Dit, labels: ArrayLike<number>, guidance: number): Denoiser {
  const { channels, height, width, classes } = net.architecture;
  const dim = channels * height * width;
  return (x, sigma) => {
    const alpha = 1 / (1 + sigma);
    const t = sigma / (1 + sigma);
    const out = new Float64Array(x.length);
    for (let at = 0, i = 0; at < x.length; at += dim, i++) {
      const xt = x.slice(at, at + dim).map((v) => alpha * v);
      const v = ditVelocity(net, xt, t, labels[i]!);
      const free = guidance === 1 ? v : ditVelocity(net, xt, t, classes);
      for (let j = 0; j < dim; j++) out[at + j] = xt[j]! - t * (free[j]! + guidance * (v[j]! - free[j]!));
    }
    return out;
  };
}
