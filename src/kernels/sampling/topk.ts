import lib from '../../../shaders/lib/draw.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Grid, type Resource, type Source } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import type { DrawParams } from '../../math/reference/draw.ts';
import { choose } from '../choose.ts';

const drawWorkgroup = () => import('../../../shaders/sampling/topk_draw.1.workgroup.wgsl?raw');
const drawLanes = () => import('../../../shaders/sampling/topk_draw.2.lanes.wgsl?raw');
const partialWorkgroup = () => import('../../../shaders/sampling/topk_partial.1.workgroup.wgsl?raw');
const partialLanes = () => import('../../../shaders/sampling/topk_partial.2.lanes.wgsl?raw');

export { DRAW_MARGIN, drawReference, type DrawParams, type DrawReference } from '../../math/reference/draw.ts';

export interface TopkArgs {
  readonly rows: number;
  readonly vocab: number;
  /** How many of the largest logits are kept in order, 1…128. */
  readonly candidates?: number;
}
export const MOST_CANDIDATES = 128;
const RESULT_WORDS = 12;

/** What the GPU says of a row; log-probabilities and the entropy are natural. */
export interface TopkDrawn {
  readonly token: number;
  /**
   * How far u, or a cut, was from deciding otherwise (relative for min-p, absolute for u and top-p); 1 when nothing was
   * decided. 0 when the answer lies past the candidates. Below `DRAW_MARGIN` rounding may have decided: draw again by
   * `drawReference` from the logits.
   */
  readonly margin: number;
  /** Under the softmax of the raw logits. */
  readonly logProbability: number;
  /** Of the raw distribution. */
  readonly entropy: number;
  readonly max: number;
  /** Tokens that survived the stages, and their mass in the raw distribution. */
  readonly survivors: number;
  readonly keptMass: number;
  /** Among the raw logits, 0 is the largest. */
  readonly rank: number;
  /** Under the distribution that drew it; 0 at temperature 0. */
  readonly drawnLogProbability: number;
  /** log Σ e^logit of the row. */
  readonly logSumExp: number;
}

const source = (partial: Source, draw: Source, perChunk: number, partialGrid: (count: number) => Grid) => ({
  partial,
  draw,
  perChunk,
  partialGrid,
});
export const versions = {
  '1.workgroup': source(partialWorkgroup, drawWorkgroup, 2048, (count) => grid1d(count, 1)),
  '2.lanes': source(partialLanes, drawLanes, 256, (count) => grid1d(count, 4)),
} as const;
export type TopkVersion = keyof typeof versions;

/**
 * Bytes of the buffers of a draw. `stats` and `blocks` are scratch; `candidates` holds (logit f32, token u32) pairs,
 * largest first.
 */
export const topkBytes = ({ rows, vocab, candidates = MOST_CANDIDATES }: TopkArgs) => ({
  params: rows * 32,
  stats: rows * Math.ceil(vocab / 256) * 16,
  blocks: rows * Math.ceil(vocab / 32) * 4,
  candidates: rows * candidates * 8,
  out: rows * RESULT_WORDS * 4,
});

