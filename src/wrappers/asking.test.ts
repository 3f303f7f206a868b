// Wrappers that ask more than the plan: what they come to where the answer is known.
import { describe, expect, it } from 'vitest';
import { CpuMachine } from '../engine/diffusion/cpu.ts';
import { gaussian } from '../engine/diffusion/wrapperTesting.ts';
import { normals } from '../math/normal.ts';
import { slicedWasserstein } from '../metrics/samples/sliced.ts';
import { mixtures } from '../models/definitions.ts';
import { assignComponents, componentsOf, logDensity, mixtureDenoiser } from '../models/mixture.ts';
import { targetSamples } from '../models/target.ts';
import { nfe, passesOf } from '../samplers/diffusion/counting.ts';
import { evaluationsOf } from '../samplers/diffusion/registers.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { askMore, beside, differenceOf, WRAPPER_DRAW } from './asking.ts';
import { distillationPp } from './distillationPp.ts';
import { guideReplay } from './guideReplay.ts';
import { minority } from './minority.ts';
import { byRole, levels, meansOf, plan, run, toy4, wrap } from '../engine/diffusion/askingTesting.ts';

describe('where an evaluation stands', () => {
  const spots = (ops: readonly Op[]) => {
    const list: string[] = [];
    askMore(ops, ({ step, next, begins, number, d }) => {
      list.push(`${number}: ${step} → ${next}${begins ? '' : ' later'} ${d}`);
      return null;
    });
    return list;
  };
  it('its step, the level at which that ends, and whether it is the first of it', () => {
    expect(spots(plan('heun', [4, 2, 1]))).toEqual([
      '0: 0 → 2 d',
      '1: 0 → 2 later e',
      '2: 1 → 1 d',
      '3: 1 → 1 later e',
    ]);
    expect(spots(plan('euler', [4, 0]))).toEqual(['0: 0 → 0 d']);
  });
  it('of a batch by its level, and D beside the state whose place it takes', () => {
    const ops: Op[] = [
      ...[4, 2, 1].map((sigma, step): Op => ({ op: 'mark', step, sigma, x: 'x' })),
      {
        op: 'evalBatch',
        of: [
          { x: 'x', sigma: 4, out: 'd' },
          { x: 'y', sigma: 2, out: 'y' },
          { x: 'y', sigma: 1.5, out: 'e', role: 'null' },
        ],
      },
    ];
    expect(spots(ops)).toEqual(['0: 0 → 2 d', '1: 1 → 1 more.d']);
    // Untouched it stays one batch; touched it is opened.
    expect(askMore(ops, () => null)).toBe(ops);
    const opened = askMore(ops, ({ op, step }) => (step === 1 ? [op, op] : null));
    expect(opened.flatMap(evaluationsOf).map(({ out }) => out)).toEqual(['d', 'y', 'y', 'e']);
    expect(opened.some((op) => op.op === 'evalBatch')).toBe(false);
  });
  it('the difference gradient is J·v, which for the exact D is Jᵀ·v', () => {
    const denoise = mixtureDenoiser(mixtures.unbalanced());
    for (const sigma of [0.05, 0.7, 3]) {
      const [x0, x1] = [0.8, 0.1];
      const h = 1e-5;
      const column = (dx: number, dy: number) => {
        const [a, b] = [1, -1].map((side) => denoise(Float64Array.of(x0 + side * dx, x1 + side * dy), sigma));
        return [0, 1].map((k) => (a![k]! - b![k]!) / (2 * h));
      };
      const [jx, jy] = [column(h, 0), column(0, h)];
      const v = [0.6, -1.1];
      const machine = new CpuMachine(Float64Array.of(x0, x1), denoise, () => {}, 2);
      machine.give('v', Float64Array.from(v));
      const spot = {
        op: { op: 'eval', x: 'x', sigma, out: 'd' },
        d: 'd',
        step: 0,
        next: 0,
        begins: true,
        number: 0,
      } as const;
      for (const op of differenceOf(spot, 'v')) machine.execute(op);
      const transposed = [jx[0]! * v[0]! + jx[1]! * v[1]!, jy[0]! * v[0]! + jy[1]! * v[1]!];
      machine.read(beside('up')).forEach((value, k) => expect(value).toBeCloseTo(transposed[k]!, 3));
    }
  });
});

