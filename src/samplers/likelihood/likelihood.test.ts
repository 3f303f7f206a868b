// The log-likelihood along the flow: against k-diffusion's own, against closed forms, and what halving the steps changes.
import { describe, expect, test } from 'vitest';
import { exactDenoiser, exactTarget, targetLogDensity, targetSamples } from '../../models/target.ts';
import { mixture, mixtureDenoiser, logDensity, type Mixture } from '../../models/mixture.ts';
import { uniforms } from '../../math/uniform.ts';
import { nfe } from '../diffusion/index.ts';
import { flowNfe, probesOf, sharesOf } from './cost.ts';
import { axisProbe, flowDensity, signProbe, type FlowDensity } from './density.ts';
import golden from './golden.json' with { type: 'json' };
import { DIFFERENCES, gregoryWeights, likelihoodPlan, probeReg, risingLevels, sumReg } from './plan.ts';

type Vector = Float64Array;
type Denoise = (x: Vector, sigma: number) => Vector;

/** Runs the plan in float64 and reads its end. */
function along(
  denoise: Denoise,
  x: Vector,
  probes: readonly Vector[],
  { min, max, steps, dim, exact }: { min: number; max: number; steps: number; dim: number; exact: boolean },
  difference = DIFFERENCES.float64 as { share: number },
): FlowDensity & { readonly end: Vector } {
  const registers = new Map<string, Vector>([['x', x.slice()]]);
  probes.forEach((v, k) => {
    registers.set(probeReg(k), v);
    registers.set(sumReg(k), new Float64Array(x.length));
  });
  for (const op of likelihoodPlan(risingLevels(min, max, steps), probes.length, difference)) {
    if (op.op === 'eval') registers.set(op.out, denoise(registers.get(op.x)!, op.sigma));
    if (op.op === 'lincomb') {
      const terms = op.terms.map(([c, reg]) => [c, registers.get(reg)!] as const);
      const sum = (i: number) => terms.reduce((total, [c, v]) => total + c * v[i]!, 0);
      registers.set(
        op.out,
        Float64Array.from(x, (_, i) => sum(i)),
      );
    }
  }
  const end = registers.get('x')!;
  const sums = probes.map((_, k) => registers.get(sumReg(k))!);
  return { ...flowDensity({ x: end, probes, sums }, { min, max, n: x.length / dim, dim, exact }), end };
}
const axes = (n: number, dim: number) => Array.from({ length: dim }, (_, k) => axisProbe(k, n, dim));
const ofRow = ({ means, weights, stds }: (typeof golden.rows)[number]): Mixture =>
  mixture(
    means[0]!.length,
    means.map((mean, k) => ({ mean, weight: weights[k]!, std: stds[k]! })),
  );

describe.each(golden.rows)('k-diffusion, $name', (row) => {
  const m = ofRow(row);
  const x = Float64Array.from(row.x);
  const at = (steps: number) =>
    along(mixtureDenoiser(m), x, [Float64Array.from(row.probe)], {
      min: row.sigma_min,
      max: row.sigma_max,
      steps,
      dim: m.dim,
      exact: false,
    }).values;
  test('its log_likelihood, with its one probe, to 1e-6 at 800 steps', () =>
    at(800).forEach((v, i) => expect(Math.abs(v - row.logLikelihood[i]!)).toBeLessThan(1e-6)));
  test('by order 4: half the steps leave about sixteen times the error', () => {
    const error = (steps: number) => Math.max(...at(steps).map((v, i) => Math.abs(v - row.logLikelihood[i]!)));
    expect(Math.log2(error(64) / error(128))).toBeGreaterThan(3.5);
  });
});

describe('closed forms', () => {
  test('one Gaussian: log p of what the flow makes of N(0, σ_max²), exactly', () => {
    // The flow of N(0, c²) scales by √((c²+min²)/(c²+max²)), so what it makes is a Gaussian of that deviation.
    const [c, min, max] = [0.7, 0.05, 9];
    const m = mixture(2, [{ mean: [0, 0], weight: 1, std: c }]);
    const x = Float64Array.of(0.3, -0.4, 1.5, 0.2, 0, 0);
    const variance = (max * max * (c * c + min * min)) / (c * c + max * max);
    const { values } = along(mixtureDenoiser(m), x, axes(3, 2), { min, max, steps: 128, dim: 2, exact: true });
    values.forEach((v, i) => {
      const squares = x[2 * i]! ** 2 + x[2 * i + 1]! ** 2;
      expect(v).toBeCloseTo(-squares / (2 * variance) - Math.log(2 * Math.PI * variance), 6);
    });
  });

  // The prior is N(0, σ_max²) and not the target blurred by σ_max: what it leaves is not the rule's error, so both are put in.
  test.each(['ring8', 'grid4', 'unbalanced', 'moons', 'spiral'] as const)(
    '%s: the change of log density along the flow to 1e-4 in the mean at 64 steps, 2e-3 at 32, and no sample by more than 0.05',
    (model) => {
      const target = exactTarget({ model, points: [] })!;
      const [n, min, max] = [target.kind === 'points' ? 40 : 200, 0.02, 20];
      const x = Float64Array.from(targetSamples(target, n, 5, 0, target.kind === 'points' ? min : 0).data);
      const exact = targetLogDensity(target, x, min);
      const errors = (steps: number) => {
        const { values, end } = along(exactDenoiser(target), x, axes(n, 2), { min, max, steps, dim: 2, exact: true });
        const top = targetLogDensity(target, end, max);
        return values.map((v, i) => {
          const prior =
            -(end[2 * i]! ** 2 + end[2 * i + 1]! ** 2) / (2 * max * max) - Math.log(2 * Math.PI * max * max);
          return v - prior + top[i]! - exact[i]!;
        });
      };
      const [coarse, fine] = [errors(32), errors(64)];
      const mean = (e: Vector) => Math.abs(e.reduce((a, b) => a + b, 0) / n);
      expect(mean(coarse)).toBeLessThan(2e-3);
      expect(mean(fine)).toBeLessThan(1e-4);
      expect(Math.max(...coarse.map(Math.abs))).toBeLessThan(0.05);
    },
  );

  test('as a whole, with the model’s own prior, within 0.01 nats of the exact mean on a mixture', () => {
    const target = exactTarget({ model: 'unbalanced', points: [] })!;
    const x = Float64Array.from(targetSamples(target, 400, 9).data);
    const exact = targetLogDensity(target, x, 0.02);
    const { values } = along(exactDenoiser(target), x, axes(400, 2), {
      min: 0.02,
      max: 20,
      steps: 32,
      dim: 2,
      exact: true,
    });
    const mean = (v: Vector) => v.reduce((a, b) => a + b, 0) / 400;
    expect(Math.abs(mean(values) - mean(exact))).toBeLessThan(0.01);
  });
});

