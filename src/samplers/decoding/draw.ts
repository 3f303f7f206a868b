/**
 * Softmax, order and the draw: the few operations every stage and algorithm shares. Natural logarithms, float64.
 *
 * One order everywhere: larger value first, equal values by smaller index. The GPU draw walks its candidates in that
 * order too, so the same logits and the same u give the same token on both.
 */

/**
 * Two masses closer than this are the same mass. A softmax rounds in the 16th digit; without it, whether 0.5 + 0.3
 * reaches 0.8 would depend on the logits that made 0.5. Thresholds of stages are compared with it, always in favour of
 * what the formula says on paper.
 */
export const ROUND = 1e-12;

/**
 * Throws when logits cannot be a distribution: NaN, +Infinity, nothing but −Infinity, or none at all. `where` opens the
 * sentence.
 */
export function checkLogits(logits: ArrayLike<number>, where = 'The model'): void {
  let finite = false;
  for (let i = 0; i < logits.length; i++) {
    const l = logits[i]!;
    if (l !== l)
      throw new Error(
        `${where} gave NaN for token ${i}: no distribution can be made of it. Reload the weights, or try f32 instead of a reduced precision.`,
      );
    if (l === Infinity)
      throw new Error(
        `${where} gave +Infinity for token ${i}: no distribution can be made of it. Reload the weights, or try f32 instead of a reduced precision.`,
      );
    if (l !== -Infinity) finite = true;
  }
  if (!finite)
    throw new Error(
      `${where} gave ${logits.length === 0 ? 'no logits' : `−Infinity for all ${logits.length} tokens`}: there is nothing to draw.`,
    );
}

/** The largest value's index, the first of equals; −1 when there is none above −Infinity. */
export function argMax(values: ArrayLike<number>): number {
  let best = -1;
  let top = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > top) {
      top = values[i]!;
      best = i;
    }
  }
  return best;
}

/** exp(l − max) / Σ: Σ = 1 up to rounding; −Infinity gives exactly 0. Needs one finite logit (`checkLogits`). */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const p = new Float64Array(logits.length);
  const max = logits[argMax(logits)]!;
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += p[i] = Math.exp(logits[i]! - max);
  for (let i = 0; i < p.length; i++) p[i]! /= sum;
  return p;
}

/**
 * l − max − ln Σ exp(l − max): log-probabilities; −Infinity stays. Keeps digits that `Math.log(softmax)` loses below
 * 1e-308.
 */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const max = logits[argMax(logits)]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - max);
  const log = max + Math.log(sum);
  const out = new Float64Array(logits.length);
  for (let i = 0; i < out.length; i++) out[i] = logits[i]! - log;
  return out;
}

/** −Σ p ln p in nats, 0 ln 0 = 0. */
export function entropy(probabilities: ArrayLike<number>): number {
  let h = 0;
  for (let i = 0; i < probabilities.length; i++)
    if (probabilities[i]! > 0) h -= probabilities[i]! * Math.log(probabilities[i]!);
  return Math.max(h, 0);
}

/** Below this many, a comparison sort is faster than four counting passes. */
const SMALL = 1024;

/**
 * Indices of the values above `floor` (never of NaN), larger value first, equal values by smaller index. 50 000 values
 * take a few milliseconds.
 */
export function descending(values: ArrayLike<number>, floor = -Infinity): Uint32Array {
  let n = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > floor) n++;
  const found = new Uint32Array(n);
  for (let i = 0, j = 0; i < values.length; i++) if (values[i]! > floor) found[j++] = i;
  return n < SMALL ? found.sort((a, b) => values[b]! - values[a]! || a - b) : radix(values, found);
}

/**
 * Stable counting sort on the 64 bits of the values, 16 at a time; passes in which all agree are skipped (f32 values
 * have 29 zero bits).
 */
function radix(values: ArrayLike<number>, indices: Uint32Array): Uint32Array {
  const n = indices.length;
  const keys = new Float64Array(n);
  const words = new Uint16Array(keys.buffer);
  for (let j = 0; j < n; j++) keys[j] = values[indices[j]!]! + 0; // −0 + 0 = 0: equal values must have equal bits
  const low = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  // IEEE numbers order like their bits once the sign is folded in; inverted here, because larger comes first.
  for (let j = 0; j < n; j++) {
    const sign = words[4 * j + (low ? 3 : 0)]! >>> 15;
    for (let w = 0; w < 4; w++) if (!sign) words[4 * j + w]! ^= (low && w === 3) || (!low && w === 0) ? 0x7fff : 0xffff;
  }
  let from: Uint32Array = new Uint32Array(n);
  let to: Uint32Array = new Uint32Array(n);
  const counts = new Uint32Array(65536);
  for (let j = 0; j < n; j++) from[j] = j;
  for (let pass = 0; pass < 4; pass++) {
    const w = low ? pass : 3 - pass;
    const first = words[w]!;
    counts.fill(0);
    for (let j = 0; j < n; j++) counts[words[4 * j + w]!]!++;
    if (counts[first] === n) continue;
    for (let d = 0, sum = 0; d < 65536; d++) {
      const c = counts[d]!;
      counts[d] = sum;
      sum += c;
    }
    for (let j = 0; j < n; j++) to[counts[words[4 * from[j]! + w]!]!++] = from[j]!;
    [from, to] = [to, from];
  }
  for (let j = 0; j < n; j++) to[j] = indices[from[j]!]!;
  return to;
}

/**
 * The inverse distribution function in the one order: the first token whose cumulated mass exceeds u. When rounding
 * leaves the total at or below u, the last token with mass. `order` saves the sort when the caller has
 * `descending(probabilities, 0)` already.
 */
export function draw(
  probabilities: Float64Array,
  u: number,
  order: Uint32Array = descending(probabilities, 0),
): number {
  if (!(u >= 0 && u < 1)) throw new RangeError(`The uniform of a draw must be in [0, 1), not ${u}.`);
  if (order.length === 0) throw new Error('The distribution has no mass: there is nothing to draw.');
  let sum = 0;
  for (const token of order) {
    sum += probabilities[token]!;
    if (sum > u) return token;
  }
  return order[order.length - 1]!;
}
