export const ropeKinds = ['none', 'linear', 'dynamic', 'llama3', 'yarn', 'longrope'] as const;
export type RopeKind = (typeof ropeKinds)[number];

/** How a model stretches its rotary positions beyond the length it was first trained for. */
export type RopeScaling =
  /**
   * `dynamic` (NTK-aware by the length of the text) raises the base beyond the model's own context only; no longer text
   * is run here.
   */
  | { readonly kind: 'none' | 'dynamic' }
  /** All frequencies divided by one factor (Chen et al. 2023, position interpolation). */
  | { readonly kind: 'linear'; readonly factor: number }
  /**
   * Llama 3.1: long wavelengths divided by `factor`, short ones kept, those between blended. `originalContext` in
   * tokens.
   */
  | {
      readonly kind: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalContext: number;
    }
  /**
   * Peng et al. 2023, https://arxiv.org/abs/2309.00071: frequencies that turn more than `betaFast` times in the original
   * context are kept, those that turn less than `betaSlow` times divided by the factor. `whole`: the pairs between which
   * it is blended are rounded outwards, as in the authors' code.
   */
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly originalContext: number;
      readonly whole: boolean;
    }
  /** Ding et al. 2024, https://arxiv.org/abs/2402.13753: each frequency divided by its own factor. */
  | { readonly kind: 'longrope'; readonly factors: readonly number[] };

/** Pairs kept by yarn up to `low` and divided from `high` on (its equation 17, and the authors' rounding). */
function yarnRange(pairs: number, base: number, s: Extract<RopeScaling, { kind: 'yarn' }>): [number, number] {
  const pairOf = (turns: number) => (pairs * Math.log(s.originalContext / (turns * 2 * Math.PI))) / Math.log(base);
  const [low, high] = [pairOf(s.betaFast), pairOf(s.betaSlow)];
  const [from, to] = s.whole ? [Math.floor(low), Math.ceil(high)] : [low, high];
  return [Math.max(from, 0), Math.min(to, 2 * pairs - 1)];
}

/**
 * The dimensions/2 inverse frequencies of rotary embeddings (Su et al. 2021), radians per token:
 * base^(−2j/dimensions), scaled. For `llama3`, a wavelength λ = 2π/f counts by its turns per original context, n =
 * originalContext/λ: n < low is divided by the factor, n > high is kept, and between them the weight of the kept one is
 * (n − low)/(high − low) (The Llama 3 Herd of Models, 2024, and its reference code).
 */
export function inverseFrequencies(dimensions: number, base: number, scaling: RopeScaling): number[] {
  const pairs = dimensions / 2;
  const [low, high] = scaling.kind === 'yarn' ? yarnRange(pairs, base, scaling) : [0, 0];
  return Array.from({ length: pairs }, (_, j) => {
    const frequency = 1 / base ** ((2 * j) / dimensions);
    switch (scaling.kind) {
      case 'none':
      case 'dynamic':
        return frequency;
      case 'linear':
        return frequency / scaling.factor;
      case 'longrope':
        return frequency / scaling.factors[j]!;
      case 'yarn': {
        const divided = Math.min(1, Math.max(0, (j - low) / (low === high ? 0.001 : high - low)));
        return (1 - divided) * frequency + divided * (frequency / scaling.factor);
      }
      case 'llama3': {
        const { factor, lowFrequencyFactor, highFrequencyFactor } = scaling;
        const turns = (scaling.originalContext * frequency) / (2 * Math.PI);
        if (turns < lowFrequencyFactor) return frequency / factor;
        if (turns > highFrequencyFactor) return frequency;
        const kept = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
        return (1 - kept) * (frequency / factor) + kept * frequency;
      }
    }
  });
}
