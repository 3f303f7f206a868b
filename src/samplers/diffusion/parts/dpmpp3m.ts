import { phi } from '../../../math/expIntegral.ts';
import { ring } from './multistep.ts';
import { combine, denoise, mark, start, steps } from './ops.ts';
import { sdeNoise, type NoiseParams } from './stochastic.ts';
import type { Plan, Reg } from '../types.ts';

interface ThreeStep extends NoiseParams {
  /** Factor of the second difference: 1 as published, 2 as Taylor's theorem has it. */
  readonly curvature: 1 | 2;
  /** How the first difference is weighed while only two values are known. */
  readonly secondOrder: 'midpoint' | 'exact';
  /** Second order in the last step but one of short runs that end at 0. */
  readonly lowerOrderFinal: boolean;
}

/**
 * The three-step methods for the denoised value D as a function of λ = −log σ, H = (1 + η)h:
 *   x_t = e^(−H)·x + H φ₁ D + H φ₂ D₁ + H φ₃ D₂ + noise,  φ at −H,
 * D₁ and D₂ the first and second difference in units of the step. Taylor's D₂ is twice the divided difference.
 */
export function* threeStepPlan(sigmas: readonly number[], p: ThreeStep): Plan {
  const history = ring('d', 3);
  const count = sigmas.length - 1;
  yield start(sigmas);
  for (const { i, s, t } of steps(sigmas)) {
    const [d, d1, d2] = [history(i), history(i - 1), history(i - 2)] as const;
    yield denoise(s, d);
    if (t === 0) {
      yield combine('x', [[1, d]]);
      yield mark(i + 1, t, d);
      continue;
    }
    const h = Math.log(s / t);
    const H = (1 + p.eta) * h;
    const fresh = sdeNoise(s, t, p);
    const lower = p.lowerOrderFinal && count < 15 && i === count - 2 && sigmas[count] === 0;
    const terms: (readonly [number, Reg])[] = [[Math.exp(-H), 'x']];
    if (i === 0) {
      terms.push([-Math.expm1(-H), d]);
    } else if (i === 1 || lower) {
      const c =
        ((p.secondOrder === 'midpoint' ? -Math.expm1(-H) / 2 : H * phi(2, -H)) * h) / Math.log(sigmas[i - 1]! / s);
      terms.push([-Math.expm1(-H) + c, d], [-c, d1]);
    } else {
      const r0 = Math.log(sigmas[i - 1]! / s) / h;
      const r1 = Math.log(sigmas[i - 2]! / sigmas[i - 1]!) / h;
      // first differences a = (D − D⁻¹)/r0, b = (D⁻¹ − D⁻²)/r1; D₁ = a + (a − b)·r0/(r0 + r1), D₂ = curvature·(a −
      // b)/(r0 + r1)
      const w1 = H * phi(2, -H);
      const w2 = p.curvature * H * phi(3, -H);
      const change = (w1 * r0 + w2) / (r0 + r1); // weight of a − b
      const onA = (w1 + change) / r0;
      const onB = -change / r1;
      terms.push([-Math.expm1(-H) + onA, d], [onB - onA, d1], [-onB, d2]);
    }
    yield* fresh.ops;
    yield combine('x', [...terms, ...fresh.terms]);
    yield mark(i + 1, t, d);
  }
}
