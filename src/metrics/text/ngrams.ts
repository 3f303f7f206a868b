/**
 * How often each run of n tokens occurs; keys are the tokens joined by commas. Σ of the counts is max(0, length − n +
 * 1).
 */
export function ngrams(tokens: readonly number[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const key = tokens.slice(i, i + n).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
