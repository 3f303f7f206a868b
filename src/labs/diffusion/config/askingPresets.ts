// Gallery entries of wrappers that ask more than a plan or learn what guidance adds, and of the distance between kernels.
// Their links name wrappers, whose registry comes with them.
import '../../../wrappers/index.ts';
import { parseContender } from '../../../samplers/contenders/text.ts';
import { defaultExperiment } from './defaults.ts';
import type { Contender, Experiment } from './experiment.ts';
import { paper, type Preset } from './firstPreset.ts';
import type { ModelId } from './menus.ts';

const on = (model: ModelId, more: Partial<Experiment>, ...texts: readonly string[]): Experiment => ({
  ...defaultExperiment(model),
  ...more,
  contenders: texts.map((text) => parseContender(text, '', [])!) satisfies Contender[],
});
/** Ten Euler steps on the right pair under CFG at 3, fitted on 512 samples of other noise. */
const CORE2 =
  '10.512.grid4_e2486b.ZzI1um4htDqUki08LiuHPRIiuT58UIU7woQUPbv5dT7r4eY-ypj9PnIYG76D7SC-I_IkvjBtB74Kuqm7BoSCuep6YzA9l2iwhar3MgyP4TV74eS2mK7gtGgNIrQB16YxPDFWswSRJ7NteZ4ydbfBsxBJljJjbeM1PY5-PzHtfz8q_38_9v9_P___fz8AAIA___9_P_7_fz_A_38_M-N_P8iyNbz8ive8Q7GyvSPAfb7tq7S-fOgJPRTiIT54z9E-Qjf9PjbY_z6HfWI6fTQgO1OV7DvRcYk8pchlu7mZLDnGj5-w7ORkMP1H_LKFx-G1GRpwMdotpjDBcRswIpFxLzrbRzCOyAsxJA_EsOSjgDP-r9Azzgi_tHbCBjhxapU2q-MYNVZypjNg84UyY0LrMV6fLzJQ4bYzWVh9NqV45jmIBJBA--OPQNhXj0AnEYtAPEo0QIX0uT9jr5o_wWYGP_Fopz3rn_U7kIYqNw3rIzU5M240ZmYUslE6nTOwL2wzeTHispLkNDNX3VG0edsXtg';
/** Ten pseudo-corrector steps, fitted on 512 samples of other noise. */
const REFINER =
  '11.512.grid4.AACAP935jkAespxA-ZSkQBSAlEA6ZUNAQtqzP4IqFz-2evI-3k2mPvOeej8AAAAAL_g9OywB2DqQ3qo74AJPPFid67wX87C9GlwEPe4eY7y1D1m7GYmjuQAAAACB18Y7jHA-PLhrCz3PmXU9MreCvRRaVbzV_bc8wZOEu640TjnNAJU3AACAP4SjjkDTD5tAY0qgQMYojkBGvT1Ao0KuP-5QGz8ScuQ-52ijPtBhej8AAAAAsoGEvitb6772fzq_YmVAvwDLIr7mq-I9TX61vq-FCL-d5Cy_4jSsvAAAAACb11y5W80-uQeePro7Bcq2yFCOOo5fv7yLRQc9HUBpvCfMdrsbVKu5AAAAAHRq57kL5qu6IzG0u5mTNbyNi4-8Vz88vE8lFTt2bUe7oZIsOf8mjjcAAAAARB2EvmNq6L7GEzW_j1Y5vyRILL6r39A9ZnmyvhZCDr_8Ry6_KsKzvAAAAACLkK2zGBYBN4TODjm8ZfQ60E12O_ry1rzOaAi8saeNO7MVGjpu4Kk3AAAAAFFiI7ROqCa3oNGGufVdx7vLNzq9iLvAPCzwnTx1l1q7zSKBOGqt9zU';
