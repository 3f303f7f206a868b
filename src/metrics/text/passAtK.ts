/**
 * Unbiased estimate of pass@k, the chance that at least one of k samples is right, from n ≥ k samples of which c were:
 * 1 − C(n − c, k)/C(n, k), the share of the k-subsets that hold a right one. As the product 1 − Π_{i=n−c+1…n} (1 −
 * k/i), which neither overflows nor cancels. (1 − (1 − c/n)^k is biased low.) Chen et al. 2021,
 * https://arxiv.org/abs/2107.03374, section 2.1. Throws a RangeError for numbers that cannot be.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (![n, c, k].every(Number.isInteger) || c < 0 || c > n || k < 1 || k > n)
    throw new RangeError(`pass@k needs 0 ≤ c ≤ n and 1 ≤ k ≤ n, got n = ${n}, c = ${c}, k = ${k}`);
  if (n - c < k) return 1;
  let none = 1;
  for (let i = n - c + 1; i <= n; i++) none *= 1 - k / i;
  return 1 - none;
}

/**
 * pass@1 … pass@n, the mean over problems of n samples each, of which `right[i]` were right: solved fraction against
 * number of samples.
 */
export const passCurve = (n: number, right: readonly number[]): number[] =>
  right.length === 0
    ? []
    : Array.from({ length: n }, (_, i) => right.reduce((sum, c) => sum + passAtK(n, c, i + 1), 0) / right.length);
