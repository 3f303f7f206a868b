// The gallery's entries on steps taken side by side: the paper's claim, the form it takes here, and what came out.
import { newContender } from './contender.ts';
import { defaultExperiment } from './defaults.ts';
import { paper, type Preset } from './firstPreset.ts';

export const parallelPresets = {
  parastep: {
    title: 'A guess from one round ago',
    claim:
      'ParaStep is said to run video and audio models 2.4 to 6.6 times as fast on several devices. Here its workers are counted: 50 steps of four are 16 deep, and no worse than Euler’s 50 but better, 0.010 from the exact flow to 0.019, as the stale slopes extrapolate. Euler of depth 16 is 0.063 off. Eight workers are 0.034 off at depth 10.',
    paper: paper('Wang et al. 2025, ParaStep', '2505.14741'),
    experiment: {
      ...defaultExperiment('grid4'),
      contenders: [
        newContender('euler', 50),
        newContender('parastep', 50),
        newContender('parastep', 50, 'karras', { workers: 8 }),
        newContender('euler', 16),
      ],
    },
  },
  paradigms: {
    title: 'More evaluations, fewer in a row',
    claim:
      'ParaDiGMS is said to sample two to four times as fast, by devices. Of 64 Euler steps a window of 8 takes 111 evaluations, 15 deep; all at once take 219, 7 deep; the error goes from 0.0145 to 0.016. Its coordinates decide: summed in x̂ instead of at constant variance, the same window takes 615 evaluations, 16 deep.',
    paper: paper('Shih et al. 2023, Parallel Sampling of Diffusion Models', '2305.16317'),
    experiment: {
      ...defaultExperiment('grid4'),
      contenders: [
        newContender('euler', 64),
        newContender('paradigms', 64, 'karras', { window: 8 }),
        newContender('paradigms', 64, 'karras', { window: 64 }),
        newContender('paradigms', 64, 'karras', { window: 64, coordinates: 've' }),
      ],
    },
  },
  parallelNewton: {
    title: 'Sixty-four steps in three rounds',
    claim:
      'DEER, Newton’s method on all steps, is said to evaluate sequences up to three orders of magnitude faster. Here 64 Euler steps take three rounds in float64 and a round or two more in float32, for 666 evaluations: five for each state, to know its Jacobian. A number a sample in its place takes seven rounds, none eleven, Picard’s iteration seven of 219 in all. Rounds are depth; no clock here is faster.',
    paper: paper('Lim et al. 2023, Parallelizing non-linear sequential models', '2309.12252'),
    experiment: {
      ...defaultExperiment('grid4'),
      contenders: [
        newContender('parallel_newton', 64, 'karras', { window: 64 }),
        newContender('parallel_newton', 64, 'karras', { window: 64, jacobian: 'scalar' }),
        newContender('parallel_newton', 64, 'karras', { window: 64, jacobian: 'linear' }),
        newContender('paradigms', 64, 'karras', { window: 64 }),
      ],
    },
  },
} as const satisfies Record<string, Preset>;