/** The `params` buffer: one entry per row. */
export function packDraws(rows: readonly DrawParams[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(rows.length * 8);
  const floats = new Float32Array(words.buffer);
  rows.forEach(({ temperature, k, topP, minP, bits }, r) => {
    if (!(temperature >= 0 && Number.isFinite(temperature)))
      throw new RangeError(`a temperature of ${temperature} cannot be drawn with; use 0 or more`);
    if (!(Number.isInteger(k) && k >= 0)) throw new RangeError(`top-k of ${k} is not a whole number; 0 keeps all`);
    if (!(topP > 0 && topP <= 1)) throw new RangeError(`top-p of ${topP} is outside (0, 1]; 1 keeps all`);
    if (!(minP >= 0 && minP <= 1)) throw new RangeError(`min-p of ${minP} is outside [0, 1]; 0 keeps all`);
    floats[8 * r] = temperature > 0 ? Math.max(temperature, 1e-6) : 0;
    words[8 * r + 1] = Math.min(k, 0xffffffff);
    floats[8 * r + 2] = topP;
    floats[8 * r + 3] = minP;
    words[8 * r + 4] = bits >>> 0;
  });
  return words;
}

/** The `out` buffer of a draw, as read back. */
export function readDrawn(out: ArrayBuffer, rows = out.byteLength / (4 * RESULT_WORDS)): TopkDrawn[] {
  const words = new Uint32Array(out);
  const floats = new Float32Array(out);
  return Array.from({ length: rows }, (_, r) => {
    const [u, f] = [words, floats].map((a) => a.subarray(r * RESULT_WORDS, (r + 1) * RESULT_WORDS)) as [
      Uint32Array,
      Float32Array,
    ];
    return {
      token: u[0]!,
      margin: f[1]!,
      logProbability: f[2]!,
      entropy: f[3]!,
      max: f[4]!,
      survivors: u[5]!,
      keptMass: f[6]!,
      rank: u[7]!,
      drawnLogProbability: f[8]!,
      logSumExp: f[9]!,
    };
  });
}

/** The `candidates` buffer of one row, as read back: the largest logits and their tokens, in order. */
export function readCandidates(
  bytes: ArrayBuffer,
  { vocab, candidates = MOST_CANDIDATES }: Omit<TopkArgs, 'rows'>,
  row = 0,
): { readonly token: number; readonly logit: number }[] {
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  return Array.from({ length: Math.min(candidates, vocab) }, (_, i) => ({
    token: words[2 * (row * candidates + i) + 1]!,
    logit: floats[2 * (row * candidates + i)]!,
  }));
}

export interface Topk {
  readonly label: string;
  /**
   * Two dispatches. Buffers of at least `topkBytes`; logits is (rows, vocab), all finite; params comes from
   * `packDraws`.
   */
  call(
    resources: {
      readonly logits: Resource;
      readonly params: Resource;
      readonly stats: Resource;
      readonly blocks: Resource;
      readonly candidates: Resource;
      readonly out: Resource;
    },
    args: TopkArgs,
    slots: UniformSlots,
  ): readonly [Call, Call];
}

export async function createTopkVersion(ctx: GpuContext, version: TopkVersion): Promise<Topk> {
  const { partial, draw, perChunk, partialGrid } = versions[version];
  const [first, second] = await Promise.all([
    createKernel(ctx, {
      label: `topk_partial.${version}`,
      wgsl: partial,
      bindings: { logits: 'read', params: 'read', stats: 'read_write', blocks: 'read_write' },
      argBytes: 12,
      pack: (write, a: TopkArgs) => void write.u32(a.rows, a.vocab, perChunk),
      grid: (a) => partialGrid(a.rows * Math.ceil(a.vocab / perChunk)),
    }),
    createKernel(ctx, {
      label: `topk_draw.${version}`,
      wgsl: draw,
      libs: [lib],
      bindings: {
        logits: 'read',
        params: 'read',
        stats: 'read',
        blocks: 'read',
        candidates: 'read_write',
        out: 'read_write',
      },
      argBytes: 16,
      pack(write, { rows, vocab, candidates = MOST_CANDIDATES }: TopkArgs) {
        if (!(candidates >= 1 && candidates <= MOST_CANDIDATES))
          throw new RangeError(`topk_draw: ${candidates} candidates; between 1 and ${MOST_CANDIDATES} can be kept`);
        write.u32(rows, vocab, candidates, perChunk);
      },
      grid: (a) => grid1d(a.rows, 1),
    }),
  ]);
  return {
    label: `topk.${version}`,
    call: ({ logits, params, stats, blocks, candidates, out }, args, slots) => [
      first.call({ logits, params, stats, blocks }, args, slots),
      second.call({ logits, params, stats, blocks, candidates, out }, args, slots),
    ],
  };
}

/** The largest logits of every row in order, and a token drawn from each. Reference: src/math/reference/draw.ts. */
export const createTopk = (ctx: GpuContext) => createTopkVersion(ctx, choose(ctx, 'topk'));
