/**
 * Eigen decomposition of a symmetric n×n matrix (row-major) by cyclic Jacobi rotations: slow for large n, simple, and
 * accurate to rounding for every eigenvalue, which is what the 32×32 covariances of a Fréchet distance need.
 * Returns eigenvalues in ascending order and unit eigenvectors as the rows of `vectors`.
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n); // row i holds eigenvector i
  let scale = 0;
  for (let i = 0; i < n; i++) {
    v[i * n + i] = 1;
    for (let j = 0; j < n; j++) scale = Math.max(scale, Math.abs(a[i * n + j]!));
  }
  if (!Number.isFinite(scale)) return { values: new Float64Array(n).fill(NaN), vectors: v };
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off = Math.max(off, Math.abs(a[p * n + q]!));
    if (off <= 1e-17 * scale) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i]! - a[j * n + j]!);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]!),
    vectors: Float64Array.from(order.flatMap((i) => [...v.subarray(i * n, (i + 1) * n)])),
  };
}

/** Zeroes a[p][q] by a rotation of rows and columns p and q (Golub and Van Loan, section 8.5). */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (const m of [a, v]) {
    for (let k = 0; k < n; k++) {
      const [x, y] = [m[p * n + k]!, m[q * n + k]!];
      m[p * n + k] = c * x - s * y;
      m[q * n + k] = s * x + c * y;
    }
  }
  a[p * n + q] = 0;
  a[q * n + p] = 0;
}
