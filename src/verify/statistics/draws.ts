// Tokens drawn on the GPU: against the stages' definitions in distribution, and against the page's own float64 draw one
// by one.
import { encode, supports } from '../../gpu/kernel.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { choose } from '../../kernels/choose.ts';
import {
  createTopkVersion,
  DRAW_MARGIN,
  drawReference,
  packDraws,
  readDrawn,
  topkBytes,
  versions,
  type DrawParams,
  type TopkVersion,
} from '../../kernels/sampling/topk.ts';
import { detectableBias, gTest } from '../../math/chiSquare.ts';
import { needsOf } from '../../core/kernelVersions.ts';
import { tokenBits } from '../../math/tokenUniform.ts';
import { uniforms } from '../../math/uniform.ts';
import { definitions } from '../../samplers/decoding/conformance/definitions.ts';
import { applyChain, startChain } from '../../samplers/decoding/chain.ts';
import { draw } from '../../samplers/decoding/draw.ts';
import type { Chain, StageContext } from '../../samplers/decoding/types.ts';
import type { Case, Env, NotRun, Outcome, Planned } from '../types.ts';
import { LEVEL } from './tests.ts';

/** More than one chunk of either version, and not whole ones. */
const VOCAB = 333;
const SEED = 31;
/**
 * Draws of the version that runs here, and of the others: on a software adapter those may be a hundred times slower.
 */
const DRAWS = 3000;
const FEW = 400;

const settings: Readonly<Record<string, Omit<DrawParams, 'bits'>>> = {
  plain: { temperature: 1, k: 0, topP: 1, minP: 0 },
  'temperature and top-k': { temperature: 1.4, k: 12, topP: 1, minP: 0 },
  'temperature and min-p': { temperature: 1.6, k: 0, topP: 1, minP: 0.15 },
  'top-p': { temperature: 1, k: 0, topP: 0.8, minP: 0 },
  'all four': { temperature: 0.8, k: 40, topP: 0.95, minP: 0.04 },
};

/** Peaked enough that about twenty tokens have most of the mass, at arbitrary indices and with ties among them. */
function logits(): Float32Array<ArrayBuffer> {
  const u = uniforms(SEED, 3, VOCAB);
  return Float32Array.from(u, (v, i) => Math.fround(i % 5 === 0 ? Math.round(9 * v) : -3 + 10 * v ** 3));
}

function chainOf({ temperature, k, topP, minP }: Omit<DrawParams, 'bits'>): Chain {
  return [
    ...(temperature === 1 ? [] : [{ stage: 'temperature', params: { temperature } }]),
    ...(k > 0 ? [{ stage: 'top_k', params: { k } }] : []),
    ...(topP < 1 ? [{ stage: 'top_p', params: { p: topP } }] : []),
    ...(minP > 0 ? [{ stage: 'min_p', params: { p: minP } }] : []),
  ];
}
const context: StageContext = { history: [], promptLength: 0, uniform: () => 0, text: () => null };
const bitsOf = (sample: number) => tokenBits(SEED, sample, 0, 'draw');

/**
 * Rows of the same logits, each with random numbers of its own. A draw that float32 cannot decide is made again in
 * float64, as in a run.
 */
async function onGpu(
  env: Env,
  version: TopkVersion,
  row: Float32Array,
  params: Omit<DrawParams, 'bits'>,
  n: number,
): Promise<{ readonly tokens: number[]; readonly close: number }> {
  const { ctx, slots } = env;
  const kernel = await createTopkVersion(ctx, version);
  const args = { rows: n, vocab: VOCAB };
  const bytes = topkBytes(args);
  const owner = 'verify draws';
  const all = new Float32Array(n * VOCAB);
  const wanted = Array.from({ length: n }, (_, r): DrawParams => ({ ...params, bits: bitsOf(r) }));
  const mark = slots.mark();
  for (let r = 0; r < n; r++) all.set(row, r * VOCAB);
  try {
    const make = (label: 'stats' | 'blocks' | 'candidates' | 'out') =>
      ctx.buffers.create({ label, owner, bytes: bytes[label] });
    const buffers = {
      logits: await ctx.buffers.upload({ label: 'logits', owner }, all),
      params: await ctx.buffers.upload({ label: 'params', owner }, packDraws(wanted)),
      stats: await make('stats'),
      blocks: await make('blocks'),
      candidates: await make('candidates'),
      out: await make('out'),
    };
    const calls = kernel.call(buffers, args, slots);
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    slots.flush();
    for (const call of calls) encode(pass, call);
    pass.end();
    ctx.submit(encoder.finish());
    const drawn = readDrawn(await readBuffer(ctx, buffers.out, 0, bytes.out));
    return {
      tokens: drawn.map((d, r) => (d.margin >= DRAW_MARGIN ? d.token : drawReference(row, wanted[r]!).token)),
      close: drawn.filter((d) => !(d.margin >= DRAW_MARGIN)).length,
    };
  } finally {
    slots.release(mark);
    ctx.buffers.destroyOwner(owner);
  }
}

async function judge(env: Env, version: TopkVersion, params: Omit<DrawParams, 'bits'>): Promise<Outcome> {
  const row = logits();
  const chain = chainOf(params);
  const n = version === choose(env.ctx, 'topk') ? DRAWS : FEW;
  const { tokens, close } = await onGpu(env, version, row, params, n);
  const counts = new Float64Array(VOCAB);
  const weights = chain
    .reduce<readonly number[]>(
      (now, { stage, params: p }) =>
        definitions[stage as keyof typeof definitions].weights(now, context, p as never).map(Math.log),
      [...row],
    )
    .map(Math.exp);
  const most = Math.max(...weights);
  const mass = weights.map((w) => w / most);
  const total = mass.reduce((a, b) => a + b, 0);
  const { probabilities, order } = applyChain(row, context, chain, startChain(chain));
  let same = 0;
  for (const [r, token] of tokens.entries()) {
    counts[token]!++;
    if (token === draw(probabilities, (bitsOf(r) >>> 8) / 16777216, order)) same++;
  }
  const { g, degrees, p } = gTest(
    counts,
    mass.map((w) => w / total),
  );
  // A u at the border of two tokens may be decided differently in float32; `close` counts the draws that the kernel
  // itself marks as undecided.
  const few = close < n / 20;
  const tested = `${n} draws of ${mass.filter((w) => w > 0).length} tokens`;
  const test = `G = ${g.toFixed(1)} on ${degrees} degrees of freedom, p = ${p.toPrecision(2)}`;
  const power = `any bias of ${(100 * detectableBias(n, degrees, LEVEL)).toFixed(1)} % of the mass would be found with probability 0.8`;
  const agreement = same === n ? 'Every token is the one' : `${n - same} tokens are not those`;
  return {
    pass: p >= LEVEL && degrees >= 5 && same === n && few,
    detail: `${tested}: ${test}; ${power}. ${agreement} that float64 draws with the same random numbers; ${close} were too close to call and drawn again in float64.`,
  };
}

export function drawCases(env: Env): Planned {
  const cases: Case[] = [];
  const notRun: NotRun[] = [];
  for (const version of Object.keys(versions) as TopkVersion[]) {
    const lacks = needsOf('topk', version).filter((n) => !supports(env.ctx.info, [n]));
    if (lacks.length > 0)
      notRun.push({ name: `token draw ${version}`, because: `needs ${lacks.join(', ')}, which this device lacks` });
    else
      for (const [name, params] of Object.entries(settings))
        cases.push({ name: `token draw ${version}: ${name}`, run: () => judge(env, version, params) });
  }
  return { cases, notRun };
}