describe('Distillation++', () => {
  const student = { ...toy4, stds: toy4.stds.map(() => 0.35) };
  const model = byRole({ main: mixtureDenoiser(toy4), weak: mixtureDenoiser(student) });
  const target = targetSamples({ kind: 'mixture', mixture: toy4 }, 4000, 77);
  const sw1 = (params: object) => {
    const data = run(wrap(distillationPp, plan('euler', levels(4)), params), model, 4000);
    return slicedWasserstein({ n: 4000, dim: 2, data }, target, 1);
  };
  it('costs an evaluation more in each step looked at; at λ = 0 the teacher is not asked', () => {
    const ops = plan('euler', levels(4));
    const roles = (params: object) =>
      wrap(distillationPp, ops, params)
        .flatMap(evaluationsOf)
        .map(({ role = 'main', sigma }) => `${role} ${sigma.toFixed(2)}`);
    expect(roles({ lambda: 0, steps: 3 }).every((r) => r.startsWith('weak'))).toBe(true);
    expect(nfe(wrap(distillationPp, ops, { steps: 2 }))).toBe(6);
    expect(roles({ steps: 1 }).slice(0, 3)).toEqual(['weak 20.00', 'main 3.87', 'weak 3.87']);
    // The last step ends at 0, where a guess is noised by nothing.
    expect(nfe(wrap(distillationPp, ops, { steps: 99 }))).toBe(7);
  });
  it('at λ = 1 the teacher’s guess of the noised guess is all that is left', () => {
    const sigmas = [20, 3, 0.5];
    const x = run(wrap(distillationPp, plan('euler', sigmas).slice(0, 4), { lambda: 1, steps: 1 }), model, 6);
    const x0 = normals(5, 0, 6, 2).map((z) => z * 20);
    const guess = mixtureDenoiser(student)(x0, 20);
    const z = normals(5, WRAPPER_DRAW, 6, 2);
    const said = mixtureDenoiser(toy4)(
      guess.map((v, i) => v + 3 * z[i]!),
      3,
    );
    x.forEach((v, i) => expect(v).toBeCloseTo((3 / 20) * x0[i]! + (1 - 3 / 20) * said[i]!, 12));
  });
  // Note's numbers: .270, .270-.273, .221, .122. 4,000 samples: a floor of about .02.
  it('nothing is decided in the first step, half of it in the second: SW₁ .276, .279, .222, .119', () => {
    const [none, first, half, whole] = [
      sw1({ lambda: 0 }),
      sw1({ lambda: 1, steps: 1 }),
      sw1({ lambda: 0.5 }),
      sw1({ lambda: 1 }),
    ];
    expect(Math.abs(none - 0.276)).toBeLessThan(0.015);
    expect(Math.abs(first - none)).toBeLessThan(0.01);
    expect(Math.abs(half - 0.222)).toBeLessThan(0.015);
    expect(Math.abs(whole - 0.119)).toBeLessThan(0.015);
  });
});

describe('minority self-guidance', () => {
  const m = mixtures.unbalanced();
  const denoise = mixtureDenoiser(m);
  const judged = (w: number, more: object = {}) => {
    const ops = wrap(minority, plan('ddpm', levels(50)), { w, ...more });
    const x = run(ops, denoise, 1000);
    const density = logDensity(m, x, 0.02);
    return {
      nfe: nfe(ops),
      centre: assignComponents(m, x, 0).filter((k) => k === 0).length / 1000,
      mean: density.reduce((a, b) => a + b, 0) / 1000,
      off: density.filter((v) => v < -4).length / 1000,
    };
  };
  it('three evaluations more at each guided step but the last, which ends at 0', () => {
    const ops = plan('ddpm', levels(50));
    expect(nfe(wrap(minority, ops, {}))).toBe(50 + 3 * 49);
    expect(nfe(wrap(minority, ops, { every: 5 }))).toBe(50 + 3 * 10);
    expect(wrap(minority, ops, { w: 0 })).toBe(ops);
  });
  it('the posterior mean moves by w times the variance, along the axis where the gradient is largest', () => {
    const [s, t, w] = [2, 1, 0.3];
    const ops = plan('ddpm', [s, t]);
    // Without the state's own noise: what two runs of the same draws differ by.
    const away = run(wrap(minority, ops, { w }), denoise, 50);
    const plain = run(ops, denoise, 50);
    const variance = t * t * (1 - (t / s) ** 2);
    for (let i = 0; i < 50; i++) {
      const moved = [0, 1].map((k) => Math.abs(away[2 * i + k]! - plain[2 * i + k]!));
      expect(Math.max(...moved)).toBeCloseTo(w * variance, 10);
    }
  });
  // Note's numbers: .434 .181 .026 of the central mode and −1.28 −1.22 −1.72 nats at w = 0, .5, 1; w = 2 leaves the data.
  it('on `unbalanced` the commonest mode empties and log p hardly tells, until samples leave the data', () => {
    const [none, half, one, two] = [judged(0), judged(0.5), judged(1), judged(2)];
    expect(Math.abs(none.centre - 0.43)).toBeLessThan(0.05);
    expect(Math.abs(half.centre - 0.18)).toBeLessThan(0.04);
    expect(Math.abs(one.centre - 0.035)).toBeLessThan(0.02);
    expect(Math.abs(none.mean + 1.28)).toBeLessThan(0.08);
    expect(Math.abs(half.mean + 1.25)).toBeLessThan(0.1);
    expect(Math.abs(one.mean + 1.72)).toBeLessThan(0.15);
    expect(none.off).toBeLessThan(0.04);
    expect(Math.abs(two.off - 0.54)).toBeLessThan(0.06);
  });
});

