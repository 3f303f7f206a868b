import { expect, test } from 'vitest';
import { integrate } from './quadrature.ts';
import { phi } from './expIntegral.ts';

test('φ_k(z) is the integral of e^((1 − u) z) u^(k−1)/(k−1)! over [0, 1], on both sides of the switch to the series', () => {
  for (const z of [-12, -1.0001, -0.9999, -0.3, -1e-9, 0, 1e-5, 0.7, 3]) {
    for (let k = 1, factorial = 1; k <= 5; factorial *= k++) {
      const want = integrate((u) => (Math.exp((1 - u) * z) * u ** (k - 1)) / factorial, 0, 1, 8);
      expect(phi(k, z) / want).toBeCloseTo(1, 12);
    }
  }
});
