/** How a model stretches its rotary positions beyond the length it was first trained for. */
export type RopeScaling =
  | { readonly kind: 'none' }
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
    };

/**
 * The headDim/2 inverse frequencies of rotary embeddings (Su et al. 2021), radians per token: base^(−2j/headDim),
 * scaled. For `llama3`, a wavelength λ = 2π/f counts by its turns per original context, n = originalContext/λ: n < low
 * is divided by the factor, n > high is kept, and between them the weight of the kept one is (n − low)/(high − low)
 * (The Llama 3 Herd of Models, 2024, and its reference code).
 */
export function inverseFrequencies(headDim: number, base: number, scaling: RopeScaling): number[] {
  return Array.from({ length: headDim / 2 }, (_, j) => {
    const frequency = 1 / base ** ((2 * j) / headDim);
    if (scaling.kind === 'none') return frequency;
    if (scaling.kind === 'linear') return frequency / scaling.factor;
    const { factor, lowFrequencyFactor: low, highFrequencyFactor: high } = scaling;
    const turns = (scaling.originalContext * frequency) / (2 * Math.PI);
    if (turns < low) return frequency / factor;
    if (turns > high) return frequency;
    const kept = (turns - low) / (high - low);
    return (1 - kept) * (frequency / factor) + kept * frequency;
  });
}
