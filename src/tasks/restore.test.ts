// Methods of restoration at the knob where they are something known, and the oracles of ResShift.
import { describe, expect, test } from 'vitest';
import { ddpm } from '../samplers/diffusion/ddpm.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { runPlan, type Denoiser, type Draws } from '../samplers/diffusion/testing.ts';
import { methodsOf, taskMethods } from './index.ts';
import { toZero } from './parts/levels.ts';
import { walk } from './repaint.ts';
import { shiftLevel, shifts } from './resshift.ts';
import { keyed, most, NOBODY, range, runTask, samplesOf, toy4 } from './testing.ts';

const four = samplesOf();
const ones = (n: number) => new Float64Array(n).fill(1);
const zeros = (n: number) => new Float64Array(n);

const begun = () => keyed(1)([[1, 0]], four.length).map((z) => range.max * z);
const repainted = (mask: Float64Array) =>
  runTask('repaint', { steps: 15 }, { measured: four, mask }, { params: { resamplings: 1 } }).end;
/** Where each method that restores is something known; a new one needs its row. */
const reductions: Readonly<Record<string, () => readonly [got: Float64Array, want: Float64Array]>> = {
  /** Nothing seen, nothing walked again: DDPM. */
  repaint() {
    const plan = ddpm.plan(toZero({ steps: 15, range }), { variance: 'fixed_small' });
    return [repainted(zeros(four.length)), runPlan(plan, begun(), toy4, keyed(1))];
  },
  /** A network that knows: its word. */
  resshift() {
    const truth: Denoiser = () => four.slice();
    const measured = four.map((v) => v + 1);
    return [runTask('resshift', { steps: 15 }, { measured }, { model: truth }).end, four];
  },
  /** Nothing measured: Euler. */
  posterior_euler: () => [
    runTask('posterior_euler', { steps: 9 }, { measured: zeros(four.length) }).end,
    runPlan(euler.plan(toZero({ steps: 9, range }), {}), begun(), toy4, keyed(1)),
  ],
};
test.each(methodsOf('restore'))('%s is something known at its knob', (id) => {
  const [got, want] = reductions[id]!();
  expect(most(got, want)).toBeLessThan(1e-13);
});

