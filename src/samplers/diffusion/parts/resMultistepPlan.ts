import { phi } from '../../../math/expIntegral.ts';
import { cfgPlusPlusStep, denoiseBoth } from './cfgPlusPlus.ts';
import { ring } from './multistep.ts';
import { combine, denoise, eulerStep, mark, start, steps } from './ops.ts';
import { ancestralNoise, ancestralSplit, type NoiseParams } from './stochastic.ts';
import type { Plan, Reg } from '../types.ts';

/**
 * RES multistep down to σ↓ with fresh noise up to the next level, and with CFG++, as ComfyUI has them: with that, the
 * state is moved by D_λ − D_∅ first, and D_∅ is what is extrapolated. The node of the former step lies, as there, a former
 * *deterministic* step back, log(σ_{i−1}/σ↓_{i−1}).
 */
export function* resMultistepPlan(sigmas: readonly number[], params: NoiseParams, cfgPlusPlus: boolean): Plan {
  const history = ring(cfgPlusPlus ? 'u' : 'd', 2);
  let before: number | null = null;
  yield start(sigmas);
  for (const { i, s, t } of steps(sigmas)) {
    const { down, up } = ancestralSplit(s, t, params.eta);
    const fresh = ancestralNoise(s, t, up, params);
    const told: Reg = history(i);
    const shown = cfgPlusPlus ? 'd' : told;
    if (cfgPlusPlus) yield* denoiseBoth(s, told);
    else yield denoise(s, told);
    yield* fresh.ops;
    if (before === null || down === 0) {
      const euler = cfgPlusPlus ? cfgPlusPlusStep(s, down, [], told) : eulerStep(s, down, 'x', told);
      yield euler.op === 'lincomb' ? combine('x', [...euler.terms, ...fresh.terms]) : euler;
    } else {
      const h = Math.log(s / down);
      const c = (h * phi(2, -h) * h) / Math.log(sigmas[i - 1]! / before);
      const r = down / s;
      yield combine('x', [
        [r, 'x'],
        ...(cfgPlusPlus ? ([[r, 'd']] as const) : []),
        [1 - r + c - (cfgPlusPlus ? r : 0), told],
        [-c, history(i - 1)],
        ...fresh.terms,
      ]);
    }
    before = down;
    yield mark(i + 1, t, shown);
  }
}