export const askingPresets = {
  kid: {
    title: 'A distance that needs no thousands of pictures',
    claim:
      'KID is unbiased where the Fréchet distance is far too high for few pictures: of 40 digits, FD is 2.67 at four evaluations and 1.95 at sixteen, most of it the small number, while KID goes from 0.163 to −0.03, which is none.',
    paper: paper('Bińkowski et al. 2018, Demystifying MMD GANs', '1801.01401'),
    experiment: on('digits', { samples: 40 }, 'dpmpp_2m:karras:4', 'dpmpp_2m:karras:8', 'dpmpp_2m:karras:16'),
  },
  minority: {
    title: 'Towards the rare, and off the data',
    claim:
      'Self-guidance is said to make realistic rare samples without a classifier. At weight 0.5 the commonest mode falls from 44 to 18 % of the samples and log p stays (−1.31, −1.30): they are rare and real. At 1 it is −1.76, at 2 −5.2: more than half lie off the data, which mode shares alone do not show. Four evaluations a step.',
    paper: paper('Um & Ye 2024, Self-Guided Generation of Minority Samples', '2407.11555'),
    experiment: on(
      'unbalanced',
      { samples: 2000 },
      'ddpm:karras:50',
      'ddpm:karras:50:~minority',
      'ddpm:karras:50:~minority(w=1)',
      'ddpm:karras:50:~minority(w=2)',
    ),
  },
  hardSamples: {
    title: 'Samples that are nearly of another class',
    claim:
      'GUIDE leads the generator of one class to samples that a classifier is inclined to take for another, to rehearse what is being forgotten; that this beats random replay is not tested here. The left pair is pulled to the right: negative log-likelihood 0.24, 0.48, 2.51 at w = 0, 0.3, 1. Not taken through D, the same gradient throws them 13 units away.',
    paper: paper('Cywiński et al. 2024, GUIDE', '2403.03938'),
    experiment: on(
      'grid4',
      { label: 0 },
      'euler:karras:40',
      'euler:karras:40:~guide(w=0.3,towards=1)',
      'euler:karras:40:~guide(w=1,towards=1)',
      'euler:karras:40:~guide(towards=1,through=0)',
    ),
  },
  core2: {
    title: 'Guidance learned instead of asked for',
    claim:
      'CoRe² is said to halve the passes at better scores. Ten guided Euler steps are 20 passes and end 0.089 from the exact guided solution; with an affine map fitted to one other run, 10 passes end at 0.094, and ten passes spent on five guided steps at 0.227. On digits, where one map serves all pixels, it is the other way round: 0.272 against 0.082.',
    paper: paper('Shao et al. 2025, CoRe²', '2503.09662'),
    experiment: on(
      'grid4',
      { label: 1 },
      'euler:karras:10:cfg(w=3)',
      `euler:karras:10:cfg(w=3):~core2~${CORE2}`,
      'euler:karras:5:cfg(w=3)',
    ),
  },
  refiner: {
    title: 'Velocities foretold, not asked for',
    claim:
      'FlowTurbo’s refiner, a network of a twentieth of the size, is said to help make class-conditional sampling 53 to 58 % faster. Ours is an affine map for each evaluation. Of eleven evaluations the last three foretold end 0.023 from the exact solution, all asked 0.020, eight asked in fewer steps 0.045. Every second one foretold ends at 0.058, worse than not asking: where paths still part, no affine map tells which way.',
    paper: paper('Zhao et al. 2024, FlowTurbo', '2409.18128'),
    experiment: on(
      'grid4',
      {},
      'pseudo_corrector:karras:10',
      `pseudo_corrector:karras:10:~refiner~${REFINER}`,
      `pseudo_corrector:karras:10:~refiner(where=apart)~${REFINER}`,
      'pseudo_corrector:karras:7',
    ),
  },
  zigzag: {
    title: 'There, back, and there again',
    claim:
      'Z-sampling goes back a step under less guidance, and is said to win up to 94 % of comparisons by what the gap leaves. Under CFG at 3 ten Euler steps end 0.189 from the law of the right pair (SW₁), with the way back unguided 0.171, for 28 evaluations, as 28 plain steps do, 0.175. Going back under the same guidance, which leaves no gap, ends at 0.154: here it is the second look that helps. This is made after the abstract.',
    paper: paper('Bai et al. 2024, Zigzag Diffusion Sampling', '2412.10891'),
    experiment: on(
      'grid4',
      { label: 1 },
      'euler:karras:10:cfg(w=3)',
      'euler:karras:10:cfg(w=3):~zigzag',
      'euler:karras:10:cfg(w=3):~zigzag(back=3)',
      'euler:karras:28:cfg(w=3)',
    ),
  },
  secondLook: {
    title: 'A teacher who looks twice',
    claim:
      'A student whose modes are twice too wide ends 0.398 away (SW₁) after four steps. One look of the teacher in the first step changes nothing (0.407): nothing is decided there. In the first two steps at λ = 1 it is 0.103, closer than the teacher alone with the same six evaluations (0.181).',
    paper: paper('Park et al. 2024, Inference-Time Diffusion Model Distillation', '2412.08871'),
    experiment: on(
      'grid4',
      { samples: 2048 },
      'euler:karras:4:~distillation_pp(lambda=0)',
      'euler:karras:4:~distillation_pp(lambda=1,steps=1)',
      'euler:karras:4:~distillation_pp(lambda=1)',
      'euler:karras:6',
    ),
  },
} satisfies Record<string, Preset>;
