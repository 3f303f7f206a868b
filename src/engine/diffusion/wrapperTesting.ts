/** For tests: a plan run in float64, and what a fit sees of it. */
import { CpuMachine, type Denoise } from './cpu.ts';
import { normals } from '../../math/normal.ts';
import type { Fitted, Seen, WrapperFit } from '../../samplers/contenders/wrapping.ts';
import { evaluationsOf } from '../../samplers/diffusion/registers.ts';
import type { Op } from '../../samplers/diffusion/types.ts';

export const startOf = (sigma: number, n: number, dim: number, seed = 1) =>
  normals(seed, 0, n, dim).map((z) => z * sigma);

export function runOps(ops: readonly Op[], denoise: Denoise, x0: Float64Array, seen?: (op: Op, m: CpuMachine) => void) {
  const machine = new CpuMachine(x0, denoise, (draw, out) => void out.set(normals(9, draw, out.length, 1)));
  for (const op of ops) {
    seen?.(op, machine);
    machine.execute(op);
  }
  return machine.read('x');
}

/** Every evaluation of a plan, as a fit sees it. */
export function seenOf(ops: readonly Op[], denoise: Denoise, x0: Float64Array, early: Denoise | null = null): Seen[] {
  const list: Seen[] = [];
  runOps(ops, denoise, x0, (op, machine) => {
    for (const e of evaluationsOf(op)) {
      const x = machine.read(e.x);
      list.push({
        sigma: e.sigma,
        x: Float32Array.from(x),
        d: Float32Array.from(denoise(x, e.sigma, e)),
        early: early && Float32Array.from(early(x, e.sigma)),
      });
    }
  });
  return list;
}

export const fittedOn = <P>(fit: WrapperFit<P>, seen: readonly Seen[], params: P, dim = 1): Fitted => ({
  evaluations: seen.length,
  samples: 1,
  model: 'test',
  columns: fit.calibrate(seen, params, dim),
});

/** N(0, c²I): D = ax. */
export const gaussian =
  (c: number): Denoise =>
  (x, sigma) =>
    x.map((v) => (v * c * c) / (c * c + sigma * sigma));
