// The gallery: each entry is a permalink that shows one claim on the reader's own machine.
import type { ModelId } from '../../../models/index.ts';
import { newGuidance } from '../../../samplers/contenders/contender.ts';
import { askingPresets } from './askingPresets.ts';
import { newContender } from './contender.ts';
import { defaultExperiment } from './defaults.ts';
import type { Contender, Experiment } from './experiment.ts';
import { discretePresets } from './discretePresets.ts';
import { fitPresets } from './fitPresets.ts';
import { parallelPresets } from './parallelPresets.ts';
import { seekPresets } from './seekPresets.ts';
import { wrapPresets } from './wrapPresets.ts';
import { firstPreset, paper, type Preset } from './firstPreset.ts';

export type { Preset };

const on = (model: ModelId, contenders: readonly Contender[], more: Partial<Experiment> = {}): Experiment => ({
  ...defaultExperiment(model),
  contenders,
  ...more,
});
export const presets = {
  first: firstPreset,
  orders: {
    title: 'A higher order is not a smaller error',
    claim:
      'UniPC-3 has the steepest line, yet from 6 to 16 evaluations the second-order iPNDM is closer, at 6 and 10 by a factor of ten; from 24 on UniPC-3 leads, down to the floor of float32.',
    paper: paper('Zhao et al. 2023, UniPC', '2302.04867'),
    experiment: on(
      'grid4',
      [
        newContender('ipndm', 10),
        newContender('unipc', 10, 'karras', { order: 3 }),
        newContender('dpmpp_2m', 10),
        newContender('euler', 10),
      ],
      { budgets: [4, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128] },
    ),
  },
  thirdOrder: {
    title: 'DPM++ 3M as published is second order',
    claim:
      'The third-order term lacks a factor of two. With it the slope becomes three and wins from about 64 evaluations; below, the published one is twice as close.',
    paper: paper('Lu et al. 2022, DPM-Solver++', '2211.01095'),
    experiment: on(
      'grid4',
      [
        newContender('dpmpp_3m', 24, 'exponential'),
        newContender('dpmpp_3m_corrected', 24, 'exponential'),
        newContender('dpmpp_2m', 24, 'exponential'),
      ],
      { budgets: [8, 16, 32, 64, 128, 256] },
    ),
  },
  twicePaid: {
    title: 'Heun pays twice a step',
    claim:
      'At twenty evaluations Heun is hardly better than Euler. DPM++ 2M, which keeps its last evaluation instead of paying for a second, is five times closer than either.',
    paper: paper('Karras et al. 2022, Algorithm 1', '2206.00364'),
    experiment: on('moons', [
      newContender('euler', 20),
      newContender('heun', 10),
      newContender('dpm_2', 10),
      newContender('dpmpp_2m', 20),
    ]),
  },
  schedules: {
    title: 'One sampler, five schedules',
    claim:
      'One sampler at ten steps: the choice of noise levels alone moves the error threefold, and a schedule that starts too low never gets below its own start.',
    paper: paper('Sabour et al. 2024, Align Your Steps', '2404.14507'),
    experiment: on('spiral', [
      newContender('dpmpp_2m', 10),
      newContender('dpmpp_2m', 10, 'exponential'),
      newContender('dpmpp_2m', 10, 'kl_optimal'),
      newContender('dpmpp_2m', 10, 'uniform'),
      newContender('dpmpp_2m', 10, 'flow_shift'),
    ]),
  },
  samePath: {
    title: 'The same noise at 10, 20 and 40 steps',
    claim:
      'The noise of an SDE sampler comes from one Brownian path, so more steps refine a picture instead of drawing another.',
    paper: paper('Song et al. 2021, Score-Based Generative Modeling through SDEs', '2011.13456'),
    experiment: on('ring8', [
      newContender('dpmpp_2m_sde', 10),
      newContender('dpmpp_2m_sde', 20),
      newContender('dpmpp_2m_sde', 40),
      newContender('dpmpp_sde', 20),
    ]),
  },
  learned: {
    title: 'What the network adds to the error',
    claim:
      'With the trained denoiser the distance to the exact solution stops falling at about 24 evaluations: the rest is the network’s error, which no sampler removes. Switch “Learned denoiser” off and the lines go on.',
    paper: paper('Chen et al. 2023, Sampling is as easy as learning the score', '2209.11215'),
    experiment: on(
      'spiral',
      [newContender('euler', 16), newContender('dpmpp_2m', 16), newContender('unipc', 16), newContender('ipndm', 16)],
      { learned: true },
    ),
  },
  dualfast: {
    title: 'Two errors, and which of them went',
    claim:
      'DualFast is said to take off two errors at once, the steps’ and the network’s. On a learned denoiser they can be told apart, below the table: twenty Euler steps end 0.049 from where the network’s own flow leads, with c = ¼ 0.025, with ½, which is Adams-Bashforth 2, 0.0032. That flow stays 0.0116 from the exact one, and the whole at 0.0128: what went is the steps’. Away from the first prediction it is no better than Euler, 0.053.',
    paper: paper('Yu et al. 2025, DualFast', '2506.13058'),
    experiment: on(
      'moons',
      [
        newContender('euler', 20),
        newContender('dualfast', 20, 'karras', { c: 0.25 }),
        newContender('dualfast', 20),
        newContender('dualfast', 20, 'karras', { c: 0.25, tau: 'first' }),
      ],
      { learned: true },
    ),
  },
  price: {
    title: 'Noise has its price',
    claim:
      'At sixteen evaluations churn is still 0.02 and Restart 0.06 away in energy distance, where DPM++ 2M, which adds no noise, stands at the floor of 2,048 samples. From about 32 on all four do.',
    paper: paper('Xu et al. 2023, Restart Sampling', '2306.14878'),
    experiment: on(
      'checkerboard',
      [
        newContender('dpmpp_2m', 16),
        newContender('heun', 8),
        newContender('edm_stochastic', 8),
        newContender('restart', 5),
      ],
      { learned: true, samples: 2048, budgets: [12, 16, 24, 32, 48] },
    ),
  },
  digits: {
    title: 'Digits in eight evaluations',
    claim:
      'Four samplers on one trained transformer: at eight evaluations every digit can be read, and DPM++ 2M is a fifth closer to the reference than Euler. Heun, with four steps, is not done.',
    paper: paper('Peebles & Xie 2022, Scalable Diffusion Models with Transformers', '2212.09748'),
    experiment: defaultExperiment('digits'),
  },
  memorise: {
    title: 'The ideal denoiser remembers',
    claim:
      'With the exact denoiser of a finite set of digits every sampler returns images of that set, even in eight evaluations. What is new in a trained model’s pictures is its network’s error.',
    paper: paper('Kamb & Ganguli 2024, An analytic theory of creativity', '2412.20292'),
    experiment: on('digits_exact', [
      newContender('euler', 8),
      newContender('dpmpp_2m', 8),
      newContender('unipc', 8),
      newContender('ipndm', 8),
    ]),
  },
  overshoot: {
    title: 'Guidance is not the class',
    claim:
      'Two Gaussians, the law of a class, are known exactly. At 24 Euler steps the class alone is at the noise floor of the energy distance; CFG at weight 4 ends 0.092 away, narrower and shifted, CFG++ at 0.6 ends 0.050, and CFG in an interval 0.015, with 30 passes instead of 48.',
    paper: paper('Kynkäänniemi et al. 2024, Applying Guidance in a Limited Interval', '2404.07724'),
    experiment: on(
      'grid4',
      [
        newContender('euler', 24),
        { ...newContender('euler', 24), guide: newGuidance('cfg', { w: 4 }) },
        { ...newContender('euler_cfg_pp', 24), guide: newGuidance('cfg', { w: 0.6 }) },
        { ...newContender('euler', 24), guide: newGuidance('interval', { w: 4 }) },
      ],
      { label: 1 },
    ),
  },
  ...fitPresets,
  ...askingPresets,
  ...parallelPresets,
  ...seekPresets,
  ...wrapPresets,
  avatars: {
    title: 'Eight drawing styles',
    claim: 'One class-conditional transformer, guidance 1.5, four samplers from the same noise.',
    paper: paper('Ho & Salimans 2022, Classifier-Free Guidance', '2207.12598'),
    experiment: { ...defaultExperiment('avatars'), guidance: 1.5 },
  },
  editing: {
    title: 'An edit without an inversion',
    claim:
      'InfEdit promises edits without inverting, in seconds. Of 256 points all three methods reach the right pair; InfEdit carries each straight across, by 3.000, and ends 0.067 (SW₁) from its law. Inversion in 25 Euler steps ends 0.078 away, SDEdit at σ = 1 mixes the rows and ends 0.103 away.',
    paper: paper('Xu et al. 2023, Inversion-Free Image Editing', '2312.04965'),
    experiment: on('grid4', defaultExperiment('grid4').contenders),
    edit: 'edit;grid4;m:infedit:12;m:inversion_edit:25;m:sdedit:25',
  },
  inpainting: {
    title: 'What resampling buys',
    claim:
      'RePaint goes back up so that what it fills in agrees with what was seen. Of 2,000 points with one coordinate seen, ten resamplings find the right class for 77 % instead of 75 %, and the error falls from 0.92 to 0.82, for eight times the evaluations. The exact posterior finds 93 %, with 0.44.',
    paper: paper('Lugmayr et al. 2022, RePaint', '2201.09865'),
    experiment: on('unbalanced', defaultExperiment('unbalanced').contenders),
    edit: 'restore;unbalanced;n:2000;noise:0.05;m:repaint:25:resamplings=1;m:repaint:25:resamplings=10;m:posterior_euler:50',
  },
  restoring: {
    title: 'Four steps, and a smaller error',
    claim:
      'ResShift starts at the measurement, and four steps are said to do. With the exact posterior its error falls as steps are saved, 0.70 at 15 and 0.65 at 4, while its distance to the law grows from 0.080 to 0.127: fewer steps answer with a mean. Four Euler steps from plain noise are no worse, 0.125.',
    paper: paper('Yue et al. 2023, ResShift', '2307.12348'),
    experiment: on('unbalanced', defaultExperiment('unbalanced').contenders),
    edit: 'restore;unbalanced;n:2000;m:resshift:15;m:resshift:4;m:posterior_euler:15;m:posterior_euler:4',
  },
  distilling: {
    title: 'Collapse, and what keeps from it',
    claim:
      'SDS is VSD with one particle, says ProlificDreamer, and only VSD keeps a distribution. Here SDS gathers 64 particles into points of width 0.037 in four modes of width 0.2; VSD with the particles’ own model of bandwidth 0.1 keeps 0.17. A critic of one Gaussian is too wide for four modes, and collapses as SDS does, to 0.045.',
    paper: paper('Wang et al. 2023, ProlificDreamer', '2305.16213'),
    experiment: on('grid4', defaultExperiment('grid4').contenders),
    rowed: { view: 'distil', text: 'grid4;m:sds;m:vsd;m:vsd:critic=gaussian' },
  },
  reference: {
    title: 'One mode for all, and past it',
    claim:
      'ModeDreamer tells the model a reference, so that all particles see one mode; this is made after its abstract alone. Less the noise itself every one of 64 gets to within 0.07 of (1.5, 1.5). Less the unconditional answer, which does not vanish there, they are driven past it, to (3.9, 3.9), as by unbounded guidance.',
    paper: paper('ModeDreamer 2024', '2411.18135'),
    experiment: on('grid4', defaultExperiment('grid4').contenders),
    rowed: { view: 'distil', text: 'grid4;steps:2000;ref:3;m:isd;m:isd:variate=unconditional;m:sds' },
  },
  propeller: {
    title: 'A window of optimiser steps at once',
    claim:
      'DreamPropeller promises text-to-3D up to 4.7 times as fast with seven devices. Of 200 Adam steps a window of 4, 7 or 15 leaves 81, 52 or 28 to be waited for, with 323, 357 and 408 evaluations instead of 200; the particles end within 0.0025 of the sequence. That is depth: on one device it is more work.',
    paper: paper('Zhou et al. 2023, DreamPropeller', '2311.17082'),
    experiment: on('grid4', defaultExperiment('grid4').contenders),
    rowed: {
      view: 'distil',
      text: 'grid4;steps:200;m:sds:optimiser=adam;m:sds:optimiser=adam:window=4;m:sds:optimiser=adam:window=7;m:sds:optimiser=adam:window=15',
    },
  },
  rollout: {
    title: 'Forgetting, and what adds up',
    claim:
      'Of videos made frame by frame the analysis says: what is no longer given is lost for good, and each step’s error adds up. Sixteen frames of one scene: with one frame given 3.13 nats are forgotten, with four 0.60, with all none, whatever the sampler. Sixteen Euler steps lose 0.12 in every case, four lose 3.5.',
    paper: paper('Wang et al. 2025, Error Analyses of Auto-Regressive Video Diffusion', '2503.10704'),
    experiment: on('ring8', defaultExperiment('ring8').contenders),
    rowed: { view: 'sequences', text: 'scene' },
  },
  memory: {
    title: 'Every frame is right, the film is not',
    claim:
      'Told one frame, a denoiser that is exact cannot know which way a digit goes: 27 % of its moves go on as the one before, where chance is 25 %. Told two, all do. No frame by itself is worse for it. In three steps the first frames are ghosts, and become one digit by being given.',
    paper: paper('Wang et al. 2025, Error Analyses of Auto-Regressive Video Diffusion', '2503.10704'),
    experiment: on('ring8', defaultExperiment('ring8').contenders),
    rowed: { view: 'sequences', text: 'moving' },
  },
  ...discretePresets,
} as const satisfies Record<string, Preset>;

export type PresetId = keyof typeof presets;
