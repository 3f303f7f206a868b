// The gallery: each entry is a permalink that shows one claim on the reader's own machine.
import type { ModelId } from '../models/index.ts';
import { newContender } from './contender.ts';
import { defaultExperiment } from './defaults.ts';
import type { Contender, Experiment } from './experiment.ts';

export interface Preset {
  readonly title: string;
  /** What the reader should see, in one or two sentences. */
  readonly claim: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly experiment: Experiment;
}

const on = (model: ModelId, contenders: readonly Contender[], more: Partial<Experiment> = {}): Experiment => ({ ...defaultExperiment(model), contenders, ...more });
const paper = (title: string, id: string) => ({ title, url: `https://arxiv.org/abs/${id}` });

export const presets = {
  first: {
    title: 'Four samplers, one noise',
    claim: 'At about a dozen evaluations the multistep samplers are several times closer to the true solution than Euler, at the same cost.',
    paper: paper('Karras et al. 2022, Elucidating the Design Space', '2206.00364'),
    experiment: defaultExperiment('ring8'),
  },
  orders: {
    title: 'A higher order is not a smaller error',
    claim: 'UniPC-3 has the steepest line, yet below ten evaluations the constant-weight iPNDM wins; the lines cross.',
    paper: paper('Zhao et al. 2023, UniPC', '2302.04867'),
    experiment: on('grid4', [newContender('ipndm', 10), newContender('unipc', 10, 'karras', { order: 3 }), newContender('dpmpp_2m', 10), newContender('euler', 10)], { budgets: [4, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128] }),
  },
  thirdOrder: {
    title: 'DPM++ 3M as published is second order',
    claim: 'The third-order term lacks a factor of two. With it the slope becomes three, though at few steps the published one is ahead.',
    paper: paper('Lu et al. 2022, DPM-Solver++', '2211.01095'),
    experiment: on('grid4', [newContender('dpmpp_3m', 24, 'exponential'), newContender('dpmpp_3m_corrected', 24, 'exponential'), newContender('dpmpp_2m', 24, 'exponential')], { budgets: [8, 16, 32, 64, 128, 256] }),
  },
  twicePaid: {
    title: 'Heun pays twice a step',
    claim: 'Counted in steps Heun looks better than Euler; counted in evaluations a two-step history does the same for half the price.',
    paper: paper('Karras et al. 2022, Algorithm 1', '2206.00364'),
    experiment: on('moons', [newContender('euler', 20), newContender('heun', 10), newContender('dpm_2', 10), newContender('dpmpp_2m', 20)]),
  },
  schedules: {
    title: 'One sampler, five schedules',
    claim: 'At ten steps the choice of noise levels moves the error as much as the choice of sampler.',
    paper: paper('Sabour et al. 2024, Align Your Steps', '2404.14507'),
    experiment: on('spiral', [newContender('dpmpp_2m', 10), newContender('dpmpp_2m', 10, 'exponential'), newContender('dpmpp_2m', 10, 'kl_optimal'), newContender('dpmpp_2m', 10, 'uniform'), newContender('dpmpp_2m', 10, 'flow_shift')]),
  },
  samePath: {
    title: 'The same noise at 10, 20 and 40 steps',
    claim: 'The noise of an SDE sampler comes from one Brownian path, so more steps refine a picture instead of drawing another.',
    paper: paper('Song et al. 2021, Score-Based Generative Modeling through SDEs', '2011.13456'),
    experiment: on('ring8', [newContender('dpmpp_2m_sde', 10), newContender('dpmpp_2m_sde', 20), newContender('dpmpp_2m_sde', 40), newContender('dpmpp_sde', 20)]),
  },
  learned: {
    title: 'What the network adds to the error',
    claim: 'With the trained denoiser the distance to the target stops falling however many steps are taken: that floor is the network’s.',
    paper: paper('Chen et al. 2023, Sampling is as easy as learning the score', '2209.11215'),
    experiment: on('spiral', [newContender('euler', 16), newContender('dpmpp_2m', 16), newContender('unipc', 16), newContender('edm_stochastic', 16)], { learned: true }),
  },
  restart: {
    title: 'Noise that repairs',
    claim: 'Going back up in noise and down again contracts errors that the ODE samplers carry to the end, at the price of evaluations.',
    paper: paper('Xu et al. 2023, Restart Sampling', '2306.14878'),
    experiment: on('checkerboard', [newContender('heun', 10), newContender('restart', 10), newContender('edm_stochastic', 10), newContender('euler_ancestral', 20)], { learned: true }),
  },
  digits: {
    title: 'Digits in eight evaluations',
    claim: 'Four samplers on one trained transformer: at eight evaluations Euler’s strokes are still soft where the others are finished.',
    paper: paper('Peebles & Xie 2022, Scalable Diffusion Models with Transformers', '2212.09748'),
    experiment: defaultExperiment('digits'),
  },
  memorise: {
    title: 'The ideal denoiser remembers',
    claim: 'With the exact denoiser of a finite set of digits, a good sampler returns images of the set: creativity is the network’s error.',
    paper: paper('Kamb & Ganguli 2024, An analytic theory of creativity', '2412.20292'),
    experiment: on('digits_exact', [newContender('euler', 8), newContender('dpmpp_2m', 8), newContender('unipc', 8), newContender('ipndm', 8)]),
  },
  avatars: {
    title: 'Eight drawing styles',
    claim: 'One class-conditional transformer, guidance 1.5, four samplers from the same noise.',
    paper: paper('Ho & Salimans 2022, Classifier-Free Guidance', '2207.12598'),
    experiment: { ...defaultExperiment('avatars'), guidance: 1.5 },
  },
} as const satisfies Record<string, Preset>;

export type PresetId = keyof typeof presets;
