// The gallery's entries on contenders that were fitted: one a method, with its paper's claim and what came out here. Each link
// carries what was found; the search view finds it again.
import { parseContender } from '../../../samplers/contenders/text.ts';
import { defaultExperiment } from './defaults.ts';
import type { Contender, Experiment } from './experiment.ts';
import { paper, type Preset } from './firstPreset.ts';

const on = (...texts: readonly string[]): Experiment => ({
  ...defaultExperiment('grid4'),
  contenders: texts.map((text) => parseContender(text, '', [])!) satisfies Contender[],
});

export const fitPresets = {
  ays: {
    title: 'The least bound is not the least error',
    claim:
      'Its computed schedule is said to beat hand-made ones in nearly all tests. Here the bound falls to a third of that of Karras, and Euler’s ends at eleven steps are farther: median 0.141 instead of 0.095. The minimum of a loose bound is somewhere else.',
    paper: paper('Sabour et al. 2024, Align Your Steps', '2404.14507'),
    experiment: on(
      'euler:karras:11',
      'euler:explicit(20_1.58866_1.00237_0.751675_0.422698_0.149979_0.0946303_0.0597077_0.0399052_0.0282508_0.02_0):fit(ays_computed.grid4.euler.11.0)',
      'euler:kl_optimal:11',
    ),
  },
  gits: {
    title: 'Where trajectories are straight',
    claim:
      'GITS and BOSS are said to keep quality at a few evaluations. On four Gaussians the seven levels that dynamic programming finds bring Euler’s median error from 0.169 to 0.118, but its tail grows: p95 0.493 to 0.594. The fit costs 3,238 evaluations of 64 samples, all but a hundred to judge it.',
    paper: paper('Chen et al. 2024, On the Trajectory Regularity of ODE-based Diffusion Sampling', '2405.11326'),
    experiment: on(
      'euler:karras:7',
      'euler:explicit(20_5.75186_2.80655_1.62945_1.03467_0.592251_0.02_0):fit(gits.grid4.euler.7.0)',
    ),
  },
  stepsize: {
    title: 'Nearest to the teacher, step by step',
    claim:
      'Optimal stepsize is said to make 10 times fewer steps nearly free. Here seven levels bring Euler’s median error from 0.169 to 0.094 and its p95 from 0.493 to 0.184, where GITS’s p95 grows, as it sees what an error does to the next slope.',
    paper: paper('Pei et al. 2025, Optimal Stepsize for Diffusion Sampling', '2503.21774'),
    experiment: on(
      'euler:karras:7',
      'euler:explicit(20_3.06059_1.43543_0.873247_0.511434_0.23361_0.02_0):fit(optimal_stepsize.grid4.euler.7.0)',
    ),
  },
  ld3: {
    title: 'Tell it another level than it has',
    claim:
      'LD3 promises 10 evaluations in minutes of tuning. Here it tunes eleven numbers: at seven evaluations DPM++ 2M ends 0.0013 from the fine solution instead of 0.292, two hundred times nearer. This model’s alone: on another its levels are a guess.',
    paper: paper('Tong et al. 2024, Learning to Discretize Denoising Diffusion ODEs', '2405.15506'),
    experiment: on(
      'dpmpp_2m:karras:7',
      'dpmpp_2m:explicit(20_8.75786_1.17156_0.482605_0.234808_0.109046_0.02_0):told(20_6.95003_1.14142_0.608555_0.306448_0.13612_0.02):fit(ld3.grid4.dpmpp_2m.7.0)',
      'ipndm:karras:7',
    ),
  },
  s3: {
    title: 'A plan of its own for every step',
    claim:
      'S³ is said to gain most below ten evaluations. At six its plan ends at a median of 0.026 where DPM++ 2M is 0.410 away; but plain order 3 in the noise, which nobody searched for, is 0.052 away too.',
    paper: paper('Liu et al. 2023, A Unified Sampling Framework', '2312.07243'),
    experiment: on(
      'dpmpp_2m:karras:6',
      'composed(plan=x1c_x2_x1_x2_e3):karras:6:fit(s3.grid4.composed.6.0)',
      'composed:karras:6',
    ),
  },
  pcm: {
    title: 'Two sweeps that know where they lead',
    claim:
      'PCM is said to sample 2.71 times as fast as step by step, by devices. Here two numbers a step bring two sweeps over twenty Euler steps from a median of 0.743 to 0.137, at depth 2; Euler, twenty deep, is 0.049 away. A single sweep, whose correction does not fade as published, ends at 0.069: nearer, at half the depth.',
    paper: paper('So et al. 2025, PCM: Picard Consistency Model', '2503.19731'),
    experiment: on(
      'pcm(sweeps=2):karras:20',
      'pcm(sweeps=2,numbers=0_0_.0025_-.0003_.0035_-.0006_.0068_-.0014_.0118_-.0032_.019_-.0067_.0279_-.0132_.0359_-.0236_.0375_-.0366_.0261_-.0465_-.0026_-.0401_-.0453_.0088_-.0696_.0925_-.0509_.1421_-.0227_.1475_-.0063_.1182_-.0011_.0813_-.0001_.051_0_.03_.0016_-1.7441):karras:20:fit(pcm.grid4.pcm.20.0)',
      'pcm(sweeps=1,numbers=0_0_.0025_-.0003_.0068_-.0011_.0131_-.0027_.023_-.0061_.0374_-.0132_.0563_-.0267_.075_-.0498_.0816_-.0813_.0587_-.1102_-.0069_-.1094_-.1061_-.0377_-.1701_.073_-.1582_.1299_-.1095_.1344_-.0604_.1088_-.0274_.076_-.0107_.0482_-.0037_.0284_.1155_-1.6638):karras:20:fit(pcm.grid4.pcm.20.0)',
      'euler:karras:20',
    ),
  },
  bespoke: {
    title: 'A path bent for one model',
    claim:
      'Bespoke solvers are said to reach ground truth within a per cent in 20 evaluations. Here three midpoint steps with 24 numbers, seven evaluations in all, end at a median of 0.0022, where the same steps unbent are 0.123 and DPM++ 2M 0.29 away.',
    paper: paper('Shaul et al. 2023, Bespoke Solvers for Generative Flow Models', '2310.19075'),
    experiment: on(
      'dpmpp_2m:karras:7',
      'bespoke:karras:4',
      'bespoke(numbers=.2668_-.3376_.0017_-.3722_.2778_.0973_-.8753_-.2118_-.0296_-.3776_-.1731_-.138_.0473_-.0935_-.1016_-.3995_.1186_.0452_.1179_-.0259_.0471):explicit(20_1.45136_0.370196_0.02_0):fit(bespoke.grid4.bespoke.4.0)',
    ),
  },
} as const satisfies Record<string, Preset>;
