/** For the tests of wrappers that ask more: plans, runs from keyed noise, and who answers. */
import { defaults } from '../../core/field.ts';
import { CpuMachine, type Denoise } from './cpu.ts';
import { normals } from '../../math/normal.ts';
import { mixtures } from '../../models/definitions.ts';
import type { DenoiserWrapper, Fitted } from '../../samplers/contenders/wrapping.ts';
import { planOps, samplers, type SamplerId } from '../../samplers/diffusion/index.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import { karras } from '../../schedules/karras.ts';

export const levels = (n: number, toZero = true) => {
  const list = karras.sigmas(toZero ? n : n + 1, { min: 0.02, max: 20 }, { rho: 7 });
  return toZero ? list : list.slice(0, -1);
};
export const plan = (id: SamplerId, sigmas: readonly number[]) =>
  planOps(samplers[id], sigmas, defaults(samplers[id].params as never));
export const wrap = (w: DenoiserWrapper, ops: readonly Op[], params: object, fitted: Fitted | null = null) =>
  w.rewrite(ops, { ...(defaults(w.params) as object), ...params }, fitted, null);

/** A run in float64 from keyed noise; `seen` is called after every instruction. */
export function run(ops: readonly Op[], denoise: Denoise, n: number, seed = 5, seen?: (op: Op, m: CpuMachine) => void) {
  const x0 = normals(seed, 0, n, 2).map((z) => z * 20);
  const machine = new CpuMachine(x0, denoise, (draw, out) => void normals(seed, draw, n, 2, out), 2);
  for (const op of ops) {
    machine.execute(op);
    seen?.(op, machine);
  }
  return machine.read('x');
}
export const byRole =
  (answers: Readonly<Record<string, Denoise>>): Denoise =>
  (x, sigma, asked) =>
    answers[asked?.role ?? 'main']!(x, sigma, asked);
/** Four Gaussians at (±1, ±1). */
export const toy4 = { ...mixtures.grid4(), means: mixtures.grid4().means.map((v) => v / 1.5) };
export const meansOf = (x: Float64Array) =>
  [0, 1].map((k) => x.reduce((s, v, i) => s + (i % 2 === k ? (2 * v) / x.length : 0), 0));
