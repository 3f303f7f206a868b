/**
 * A keyed Brownian path over noise levels, so that 20 and 40 steps see the same noise.
 *
 * Clock. With the denoised value D frozen, the SDE samplers' exact step from σ = s down to σ = t is
 *
 *     x_t = (t/s)^(1+η) x_s + (1 − (t/s)^(1+η)) D + t √(1 − (t/s)^(2η)) z.
 *
 * Divided by t^(1+η), the noise is √(t^(−2η) − s^(−2η)) z: the increment B(τ_t) − B(τ_s) of a Brownian motion whose
 * clock is
 *
 *     τ(σ) = σ^(−2η),   and τ = σ⁻² for η = 1, where y = x/σ² obeys dy = D dτ + dB.
 *
 * So all step counts of one η share one path. An increment is asked for in unit variance: (B(τ_t) − B(τ_s)) / √(τ_t −
 * τ_s).
 *
 * Tree. Nodes are dyadic points of log σ on a fixed range. B at the far end is one normal; every other node is the
 * Brownian bridge between the ends of its interval,
 *
 *     B(m) = B(a) + (τ_m − τ_a)/(τ_b − τ_a)·(B(b) − B(a)) + √((τ_m − τ_a)(τ_b − τ_m)/(τ_b − τ_a))·z_m,
 *
 * so B at a node is a short list of weights on independent normals z, and so is an increment. A noise level is rounded
 * to its nearest node (2.8e-4 apart in log σ), and the increment is scaled to unit variance exactly.
 */

/** Weight and draw number of an independent standard normal vector. */
export type WeightedDraw = readonly [weight: number, draw: number];

const LOG_MAX = Math.log(1e4);
const LOG_MIN = Math.log(1e-4);
const DEPTH = 16;
const LAST = 2 ** DEPTH;
/**
 * Node k of the heap (1 is the middle of the range) draws number BROWNIAN_DRAW + k; the far end, σ = 1e-4, is k = 0.
 */
export const BROWNIAN_DRAW = 0x40000000;
/** Increments inside one node's cell: BETWEEN_NODES + a hash of the two ends. */
export const BETWEEN_NODES = 0x60000000;

/** Independent unit normal for an interval too short, or too far out, for the tree. */
function betweenNodes(from: number, to: number): WeightedDraw[] {
  const words = new Uint32Array(Float64Array.of(from, to).buffer);
  let hash = 0x811c9dc5; // FNV-1a over the four words
  for (const w of words) hash = Math.imul(hash ^ w ^ (w >>> 15), 0x01000193);
  return [[1, BETWEEN_NODES + ((hash ^ (hash >>> 4)) & 0x0fffffff)]];
}

const nearestNode = (sigma: number) =>
  Math.min(LAST, Math.max(0, Math.round(((LOG_MAX - Math.log(sigma)) / (LOG_MAX - LOG_MIN)) * LAST)));

/** τ as a function of σ: positive, and greater the lower σ. */
export type Clock = (sigma: number) => number;

/** τ_b − τ_a of two nodes, in any unit. */
function spanOf(clock: number | Clock): (a: number, b: number) => number {
  const step = (LOG_MAX - LOG_MIN) / LAST;
  if (typeof clock === 'number') {
    const width = step * 2 * clock;
    return (a, b) => Math.exp(width * a) * Math.expm1(width * (b - a));
  }
  const at = (node: number) => clock(Math.exp(LOG_MAX - step * node));
  return (a, b) => at(b) - at(a);
}

/** B at `node` as weights by heap index. The clock is zero at node 0 (σ = 1e4), which shifts B by a constant. */
function path(node: number, span: (a: number, b: number) => number): Map<number, number> {
  const weights = new Map<number, number>();
  const far = span(0, LAST);
  let left = 0;
  let right = LAST;
  let heap = 1;
  let atLeft = new Map<number, number>();
  let atRight = new Map([[0, Math.sqrt(far)]]);
  if (node === 0) return weights;
  if (node === LAST) return atRight;
  for (;;) {
    const mid = (left + right) / 2;
    const before = span(left, mid);
    const after = span(mid, right);
    const whole = span(left, right);
    const atMid = new Map<number, number>();
    for (const [key, w] of atLeft) atMid.set(key, w * (after / whole));
    for (const [key, w] of atRight) atMid.set(key, (atMid.get(key) ?? 0) + w * (before / whole));
    atMid.set(heap, Math.sqrt(before * (after / whole)));
    if (mid === node) return atMid;
    if (node < mid) {
      right = mid;
      atRight = atMid;
      heap = 2 * heap;
    } else {
      left = mid;
      atLeft = atMid;
      heap = 2 * heap + 1;
    }
  }
}

/**
 * The path's increment between two noise levels as a unit normal: Σ wᵢ² = 1, at most 33 terms. Disjoint intervals give
 * independent increments. `clock` is the η of the clock σ^(−2η), or another clock. Two ends in one node's cell give a draw
 * of their own.
 */
export function brownianIncrement(sigmaFrom: number, sigmaTo: number, clock: number | Clock = 1): WeightedDraw[] {
  const from = nearestNode(sigmaFrom);
  const to = nearestNode(sigmaTo);
  if (from === to) return betweenNodes(sigmaFrom, sigmaTo);
  const span = spanOf(clock);
  const weights = path(to, span);
  for (const [key, w] of path(from, span)) weights.set(key, (weights.get(key) ?? 0) - w);
  let norm = 0;
  for (const w of weights.values()) norm += w * w;
  norm = Math.sqrt(norm);
  return [...weights].filter(([, w]) => Math.abs(w) > 1e-14 * norm).map(([key, w]) => [w / norm, BROWNIAN_DRAW + key]);
}
