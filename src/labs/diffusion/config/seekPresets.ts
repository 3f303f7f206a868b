// The gallery's entries on noise searches: the paper's claim, the form it takes here, and what came out.
import { defaultExperiment } from './defaults.ts';
import { paper, type Preset } from './firstPreset.ts';

export const seekPresets = {
  noiseSearch: {
    title: 'Gains go on where steps flatten',
    claim:
      'Choosing among noises is said to gain on where more steps do not. Here log p of Euler stays at −1.40 from 80 to 320 evaluations, while best of 16 reaches −0.09 and search over paths 0.02. The price: half of the samples would have to change their mode to give each its weight, 0.51 instead of 0.05.',
    paper: paper('Ma et al. 2025, Inference-Time Scaling for Diffusion Models', '2501.09732'),
    experiment: defaultExperiment('unbalanced'),
    seek: 'unbalanced;c:euler:karras:20;b:20.80.160.320;m:random;m:zero_order;m:paths',
  },
  rollover: {
    title: 'A budget saved for too late',
    claim:
      'Rollover budget forcing is said to beat all that it is compared with. Sent to the rarest mode with 100 evaluations it ends 0.31 away, 0.36 without rollover, best of 10 runs 1.14, and the best of ten draws in each step (SVDD) 0.010: RBF takes any early gain, and has sixty evaluations left for a last step in which nothing can move.',
    paper: paper('Kim et al. 2025, Inference-Time Scaling for Flow Models', '2503.19385'),
    experiment: defaultExperiment('unbalanced'),
    seek: 'unbalanced;c:euler:karras:10;v:distance;b:50.100.200;m:random;m:greedy;m:rbf;m:rbf(rollover=0)',
  },
} as const satisfies Record<string, Preset>;
