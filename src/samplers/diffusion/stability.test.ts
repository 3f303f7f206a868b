import { expect, test } from 'vitest';
import { adams, border, ghvbOf, growth, heavyAdams, realEnd, type DampedAdams } from './stability.ts';

const family: readonly (readonly [name: string, method: DampedAdams])[] = [
  ...[1, 2, 3, 4].map((k) => [`Adams-Bashforth ${k}`, adams(k)] as const),
  ...[1.1, 1.5, 2.5, 2.9, 3.2, 3.7].map((order) => [`GHVB ${order}`, ghvbOf(order)] as const),
  ...[1, 2, 3, 4].flatMap((k) => [0.2, 0.8].map((b) => [`heavy ball ${b} on ${k}`, heavyAdams(k, b)] as const)),
];

test('the intervals of Adams and Bashforth, as books print them', () => {
  // Hairer & Wanner, Solving ODEs II, V.1: (−2, 0), (−1, 0), (−6/11, 0), (−3/10, 0)
  [-2, -1, -6 / 11, -3 / 10].forEach((end, k) => {
    expect(realEnd(adams(k + 1))).toBeCloseTo(end, 12);
    expect(growth(adams(k + 1), { re: end * 0.999, im: 0 })).toBeLessThan(1);
    expect(growth(adams(k + 1), { re: end * 1.001, im: 0 })).toBeGreaterThan(1);
  });
});

test('β = 1 is Adams-Bashforth; whole orders of GHVB too', () => {
  for (const k of [1, 2, 3, 4]) {
    expect(heavyAdams(k, 1)).toEqual(adams(k));
    ghvbOf(k).weights.forEach((w, j) => expect(w).toBeCloseTo(adams(k).weights[j]!, 14));
    expect(ghvbOf(k).beta).toBe(1);
  }
});

test('growth is that of the recurrence itself, run until its largest part is all that is left', () => {
  for (const [name, method] of family)
    for (const z of [-0.3, -0.9, -2.5, -5]) {
      const past = method.weights.map(() => 0);
      let [x, v, size] = [1, 0, 0];
      const [from, to] = [300, 3000];
      for (let n = 0; n < to; n++) {
        past.unshift(x);
        past.pop();
        v = (1 - method.beta) * v + method.beta * method.weights.reduce((sum, b, j) => sum + b * past[j]!, 0);
        x += z * v;
        const scale = Math.hypot(x, v, ...past);
        [x, v] = [x / scale, v / scale];
        past.forEach((value, j) => (past[j] = value / scale));
        if (n >= from) size += Math.log(scale);
      }
      expect(Math.exp(size / (to - from)), `${name} at ${z}`).toBeCloseTo(growth(method, { re: z, im: 0 }), 2);
    }
});

test('heavy ball on Euler is stable in the ellipse with half axes (2 − β)/β and 1', () => {
  for (const beta of [0.1, 0.5, 0.8, 1]) {
    const wide = (2 - beta) / beta;
    const points = border(heavyAdams(1, beta));
    expect(points).toHaveLength(2 * 361);
    for (const { re, im } of points) expect((re / wide + 1) ** 2 + im ** 2).toBeCloseTo(1, 9);
    expect(realEnd(heavyAdams(1, beta))).toBeCloseTo(-2 * wide, 12);
  }
});

test('what the border encloses is what is stable, and it ends where ζ = −1', () => {
  for (const [name, method] of family) {
    const points = border(method);
    const least = Math.min(...points.map((p) => p.re));
    const high = Math.max(...points.map((p) => p.im));
    expect(least, name).toBeCloseTo(realEnd(method), 9);
    const inside = (re: number, im: number) =>
      points.reduce((odd, p, k) => {
        const q = points[(k + 1) % points.length]!;
        const crosses = p.im > im !== q.im > im && re < p.re + ((im - p.im) / (q.im - p.im)) * (q.re - p.re);
        return crosses ? !odd : odd;
      }, false);
    for (let a = 0; a < 23; a++)
      for (let b = 0; b < 13; b++) {
        const z = { re: least * (1.2 - (1.5 * a) / 22), im: high * (0.013 + (1.15 * b) / 12) };
        const by = growth(method, z);
        if (Math.abs(by - 1) > 2e-3) expect(inside(z.re, z.im), `${name} at ${z.re} + ${z.im}i: ${by}`).toBe(by < 1);
      }
  }
});
