// Entries of the gallery on discrete diffusion: two tokens whose law is known.
import { defaultExperiment } from './defaults.ts';
import { paper, type Preset } from './firstPreset.ts';

const PAPER = paper('Fu et al. 2025, Learnable Sampler Distillation for Discrete Diffusion Models', '2509.19962');

export const discretePresets = {
  learnedScales: {
    title: 'A sampler that learns from scores misses the end',
    claim:
      'LSD is said to sample better in fewer steps, by matching a teacher’s scores on the way. Of two tokens whose law is known eight Tweedie steps end 0.189 from it; scaled to match an exact teacher 0.262: few steps lead to unlikely pairs, whose scores are large, and are slowed down there. LSD+ ends at 0.252, with its times alone at 0.145. The same numbers fitted to the end reach 0.006: the objective misses, not the numbers.',
    paper: PAPER,
    experiment: defaultExperiment('ring8'),
    rowed: { view: 'discrete', text: 'countdown;m:tweedie;m:lsd;m:lsd_plus;m:lsd_plus:tune=times;m:end_fit' },
  },
  masks: {
    title: 'Behind masks there is nothing to learn',
    claim:
      'LSD is said to sample better in fewer steps. Revealed in equal steps, masked tokens are off by what tokens drawn apart lose over the number of steps, exactly: 0.598 here, so 0.299 in two steps and 0.0747 in eight. LSD learns to leave the scores as they are, and numbers fitted to the law that comes out find no better: what is lost is dependence, which no scale or time gives back.',
    paper: PAPER,
    experiment: defaultExperiment('ring8'),
    rowed: {
      view: 'discrete',
      text: 'bands;process:absorbing;m:tweedie;m:tweedie:steps=2;m:lsd;m:end_fit:iterations=20',
    },
  },
} as const satisfies Record<string, Preset>;
