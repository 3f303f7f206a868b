// What a search for good samples one by one may cost all of them together.

/** Entropy, in nats, of the classes that a feature net sees in all samples together: ln(classes) where every class is as frequent. */
export function classEntropy(logits: ArrayLike<number>, n: number, classes: number): number {
  const share = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    const own = Array.from({ length: classes }, (_, c) => logits[i * classes + c]!);
    const top = Math.max(...own);
    const weights = own.map((v) => Math.exp(v - top));
    const total = weights.reduce((a, b) => a + b, 0);
    weights.forEach((w, c) => (share[c]! += w / total / n));
  }
  return share.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
}

const meanOf = (x: ArrayLike<number>, n: number, dim: number): Float64Array => {
  const mean = new Float64Array(dim);
  for (let i = 0; i < n * dim; i++) mean[i % dim]! += x[i]! / n;
  return mean;
};

/** How far the mean of the samples' features is from that of real images, in standard deviations of these. Few samples will do. */
export function featureDistance(
  features: ArrayLike<number>,
  n: number,
  { mean, covariance }: { readonly mean: ArrayLike<number>; readonly covariance: ArrayLike<number> },
): number {
  const dim = mean.length;
  const own = meanOf(features, n, dim);
  let squared = 0;
  let variance = 0;
  for (let k = 0; k < dim; k++) {
    squared += (own[k]! - mean[k]!) ** 2;
    variance += covariance[k * dim + k]!;
  }
  return Math.sqrt(squared / variance);
}

/** Root mean square distance of a sample from the mean of all. */
export function spreadOf(x: ArrayLike<number>, n: number, dim: number): number {
  const mean = meanOf(x, n, dim);
  let sum = 0;
  for (let i = 0; i < n * dim; i++) sum += (x[i]! - mean[i % dim]!) ** 2;
  return Math.sqrt(sum / n);
}
