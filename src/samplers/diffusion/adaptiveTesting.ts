// For tests of samplers that decide as they go: what a plan does, and what its equations do as loops over vectors, compared.
import { expect } from 'vitest';
import problem from './golden.json' with { type: 'json' };
import { samplers, type AdaptiveId } from './index.ts';
import { adaptiveOracles } from './oracles/adaptive.ts';
import type { ShownFrame } from './oracles/adaptiveTypes.ts';
import { evaluationsOf } from './registers.ts';
import { mixture, opsOn, runPlan, type Draws, type Vector } from './testing.ts';
import type { WeightedDraw } from './types.ts';

const model = mixture(
  problem.mixture.centres as [number, number][],
  problem.mixture.weights,
  problem.mixture.deviation,
);
const startAt = (top: number) => Float64Array.from(problem.start, (v) => v * top);

interface Log {
  readonly frames: ShownFrame[];
  readonly evals: { readonly x: Vector; readonly sigma: number }[];
  readonly draws: (readonly WeightedDraw[])[];
}
const noiseOf = (draws: readonly WeightedDraw[], dim: number): Vector =>
  Float64Array.from({ length: dim }, (_, e) => Math.sin(7 * e + draws.reduce((sum, [w, k]) => sum + w * (k % 97), 0)));

/** What a plan does, seen through a list that it left. */
function ofPlan(id: AdaptiveId, sigmas: readonly number[], params: object): Log {
  const log: Log = { frames: [], evals: [], draws: [] };
  const x0 = startAt(sigmas[0]!);
  const draw: Draws = (draws, dim) => noiseOf(draws, dim);
  const ops = opsOn(samplers[id], sigmas, params, x0, model, draw);
  // The states at the marks: runs of the list up to each.
  ops.forEach((op, k) => {
    if (op.op === 'noise') log.draws.push(op.draws);
    if (op.op !== 'mark') return;
    const upTo = ops.slice(0, k);
    const x = runPlan(upTo, x0, model, draw);
    const shown =
      op.denoised && runPlan([...upTo, { op: 'lincomb', out: 'x', terms: [[1, op.denoised]] }], x0, model, draw);
    log.frames.push({ step: op.step, sigma: op.sigma, x, ...(shown && { denoised: shown }) });
  });
  runPlan(ops, x0, (x, sigma) => (log.evals.push({ x: x.slice(), sigma }), model(x, sigma)), draw);
  expect(log.evals.length).toBe(ops.flatMap(evaluationsOf).length);
  return log;
}
function ofOracle(id: AdaptiveId, sigmas: readonly number[], params: object): Log {
  const log: Log = { frames: [], evals: [], draws: [] };
  const x0 = startAt(sigmas[0]!);
  log.frames.push(
    ...adaptiveOracles[id](
      {
        denoise: (x, sigma) => (log.evals.push({ x, sigma }), model(x, sigma)),
        noise: (draws) => (log.draws.push(draws), noiseOf(draws, x0.length)),
      },
      sigmas,
      x0,
      params,
    ),
  );
  return log;
}
const far = (a: Vector, b: Vector) => Math.max(...a.map((v, k) => Math.abs(v - b[k]!) / Math.max(1, Math.abs(b[k]!))));

/** Frames, evaluations and draws of both, one by one. The problem's start is one sample. */
export function compareAdaptive(id: AdaptiveId, sigmas: readonly number[], params: object): void {
  const [got, want] = [ofPlan(id, sigmas, params), ofOracle(id, sigmas, params)];
  const where = JSON.stringify({ params, sigmas });
  expect([got.frames.length, got.evals.length, got.draws.length], where).toEqual([
    want.frames.length,
    want.evals.length,
    want.draws.length,
  ]);
  const apart: number[] = [];
  want.frames.forEach((f, i) => {
    expect(got.frames[i]!.step).toBe(f.step);
    apart.push(far(got.frames[i]!.x, f.x), f.sigma === 0 ? got.frames[i]!.sigma : got.frames[i]!.sigma / f.sigma - 1);
    if (f.denoised) apart.push(far(got.frames[i]!.denoised!, f.denoised));
  });
  want.evals.forEach((e, i) => apart.push(far(got.evals[i]!.x, e.x), got.evals[i]!.sigma / e.sigma - 1));
  // Levels are a little off by rounding, and so are the draws of a path between them.
  want.draws.forEach((draws, i) => apart.push(...draws.map(([w], j) => got.draws[i]![j]![0] - w)));
  expect(Math.max(...apart.map(Math.abs)), where).toBeLessThan(1e-9);
}
