/** Nodes and weights of Gauss-Legendre quadrature on [−1, 1], by Newton's method on the Legendre polynomial. */
function gaussLegendre(n: number): { node: number; weight: number }[] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let iteration = 0; iteration < 100; iteration++) {
      let p0 = 1;
      let p1 = x; // Bonnet's recursion
      for (let k = 2; k <= n; k++) [p0, p1] = [p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k];
      slope = (n * (x * p1 - p0)) / (x * x - 1);
      const dx = p1 / slope;
      x -= dx;
      if (Math.abs(dx) < 1e-16) break;
    }
    return { node: x, weight: 2 / ((1 - x * x) * slope * slope) };
  });
}

const rule = gaussLegendre(16);

/** ∫ f over [a, b] in `pieces` equal parts of 16 points each: exact for polynomials up to degree 31. */
export function integrate(f: (x: number) => number, a: number, b: number, pieces = 1): number {
  const half = (b - a) / (2 * pieces);
  let sum = 0;
  for (let p = 0; p < pieces; p++) {
    const centre = a + half * (2 * p + 1);
    for (const { node, weight } of rule) sum += weight * f(centre + half * node);
  }
  return sum * half;
}