test('random signs: an unbiased trace whose standard error covers it', () => {
  // Eight numbers a sample, a mixture whose Jacobian is far from diagonal.
  const dim = 8;
  const m = mixture(
    dim,
    [1, -1].map((side) => ({
      mean: Array.from({ length: dim }, (_, j) => 0.3 * side * (1 + j / dim)),
      weight: 1,
      std: 0.5,
    })),
  );
  const n = 64;
  const x = Float64Array.from({ length: n * dim }, (_, i) => Math.sin(i * 1.7));
  const settings = { min: 0.1, max: 10, steps: 24, dim };
  const exact = along(mixtureDenoiser(m), x, axes(n, dim), { ...settings, exact: true });
  const probes = Array.from({ length: 32 }, (_, k) => signProbe(uniforms(3, k, n * dim)));
  const { values, probeErrors } = along(mixtureDenoiser(m), x, probes, { ...settings, exact: false });
  const mean = (v: Vector) => v.reduce((a, b) => a + b, 0) / n;
  const error = Math.hypot(...probeErrors!) / n;
  expect(error).toBeGreaterThan(0.02); // three of these are the smallest bias that is caught
  expect(error).toBeLessThan(0.15);
  expect(Math.abs(mean(values) - mean(exact.values))).toBeLessThan(3 * error);
  expect(exact.probeErrors).toBeNull();
  expect(along(mixtureDenoiser(m), x, probes.slice(0, 1), { ...settings, exact: false }).probeErrors).toBeNull();
  expect([...signProbe([0, 0.4999, 0.5, 0.9])]).toEqual([-1, -1, 1, 1]);
});

test('the density of a one-dimensional law integrates to 1', () => {
  const m = mixture(1, [
    { mean: [-1], weight: 0.3, std: 0.3 },
    { mean: [0.8], weight: 0.7, std: 0.5 },
  ]);
  const [n, reach] = [401, 4];
  const x = Float64Array.from({ length: n }, (_, i) => -reach + (2 * reach * i) / (n - 1));
  const { values } = along(mixtureDenoiser(m), x, axes(n, 1), { min: 0.02, max: 20, steps: 48, dim: 1, exact: true });
  const sum = values.reduce((total, v) => total + Math.exp(v), 0) * ((2 * reach) / (n - 1));
  expect(Math.abs(sum - 1)).toBeLessThan(2e-4);
  expect(Math.abs(values[200]! - logDensity(m, x, 0.02)[200]!)).toBeLessThan(0.01);
});

describe('levels, weights and cost', () => {
  test('levels rise evenly in log σ from one end to the other', () => {
    const levels = risingLevels(0.02, 20, 6);
    expect([levels[0], levels[6]]).toEqual([0.02, 20]);
    levels.slice(1).forEach((s, i) => expect(Math.log(s / levels[i]!)).toBeCloseTo(Math.log(1000) / 6, 12));
  });
  test('Gregory’s rule is exact for cubics from five steps on', () => {
    for (const steps of [5, 6, 9])
      for (const power of [0, 1, 2, 3]) {
        const sum = gregoryWeights(steps).reduce((total, w, i) => total + w * i ** power, 0);
        expect(sum / (steps ** (power + 1) / (power + 1))).toBeCloseTo(1, 12);
      }
    expect(() => gregoryWeights(4)).toThrow('4 steps are too few: the rule wants at least 5');
  });
  test('evaluations are counted before they are spent', () => {
    for (const [steps, probes] of [
      [5, 1],
      [12, 2],
    ] as const)
      expect(nfe([...likelihoodPlan(risingLevels(0.1, 9, steps), probes, DIFFERENCES.float32)])).toBe(
        4 * steps + 2 * probes * (steps + 1),
      );
    expect([sharesOf(1), sharesOf(2), sharesOf(5)]).toEqual([[1], [2], [2, 2, 1]]);
    expect([probesOf(2, { steps: 9, probes: 7 }), probesOf(784, { steps: 9, probes: 7 })]).toEqual([2, 7]);
    expect(flowNfe(2, { steps: 32, probes: 9 })).toBe(4 * 32 + 4 * 33);
    expect(flowNfe(784, { steps: 24, probes: 3 })).toBe(4 * 24 + 4 * 25 + 4 * 24 + 2 * 25);
  });
});
