import type { Reader } from '../../formats/json.ts';
import { readPatches } from '../../formats/modelJson.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import { denoiserOf, readParameterisation, type Parameterisation } from '../parameterisation.ts';
import { wholeAt, type Part } from '../../core/part.ts';
import { askedKey, type Asked } from '../../core/role.ts';
import { assertClass, namedClass, NO_MEASUREMENT, RoleError } from '../roles.ts';
import type { ExitHead, ExitHeads, RoleDenoiser } from '../types.ts';
import { finishPart, keeper } from './ditParts.ts';
import type { DenoiserArchitecture } from './types.ts';
import { attention, gelu, linear, modulatedNorm, pixelTable, silu, type Linear } from './layers.ts';
import { linearShapes, multiplyAdds, takeFloats, type Shapes } from './weights.ts';

/** Diffusion transformer (adaLN-single). */
export interface DitArchitecture {
  readonly kind: 'dit';
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly patch: number;
  readonly tokens: number;
  readonly d: number;
  readonly depth: number;
  readonly heads: number;
  readonly hidden: number;
  /** Number of classes; the class after the last is "no class". */
  readonly classes: number;
  readonly timeFeatures: number;
  readonly timeScale: number;
  readonly epsilon: number;
  readonly parameterisation: Parameterisation;
}

function read(a: Reader, model: Reader): DitArchitecture {
  const d = a.integer('d', 4, 4096);
  const heads = a.integer('heads', 1, 64);
  if (d % heads !== 0) a.fail('heads', `a divisor of d = ${d}`);
  const classes = a.integer('classes', 1, 10_000);
  if (a.has('nullClass') && a.integer('nullClass', 0, 10_000) !== classes) a.fail('nullClass', String(classes));
  const timeFeatures = a.integer('timeFeatures', 2, 4096);
  if (timeFeatures % 2 !== 0) a.fail('timeFeatures', 'even');
  return {
    kind: 'dit',
    ...readPatches(a),
    d,
    heads,
    classes,
    timeFeatures,
    depth: a.integer('depth', 1, 64),
    hidden: a.integer('hidden', 1, 65536),
    timeScale: a.number('timeScale', 1e-6, 1e6),
    epsilon: a.number('epsilon', 0, 1),
    parameterisation: readParameterisation(model),
  };
}

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

/**
 * The embedding of every noise level as the network is told it (t of a flow), [n, d]: [cos, sin] of timeScale·t at
 * falling frequencies, through a small MLP.
 */
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

/** What the blocks after so many have added. */
export interface Kept {
  readonly blocks: number;
  readonly values: Float64Array;
}

/**
 * A part of a pass of one image: the blocks that run first, what earlier passes kept of it, the newest first, and the head
 * that ends it. `mix`: what a block's attention gives, null where it is the network's own.
 */
export interface PartOf {
  readonly part: Part;
  readonly blocks: number;
  readonly kept: Kept[];
  readonly head?: ExitHead;
  readonly mix?: (block: number, qkv: Float64Array) => Float64Array | null;
}

/**
 * The network's output for one image (C,H,W) in its own coordinates at time t; `label` = classes means "no class". A part
 * leaves blocks out, or keeps what they add.
 */
