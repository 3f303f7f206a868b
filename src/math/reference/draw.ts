/** How a token is drawn: temperature, then top-k, top-p, min-p, each on the survivors of the one before. */
export interface DrawParams {
  /** 0 takes the largest logit. */
  readonly temperature: number;
  /** 0 keeps all. */
  readonly k: number;
  /** 1 keeps all; in (0, 1]. */
  readonly topP: number;
  /** 0 keeps all; in [0, 1]. */
  readonly minP: number;
  /** 32 random bits, of which the upper 24 make u. */
  readonly bits: number;
}

/** Below this the f32 draw of the GPU may have decided by a rounding error, and the float64 draw counts. */
export const DRAW_MARGIN = 1e-4;

export interface DrawReference {
  readonly token: number;
  readonly logProbability: number;
  readonly entropy: number;
  readonly max: number;
  readonly survivors: number;
  readonly keptMass: number;
  readonly rank: number;
  readonly drawnLogProbability: number;
}

/**
 * The draw in float64 from all logits: top-p keeps the shortest prefix of the descending order (ties: lower index
 * first) whose probability reaches p, min-p what has at least minP of the largest probability; the token is the first
 * whose cumulative probability exceeds u.
 */
export function drawReference(
  logits: ArrayLike<number>,
  { temperature, k, topP, minP, bits }: DrawParams,
): DrawReference {
  const order = Uint32Array.from({ length: logits.length }, (_, i) => i).sort(
    (a, b) => logits[b]! - logits[a]! || a - b,
  );
  const max = logits[order[0]!]!;
  const raw = Float64Array.from(order, (i) => Math.exp(logits[i]! - max));
  const z = total(raw);
  const entropy = Math.log(z) - raw.reduce((s, e, i) => (e > 0 ? s + e * (logits[order[i]!]! - max) : s), 0) / z;
  const answer = (rank: number, survivors: number, drawn: number): DrawReference => ({
    token: order[rank]!,
    logProbability: logits[order[rank]!]! - max - Math.log(z),
    entropy,
    max,
    survivors,
    keptMass: survivors === raw.length ? 1 : total(raw.subarray(0, survivors)) / z,
    rank,
    drawnLogProbability: drawn,
  });
  if (temperature === 0) return answer(0, 1, 0);

  let weights = Float64Array.from(order, (i) => Math.exp((logits[i]! - max) / temperature));
  if (k > 0) weights = weights.subarray(0, Math.min(k, weights.length));
  if (topP < 1) weights = weights.subarray(0, reaching(weights, topP * total(weights)) + 1);
  if (minP > 0) weights = weights.filter((w) => w >= minP);
  const sum = total(weights);
  const rank = reaching(weights, ((bits >>> 8) / 16777216) * sum, true);
  return answer(rank, weights.length, Math.log(weights[rank]! / sum));
}

const total = (weights: Float64Array) => weights.reduce((s, w) => s + w, 0);

/** The first place where the running sum reaches (or exceeds) a target; the last one if rounding keeps it from that. */
function reaching(weights: Float64Array, target: number, exceeds = false): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    if (exceeds ? sum > target : sum >= target) return i;
  }
  return weights.length - 1;
}
