// Z-sampling: down as guided, up under less guidance, down again.
import { describe, expect, it } from 'vitest';
import { byRole, levels, plan, run, wrap } from '../engine/diffusion/askingTesting.ts';
import type { Denoise } from '../engine/diffusion/cpu.ts';
import { normals } from '../math/normal.ts';
import { nfe, passesOf } from '../samplers/diffusion/counting.ts';
import { zigzag } from './zigzag.ts';

/** N(mean, c²) in each number. */
const at =
  (mean: number, c = 0.8): Denoise =>
  (x, sigma) => {
    const a = (c * c) / (c * c + sigma * sigma);
    return x.map((v) => a * v + (1 - a) * mean);
  };
const W = 3;
/** Guided towards mean 1 from mean 0: of equal widths guidance is a mean of w. */
const model = byRole({ main: at(W), class: at(1), null: at(0) });

describe('Z-sampling', () => {
  it('of no step is the plan itself; each zigzag costs two evaluations, and the last step none', () => {
    const ops = plan('euler', levels(8));
    expect(wrap(zigzag, ops, { steps: 0 })).toBe(ops);
    expect([1, 3, 1000].map((steps) => nfe(wrap(zigzag, ops, { steps })))).toEqual([10, 14, 22]);
    // Both are asked on the way back, of one state: a pass more each.
    expect([0, 1, 2].map((back) => passesOf(wrap(zigzag, ops, { steps: 3, back }), 1))).toEqual([14, 14, 17]);
  });
  it.each([0, 1, 2.5])('on Gaussians is what its three steps say, by hand, back at w = %f', (back) => {
    const sigmas = [20, 3, 0.5];
    const x0 = normals(5, 0, 1, 2).map((z) => 20 * z);
    const share = (s: number) => 0.64 / (0.64 + s * s);
    const euler = (x: number, s: number, t: number, mean: number) => {
      const d = share(s) * x + (1 - share(s)) * mean;
      return (t / s) * x + (1 - t / s) * d;
    };
    const zag = (x: number, s: number, t: number) => euler(euler(euler(x, s, t, W), t, s, back), s, t, W);
    const by = run(wrap(zigzag, plan('euler', sigmas), { back }), model, 1);
    x0.forEach((x, i) => expect(by[i]).toBeCloseTo(zag(zag(x, 20, 3), 3, 0.5), 12));
  });
  it('the class pulls further, the more the less there is of it on the way back', () => {
    const ops = plan('euler', levels(20));
    const mean = (list: readonly (typeof ops)[number][]) => run(list, model, 400).reduce((s, v) => s + v / 800, 0);
    const [whole, none, as] = [ops, wrap(zigzag, ops, {}), wrap(zigzag, ops, { back: W })].map(mean);
    expect(none!).toBeGreaterThan(whole! + 0.3);
    expect(Math.abs(as! - whole!)).toBeLessThan(0.3 * (none! - whole!));
  });
});
