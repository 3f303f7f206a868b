import { cfgPlusPlusPaper, cfgPlusPlusStep, denoiseBoth } from './parts/cfgPlusPlus.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver++(2S) ancestral with CFG++: both stages step from x + D_λ − D_∅, the state moved by the guidance of its
 * level; the name is ComfyUI's.
 */
export const dpmpp2sAncestralCfgPp: Sampler<NoiseParams> = {
  id: 'dpmpp_2s_ancestral_cfg_pp',
  title: 'DPM-Solver++(2S) ancestral CFG++',
  paper: cfgPlusPlusPaper,
  summary: 'CFG++ with a two-stage step that goes too far down on purpose, and adds noise back.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, up } = ancestralSplit(s, t, params.eta);
      yield* denoiseBoth(s);
      if (down === 0) {
        yield cfgPlusPlusStep(s, 0);
        yield mark(i + 1, t);
        continue;
      }
      const inner = Math.sqrt(s * down);
      const fresh = ancestralNoise(s, t, up, params);
      const moved = (to: number) =>
        [
          [to / s, 'x'],
          [to / s, 'd'],
          [-to / s, 'u'],
        ] as const;
      yield combine('y', [...moved(inner), [1 - inner / s, 'd']]);
      yield denoise(inner, 'e', 'y');
      yield* fresh.ops;
      yield combine('x', [...moved(down), [1 - down / s, 'e'], ...fresh.terms]);
      yield mark(i + 1, t, 'e');
    }
  },
};
