import { argMax, checkLogits, descending, draw, entropy, logSoftmax, softmax } from './draw.ts';
import { refuseChain } from './refuse.ts';
import { stageOf } from './stages.ts';
import type { Chain, StageContext, TokenRecord, Trace } from './types.ts';

/**
 * The memories of a chain's stages, by position in the chain; undefined for stages without one. Immutable: a branch
 * keeps its own.
 */
export type ChainState = readonly unknown[];

/** What a chain made of one row of logits. */
export interface Applied {
  /** The final distribution, Σ = 1. */
  readonly probabilities: Float64Array;
  /** Tokens with mass, in the order of the draw. */
  readonly order: Uint32Array;
  /** Logits before and after stages that adapt, by position in the chain: what `observeChain` measures surprise by. */
  readonly watched: ReadonlyMap<number, { readonly before: Float64Array; readonly after: Float64Array }>;
  /** After the model, then after each stage; only when asked. */
  readonly trace?: readonly Float64Array[];
}

/** Fresh memories for a sequence. Throws, naming every reason, when the chain is contradictory. */
export function startChain(chain: Chain): ChainState {
  const refusals = refuseChain(chain);
  if (refusals.length > 0) throw new Error(refusals.join(' '));
  return chain.map((use) => stageOf(use.stage)!.start?.(use.params));
}

/**
 * Runs the stages in order on one row of logits. Pure: the same arguments give the same answer. Throws on NaN and
 * +Infinity, from the model or from a stage, naming the token.
 */
export function applyChain(
  logits: Float32Array | Float64Array,
  context: StageContext,
  chain: Chain,
  state: ChainState,
  options: { readonly trace?: boolean } = {},
): Applied {
  checkLogits(logits);
  let now: Float64Array = new Float64Array(logits);
  const trace = [now];
  const watched = new Map<number, { before: Float64Array; after: Float64Array }>();
  chain.forEach((use, i) => {
    const stage = stageOf(use.stage);
    if (!stage) throw new Error(`There is no stage "${use.stage}".`);
    const after = stage.apply(now, context, use.params, state[i]);
    checkLogits(after, `The stage "${stage.title}"`);
    if (stage.observe) watched.set(i, { before: now, after });
    if (options.trace) trace.push(after);
    now = after;
  });
  const probabilities = softmax(now);
  return { probabilities, order: descending(probabilities, 0), watched, ...(options.trace && { trace }) };
}

/**
 * What the stages make of a row that is no draw's: logits or log-probabilities, without a softmax behind them. For
 * algorithms that search.
 */
export function reordered(row: Float64Array, context: StageContext, chain: Chain, state: ChainState): Float64Array {
  return chain.reduce((now, use, i) => stageOf(use.stage)!.apply(now, context, use.params, state[i]), row);
}

/** The memories after `token` was drawn from what `applyChain` returned. */
export function observeChain(chain: Chain, state: ChainState, applied: Applied, token: number): ChainState {
  if (applied.watched.size === 0) return state;
  return state.map((memory, i) => {
    const watched = applied.watched.get(i);
    const use = chain[i]!;
    if (!watched) return memory;
    // A token outside the support (picked by a reader) would be infinitely surprising and break the memory for good: it
    // is capped.
    const bits = (row: Float64Array) => Math.min(-logSoftmax(row)[token]! / Math.LN2, MOST_BITS);
    return stageOf(use.stage)!.observe!(
      memory,
      { token, surprise: bits(watched.after), entering: bits(watched.before) },
      use.params,
    );
  });
}

/** Surprise of what cannot happen, in bits, as far as an adaptive stage is told. */
const MOST_BITS = 64;

/**
 * What is kept of a token: figures of the raw distribution and of the one that drew it (none when `applied` is null).
 */
export function recordOf(
  logits: Float32Array | Float64Array,
  applied: Applied | null,
  token: number,
  u: number | null,
  by: TokenRecord['by'] = 'model',
): TokenRecord {
  const log = logSoftmax(logits);
  const p = softmax(logits);
  const mine = logits[token]!;
  let rank = 0;
  let keptMass = 0;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > mine || (logits[i] === mine && i < token)) rank++;
  if (applied) for (let j = 0; j < applied.order.length; j++) keptMass += p[applied.order[j]!]!;
  return {
    logProbability: log[token]!,
    drawnLogProbability: applied && u !== null ? Math.log(applied.probabilities[token]!) : null,
    entropy: entropy(p),
    rank,
    keptMass: applied ? Math.min(keptMass, 1) : 1,
    u,
    by,
  };
}

export interface Choice {
  readonly token: number;
  readonly record: TokenRecord;
  /** The memories after this token. */
  readonly state: ChainState;
  readonly trace?: Trace;
}

/**
 * One token by the chain and the uniform `u`, by default the context's keyed one for `draw`; with everything a page
 * shows of it.
 */
export function chooseToken(
  logits: Float32Array | Float64Array,
  context: StageContext,
  chain: Chain,
  state: ChainState,
  options: { readonly u?: number; readonly trace?: boolean } = {},
): Choice {
  const applied = applyChain(logits, context, chain, state, options);
  const u = options.u ?? context.uniform('draw');
  const token = draw(applied.probabilities, u, applied.order);
  return {
    token,
    record: recordOf(logits, applied, token, u),
    state: observeChain(chain, state, applied, token),
    ...(applied.trace && { trace: { logits: applied.trace, probabilities: applied.probabilities, u, token } }),
  };
}

/** The most likely token of the raw logits, the first of equals: greedy decoding, without a draw. */
export function greedyToken(logits: Float32Array | Float64Array): {
  readonly token: number;
  readonly record: TokenRecord;
} {
  checkLogits(logits);
  const token = argMax(logits);
  return { token, record: recordOf(logits, null, token, null) };
}