export function ditOutput(
  net: Dit,
  x: Float64Array,
  t: number,
  label: number,
  watch?: Watch,
  by?: PartOf,
): Float64Array {
  const { d, tokens, heads, epsilon, depth } = net.architecture;
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
  const through = (from: number, to: number) =>
    net.blocks.slice(from, to).forEach((block, i) => {
      const [shift1, scale1, gate1, shift2, scale2, gate2] = Array.from({ length: 6 }, (_, row) =>
        Float64Array.from({ length: d }, (_, j) => shared[row * d + j]! + block.table[row * d + j]!),
      ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
      const qkv = linear(modulatedNorm(h, shift1, scale1, epsilon), tokens, block.qkv);
      const mixed = by?.mix?.(from + i, qkv) ?? attention(qkv, tokens, d, heads);
      add(gate1, linear(mixed, tokens, block.proj));
      add(
        gate2,
        linear(linear(modulatedNorm(h, shift2, scale2, epsilon), tokens, block.fc1).map(gelu), tokens, block.fc2),
      );
      watch?.(`block${from + i}`, h);
    });
  through(0, by?.blocks ?? depth);
  if (by) finishPart(by, h, () => through(by.blocks, depth));
  const v = new Float64Array(x.length);
  const put = (patches: Float64Array) => {
    net.pixels.forEach((at, i) => (v[at] = patches[i]!));
    return v;
  };
  if (by?.head) return put(linear(h, tokens, by.head));
  const last = linear(condition, 1, net.finalMod);
  return put(linear(modulatedNorm(h, last.subarray(0, d), last.subarray(d), epsilon), tokens, net.out));
}

/** The class that sample i is told. */
function toldClass(asked: Asked, labels: ArrayLike<number>, classes: number, i: number): number {
  switch (asked.role) {
    case 'null':
      return classes;
    case 'negative':
      assertClass(asked.label ?? -1, classes);
      return asked.label!;
    case 'source':
    case 'target': {
      const told = namedClass(asked, classes);
      return told < 0 ? classes : told;
    }
    case 'posterior':
      throw new RoleError(NO_MEASUREMENT);
    default:
      return labels[i]!;
  }
}

/**
 * The denoiser. Guidance w of `main`: D = D_null + w (D_class − D_null), and so for the outputs, of which D is an affine
 * function; w = 1 skips the null pass, and other roles take one pass. `labels` holds one class per sample. Both halves of
 * a guided pass leave out the same blocks.
 */
export function ditDenoiser(
  net: Dit,
  labels: ArrayLike<number>,
  guidance: number,
  heads: ExitHeads | null = null,
): RoleDenoiser {
  const { classes, depth, parameterisation } = net.architecture;
  const dim = ditDim(net.architecture);
  const partOf = keeper(net.architecture, heads);
  const answer = (asked: Asked, sigma: number) =>
    denoiserOf(parameterisation, (x, t) => {
      const w = (asked.role ?? 'main') === 'main' ? guidance : 1;
      const part = wholeAt(asked.part, depth);
      const out = new Float64Array(x.length);
      for (let at = 0, i = 0; at < x.length; at += dim, i++) {
        const image = x.subarray(at, at + dim);
        const pass = (label: number, half: string) =>
          ditOutput(net, image, t, label, undefined, part && partOf(part, sigma, `${askedKey(asked)} ${half} ${i}`));
        const own = pass(toldClass(asked, labels, classes, i), 'told');
        const free = w === 1 ? own : pass(classes, 'free');
        for (let j = 0; j < dim; j++) out[at + j] = free[j]! + w * (own[j]! - free[j]!);
      }
      return out;
    });
  return Object.assign(
    (x: Float64Array, sigma: number, asked: Asked = {}): Float64Array => answer(asked, sigma)(x, sigma),
    { begin: (given: ExitHeads | null) => ditDenoiser(net, labels, guidance, given) },
  );
}

const ditDim = ({ channels, height, width }: DitArchitecture): number => channels * height * width;

export const dit: DenoiserArchitecture<DitArchitecture> = {
  role: 'denoiser',
  work(a) {
    const each = multiplyAdds(ditShapes(a), (name) =>
      /^(embed|out|blocks\.\d+\.\w+)\.weight$/.test(name) ? a.tokens : 1,
    );
    return each + a.depth * 2 * a.tokens ** 2 * a.d; // scores and what they weigh
  },
  read,
  dim: ditDim,
  denoiser: (a, tensors, { labels, guidance }) => ditDenoiser(loadDit(a, tensors), labels, guidance),
};
