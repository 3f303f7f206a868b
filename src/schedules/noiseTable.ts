/** The noise levels that a model was trained on: σ̂ of its training times 0, 1, …, rising, all of them finite. */
export type NoiseTable = Float64Array;

/** β of each training time: https://arxiv.org/abs/2006.11239, section 4, and what came after it. */
export type Betas =
  /** From `start` to `end`: in β, in √β (https://arxiv.org/abs/2112.10752), or along a logistic curve from −6 to 6. */
  | { readonly kind: 'linear' | 'scaled_linear' | 'sigmoid'; readonly start: number; readonly end: number }
  /** ᾱ(t) = cos²(π/2·(t + .008)/1.008), β at most .999: https://arxiv.org/abs/2102.09672, eq. 17. */
  | { readonly kind: 'squaredcos_cap_v2' }
  | { readonly kind: 'trained'; readonly values: readonly number[] };

const mix = (a: number, b: number, u: number) => a + u * (b - a);

export function betasOf(betas: Betas, count: number): Float64Array {
  const along = (beta: (u: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => beta(count === 1 ? 0 : i / (count - 1)));
  switch (betas.kind) {
    case 'linear':
      return along((u) => mix(betas.start, betas.end, u));
    case 'scaled_linear':
      return along((u) => mix(Math.sqrt(betas.start), Math.sqrt(betas.end), u) ** 2);
    case 'sigmoid':
      return along((u) => mix(betas.start, betas.end, 1 / (1 + Math.exp(6 - 12 * u))));
    case 'squaredcos_cap_v2': {
      const kept = (t: number) => Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
      return Float64Array.from({ length: count }, (_, i) =>
        Math.min(1 - kept((i + 1) / count) / kept(i / count), 0.999),
      );
    }
    case 'trained':
      return Float64Array.from(betas.values);
    default:
      return betas satisfies never;
  }
}

/**
 * σ̂ of pure noise, where a table would say ∞: ᾱ = 2⁻²⁴, as diffusers' Euler has it. What is left of the picture there is
 * 1/4096 of its size.
 */
export const PURE_NOISE = Math.sqrt(2 ** 24 - 1);

/**
 * σ̂ = √((1 − ᾱ)/ᾱ) with ᾱ = Π(1 − β). `zeroTerminalSnr`: √ᾱ is moved and stretched so that the last one is 0
 * (https://arxiv.org/abs/2305.08891, algorithm 1); that level is `PURE_NOISE`.
 */
export function tableOf(betas: Float64Array, zeroTerminalSnr = false): NoiseTable {
  const logs = new Float64Array(betas.length); // log ᾱ
  let log = 0;
  betas.forEach((beta, i) => (logs[i] = log += Math.log1p(-beta)));
  if (!zeroTerminalSnr) return logs.map((l) => Math.sqrt(Math.expm1(-l))); // (1 − ᾱ)/ᾱ = 1/ᾱ − 1
  const lost = logs.map((l) => -Math.expm1(l / 2)); // 1 − √ᾱ, to all digits where it is small
  const first = lost[0]!;
  const last = lost.at(-1)!;
  return lost.map((part, i) => {
    if (i === lost.length - 1) return PURE_NOISE;
    const kept = ((last - part) * (1 - first)) / (last - first); // the new √ᾱ, and 1 − √ᾱ
    const gone = (part * (1 - first) - first * (1 - last)) / (last - first);
    return Math.sqrt(gone * (1 + kept)) / kept;
  });
}

/**
 * σ̂ of a training time, which may lie between two entries: linear in σ (diffusers) or in log σ (k-diffusion, ComfyUI).
 */
export function sigmaAt(table: NoiseTable, time: number, between: 'linear' | 'log' = 'log'): number {
  const last = table.length - 1;
  const below = Math.min(last, Math.max(0, Math.floor(time)));
  const above = Math.min(last, below + 1);
  const a = table[below]!;
  const b = table[above]!;
  const u = time - below;
  if (u === 0 || above === below) return a;
  return between === 'linear' ? mix(a, b, u) : Math.exp(mix(Math.log(a), Math.log(b), u));
}

/** The training time of a level, linear in log σ̂ between two entries; a level outside the table has its first or last. */
export function timeAt(table: NoiseTable, sigma: number): number {
  const last = table.length - 1;
  if (!(sigma > table[0]!)) return 0;
  if (sigma >= table[last]!) return last;
  let [below, above] = [0, last];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (table[middle]! <= sigma) below = middle;
    else above = middle;
  }
  const from = Math.log(table[below]!);
  return below + (Math.log(sigma) - from) / (Math.log(table[above]!) - from);
}
