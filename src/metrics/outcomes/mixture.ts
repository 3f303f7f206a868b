/**
 * How to spread a number of answers over settings (temperatures, models, formats) so that most problems have a right one:
 * V(k) = 1 − mean_i Π_s (1 − p_is)^{k_s}, Σ k_s = N. OSCA, Zhang et al. 2024, https://arxiv.org/abs/2410.22480, who
 * exchange single answers from a random start until nothing improves; here from the greedy mix, which alone is within 1 −
 * 1/e of the best because V is monotone and submodular.
 */

/** Coverage of a mix: rates[problem][setting], answers of each setting. */
export function mixCoverage(rates: readonly (readonly number[])[], mix: readonly number[]): number {
  const none = rates.map((p) => mix.reduce((left, k, s) => left * (1 - p[s]!) ** k, 1));
  return 1 - none.reduce((a, b) => a + b, 0) / rates.length;
}

/** The best mix of `answers` that greedy choice and exchanges find. */
export function bestMix(rates: readonly (readonly number[])[], answers: number): number[] {
  const settings = rates[0]?.length ?? 0;
  let mix = new Array<number>(settings).fill(0);
  const value = (m: readonly number[]) => mixCoverage(rates, m);
  const moved = (from: number | null, to: number) => mix.map((k, s) => k + Number(s === to) - Number(s === from));
  for (let n = 0; n < answers; n++)
    mix = mix.map((_, s) => moved(null, s)).reduce((a, b) => (value(b) > value(a) ? b : a));
  for (;;) {
    const now = value(mix);
    let better: number[] | null = null;
    for (let from = 0; from < settings && !better; from++)
      for (let to = 0; to < settings && !better; to++)
        if (mix[from]! > 0 && to !== from && value(moved(from, to)) > now + 1e-15) better = moved(from, to);
    if (!better) return mix;
    mix = better;
  }
}