describe('GUIDE', () => {
  const [c, level, g] = [0.8, 0.5, [1, 0.5]];
  const model = byRole({
    main: gaussian(c),
    // A classifier whose log-ratio is g·x: the guesses at `level` differ by level²·g.
    null: (x) => x.slice(),
    target: (x) => x.map((v, i) => v + level ** 2 * g[i % 2]!),
  });
  const shift = (through: boolean) => {
    const ops = plan('euler', levels(400, false));
    const guided = meansOf(run(wrap(guideReplay, ops, { w: 1.5, through, level }), model, 400));
    const free = meansOf(run(ops, model, 400));
    return guided.map((v, k) => v - free[k]!);
  };
  it('is the sampler alone at w = 0 and above its level; else three evaluations more, four passes', () => {
    const ops = plan('euler', levels(10));
    expect(wrap(guideReplay, ops, { w: 0 })).toBe(ops);
    expect(nfe(wrap(guideReplay, ops, { to: 0.01 }))).toBe(10);
    const all = wrap(guideReplay, ops, {});
    expect([nfe(all), passesOf(all, 1)]).toEqual([40, 50]);
    const without = wrap(guideReplay, ops, { through: false });
    expect([nfe(without), passesOf(without, 1)]).toEqual([20, 30]);
    expect(all.flatMap(evaluationsOf).find(({ role }) => role === 'target')).toMatchObject({ label: 0, sigma: 0.5 });
  });
  // w c² g (1 − c/√(c² + σ_max²)) = (.9216, .4608).
  it('with a log-ratio g·x on a Gaussian the mean moves by w·c²·g, and 25 times as far without J', () => {
    const exact = g.map((v) => 1.5 * c * c * v * (1 - c / Math.sqrt(c * c + 400)));
    expect(exact.map((v) => v.toFixed(4))).toEqual(['0.9216', '0.4608']);
    shift(true).forEach((v, k) => expect(Math.abs(v - exact[k]!)).toBeLessThan(4e-4));
    expect(shift(false)[0]!).toBeGreaterThan(20);
  });
  it('on four Gaussians the pull to the right class brings samples of the left one towards the boundary', () => {
    const side = (sign: number) =>
      componentsOf(
        toy4,
        [0, 1, 2, 3].filter((k) => sign * toy4.means[2 * k]! > 0),
      );
    const classes = byRole({
      main: mixtureDenoiser(side(-1)),
      null: mixtureDenoiser(toy4),
      target: mixtureDenoiser(side(1)),
    });
    const xs = [0, 0.3, 1].map(
      (w) => meansOf(run(wrap(guideReplay, plan('euler', levels(40)), { w }), classes, 200))[0]!,
    );
    expect(Math.abs(xs[0]! + 1)).toBeLessThan(0.03);
    expect(xs[1]!).toBeGreaterThan(xs[0]! + 0.02);
    expect(xs[2]!).toBeGreaterThan(xs[1]! + 0.02);
  });
});