describe('restoration', () => {
  test('RePaint with everything seen gives the measurement back', () =>
    expect(repainted(ones(four.length))).toEqual(four));
  test('RePaint: whichever way it walks, a state whose truth is 0 has the variance of its level', () => {
    const ops = [...taskMethods.repaint.plan({ steps: 8, range }, { resamplings: 3, jump: 3 }, NOBODY)];
    const size = 400;
    const zero: Denoiser = (x) => new Float64Array(x.length);
    const given = { measured: zeros(size), mask: zeros(size) };
    for (const [at, op] of ops.entries()) {
      if (op.op !== 'mark' || op.sigma === 0) continue;
      // Every draw is an axis of its own; those of the Brownian path are sums of several.
      const axes = new Map<number, number>();
      const draw: Draws = (draws, count) => {
        const v = new Float64Array(count);
        for (const [w, d] of draws) {
          if (!axes.has(d)) axes.set(d, axes.size);
          v[axes.get(d)!]! += w;
        }
        return v;
      };
      const state = runPlan(ops.slice(0, at), zeros(size), zero, draw, size, given);
      expect(axes.size).toBeLessThan(size);
      const variance = state.reduce((sum, v) => sum + v * v, 0);
      // Increments of the path are independent but for the rounding of levels to its nodes.
      expect(Math.abs(variance / op.sigma ** 2 - 1)).toBeLessThan(5e-3);
    }
  });
  test('what was seen comes back exactly', () => {
    const mask = four.map((_, i) => 1 - (i % 2));
    const { end } = runTask('repaint', { steps: 10 }, { measured: four.map((v, i) => v * mask[i]!), mask });
    end.forEach((v, i) => i % 2 === 0 && expect(v).toBe(four[i]));
  });
  test('the walk of RePaint: every step once for r = 1, stretches of j walked r times else', () => {
    expect(walk(5, 1, 2)).toEqual([
      [5, 4],
      [4, 3],
      [3, 2],
      [2, 1],
      [1, 0],
    ]);
    const moves = walk(4, 3, 2);
    const downs = moves.filter(([from, to]) => to < from);
    // Levels 0 and … leave room above them only at 0: 4 → 0, and twice 2 up and 2 down.
    expect(moves.length).toBe(4 + 2 * 4);
    expect(downs.length).toBe(4 + 2 * 2);
    expect(moves.at(-1)).toEqual([1, 0]);
    for (const [i, [from]] of moves.entries()) expect(from).toBe(i === 0 ? 4 : moves[i - 1]![1]);
  });
  test('resampling agrees with what was seen where replacement does not', () => {
    // Two narrow modes on a diagonal: the first coordinate tells the second.
    const model: Denoiser = (x, sigma) => {
      const out = new Float64Array(x.length);
      const v = 0.05 ** 2;
      for (let p = 0; p < x.length; p += 2) {
        const log = [-1, 1].map((m) => -((x[p]! - m) ** 2 + (x[p + 1]! - m) ** 2) / (2 * (v + sigma ** 2)));
        const share = 1 / (1 + Math.exp(log[0]! - log[1]!));
        for (const e of [0, 1]) out[p + e] = (v * x[p + e]! + sigma ** 2 * (2 * share - 1)) / (v + sigma ** 2);
      }
      return out;
    };
    const measured = Float64Array.from(four, (_, i) => (i % 2 === 0 ? 1 : 0));
    const mask = measured.slice();
    const agreeing = (resamplings: number) => {
      const options = { model, params: { resamplings, jump: 1 } };
      const { end } = runTask('repaint', { steps: 5 }, { measured, mask }, options);
      return end.filter((v, i) => i % 2 === 1 && v > 0).length / (end.length / 2);
    };
    // 7 of 200 points end on the other mode; none of them with resampling.
    expect(agreeing(1)).toBeLessThan(0.98);
    expect(agreeing(5)).toBe(1);
  });
  test('ResShift: its levels for T = 15 and κ = 2', () => {
    const want = [
      0.04, 0.2387, 0.366, 0.4976, 0.6423, 0.8079, 1.0041, 1.2456, 1.5561, 1.9784, 2.5975, 3.6111, 5.6117, 11.546,
    ];
    const got = shifts(15, 2).map((eta) => shiftLevel(eta, 2));
    want.forEach((v, i) => expect(Math.abs(got[i]! / v - 1)).toBeLessThan(1e-3));
    expect(got[14]).toBeCloseTo(1999, 0);
  });
  test('ResShift with f = x₀: the residual is η(y − x₀), the deviation κ√η at every level', () => {
    const [kappa, T] = [2, 15];
    const eta = shifts(T, kappa);
    // As the note has it for y − x₀ = 1.5.
    expect(1.5 * eta[7]!).toBeCloseTo(0.345, 3);
    expect(kappa * Math.sqrt(eta[7]!)).toBeCloseTo(0.959, 3);
    const ops = [...taskMethods.resshift.plan({ steps: T, range }, { kappa }, NOBODY)];
    const zero: Denoiser = (x) => new Float64Array(x.length);
    const size = 64;
    const basis = (y: number): Record<string, Float64Array> => ({
      measured: Float64Array.from({ length: size }, (_, i) => (i === 0 ? y : 0)),
    });
    const draw: Draws = (draws, count) => {
      const v = new Float64Array(count);
      for (const [w, d] of draws) v[1 + Math.ceil(d / 4)] = w;
      return v;
    };
    for (const [at, op] of ops.entries()) {
      if (op.op !== 'mark' || op.sigma === 0) continue;
      const state = runPlan(ops.slice(0, at), new Float64Array(size), zero, draw, size, basis(1));
      const variance = state.slice(1).reduce((sum, v) => sum + v * v, 0);
      expect(Math.abs(variance / op.sigma ** 2 - 1)).toBeLessThan(1e-12);
      const now = eta.find((e) => shiftLevel(e, kappa) === op.sigma)!;
      // x = (1 − η)x̂ + ηy: what x̂ still has of y is what the start had, as 1 − η_T = 0.001 is not 0.
      expect((1 - now) * state[0]! + now).toBeCloseTo(now + (now / eta.at(-1)!) * (1 - eta.at(-1)!), 12);
    }
  });
});
