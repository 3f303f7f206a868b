// MMD's kernel.
import type { Batch } from './types.ts';

/** Number of kernel widths, each half of the one before: from the whole shape to a sixteenth of it. */
export const octaves = 5;

/** The widest kernel for a target: its root-mean-square distance from its mean. */
export function widestKernel(target: Batch): number {
  const { n, dim, data } = target;
  let variance = 0;
  for (let j = 0; j < dim; j++) {
    let [mean, squares] = [0, 0];
    for (let i = 0; i < n; i++) mean += data[i * dim + j]! / n;
    for (let i = 0; i < n; i++) squares += (data[i * dim + j]! - mean) ** 2 / n;
    variance += squares;
  }
  return Math.sqrt(variance) || 1;
}

/**
 * Mean over widths b = widest, widest/2, … of the Gaussian kernel exp(−|x − y|²/2b²), as a function of |x − y|².
 * Halving b raises the kernel to the fourth power, so one exponential serves all widths.
 */
export function kernel(widest: number, count = octaves): (squared: number) => number {
  const rate = -1 / (2 * widest * widest);
  return (squared) => {
    let value = Math.exp(rate * squared);
    let sum = value;
    for (let i = 1; i < count; i++) {
      // What follows is below 1e-64: nothing to the sum, and as denormal numbers a hundred times slower to multiply.
      if (value < 1e-16) break;
      value *= value;
      value *= value;
      sum += value;
    }
    return sum / count;
  };
}
