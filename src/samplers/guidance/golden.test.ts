// Guidance as diffusers' guiders have it, on the form of the prediction that a method is about: APG on D, CFG-Zero* on the
// velocity of a flow, CFG and φ on the noise.
import { expect, test } from 'vitest';
import { noNoise, runPlan, type Vector } from '../diffusion/testing.ts';
import type { Op } from '../diffusion/types.ts';
import golden from './golden.json' with { type: 'json' };
import { guidanceOf, type GuidanceId } from './index.ts';
import { guidePlan } from './rewrite.ts';
import { byRole, paramsOf } from './testing.ts';

const sigmas = [6, 2.5, 0.7];
const state = Float64Array.from({ length: golden.inputs.class[0]!.length }, (_, i) => 3 * Math.cos(i));
type Form = 'denoised' | 'flow' | 'noise';
/** D of a prediction, and back. */
const forms: Readonly<
  Record<
    Form,
    readonly [toD: (f: number, x: number, s: number) => number, toF: (d: number, x: number, s: number) => number]
  >
> = {
  denoised: [(f) => f, (d) => d],
  noise: [(f, x, s) => x - s * f, (d, x, s) => (x - d) / s],
  flow: [(f, x, s) => (x - s * f) / (1 + s), (d, x, s) => (x - (1 + s) * d) / s],
};
const formOf = { apg: 'denoised', cfg_zero: 'flow', cfg: 'noise' } as const;

const plan: readonly Op[] = [
  { op: 'mark', step: 0, sigma: sigmas[0]!, x: 'x' },
  ...sigmas.flatMap((sigma, i): Op[] => [
    { op: 'eval', x: 'x', sigma, out: 'd' },
    { op: 'mark', step: i + 1, sigma, x: 'x' },
  ]),
];

test.each(golden.rows)('$method $params', ({ method, params, outputs }) => {
  const space = formOf[method as keyof typeof formOf];
  const [toD, toF] = forms[space];
  const answer = (role: 'class' | 'null') => (x: Vector, sigma: number) =>
    x.map((v, i) => toD(golden.inputs[role][sigmas.indexOf(sigma)]![i]!, v, sigma));
  const id = method as GuidanceId;
  const ops = guidePlan(plan, guidanceOf(id), paramsOf(id, { ...params, space }) as never);
  for (const [k, sigma] of sigmas.entries()) {
    const end = ops.findIndex((op) => op.op === 'mark' && op.step === k + 1);
    const upTo: readonly Op[] = [...ops.slice(0, end), { op: 'lincomb', out: 'x', terms: [[1, 'd']] }];
    const d = runPlan(upTo, state, byRole({ class: answer('class'), null: answer('null') }), noNoise, golden.numbers);
    const f = d.map((v, i) => toF(v, state[i]!, sigma));
    const off = Math.max(...f.map((v, i) => Math.abs(v - outputs[k]![i]!)));
    // CFG-Zero*'s factor is added up in float32 there.
    expect(off).toBeLessThan(method === 'cfg_zero' ? 2e-6 : 1e-12);
  }
});
