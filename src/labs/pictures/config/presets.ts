// The gallery of published models: each entry is a permalink that puts one claim to the test on the reader's own machine,
// with the model that comes with the page.
import { newPictureContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { methodOf } from './guidance.ts';

export interface PicturesPreset {
  readonly title: string;
  /** What the reader should look for, in one or two sentences. */
  readonly claim: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly experiment: PicturesExperiment;
}

const paper = (title: string, id: string) => ({ title, url: `https://arxiv.org/abs/${id}` });
const on = (contenders: readonly PictureContender[], more: Partial<PicturesExperiment> = {}): PicturesExperiment => ({
  ...defaultPictures(),
  contenders,
  ...more,
});
const multistep = (guidance: number, more: Partial<PictureContender> = {}, steps = 12): PictureContender => ({
  ...newPictureContender('dpmpp_2m', steps, guidance),
  ...more,
});
const spaced = (spacing: string) => newPictureContender('ddim', 8, 3, 'uniform', {}, { spacing });

export const picturesPresets = {
  first: {
    title: 'Four samplers, one sentence',
    claim:
      'The same noise and the same words through four samplers of twelve steps each. All draw nearly the same four faces: which is nearest to the many-step solution, and does the eye agree with the error?',
    paper: paper('Lu et al. 2022, DPM-Solver++', '2211.01095'),
    experiment: defaultPictures(),
  },
  guidance: {
    title: 'How hard to push',
    claim:
      'One sampler at guidance 1, 3, 5 and 9. Hair takes the red that is asked for more firmly as the weight grows; at 9 colours begin to burn and skin to stain. Where does the gain end, and what else has changed on the way?',
    paper: paper('Ho & Salimans 2022, Classifier-Free Guidance', '2207.12598'),
    experiment: on(
      [1, 3, 5, 9].map((w) => multistep(w)),
      { reference: 0 },
    ),
  },
  interval: {
    title: 'Guidance where it helps',
    claim:
      'The paper guides only at middling noise levels and calls the rest harmful at the top and useless at the bottom. Guidance 5 at every level, in the middle, at the top and nowhere: 24, 17, 15 and 12 passes a picture. Most of what guidance changes here comes with either half of it; what is left to each?',
    paper: paper('Kynkäänniemi et al. 2024, Guidance in a Limited Interval', '2404.07724'),
    experiment: on(
      [multistep(5), multistep(5, { guideAbove: 0.3, guideUpTo: 5 }), multistep(5, { guideAbove: 5 }), multistep(1)],
      { reference: 0 },
    ),
  },
  rescale: {
    title: 'Too much contrast, taken back',
    claim:
      'Strong guidance makes the denoised picture vary more than any the model was shown. Rescaling by φ brings that back from 0, not at all, to 1, wholly. At guidance 9 the white stains fade as φ grows, past the paper’s 0.7; what the weight has done to faces stays, since that is no matter of contrast.',
    paper: paper('Lin et al. 2023, Common Diffusion Noise Schedules and Sample Steps are Flawed', '2305.08891'),
    experiment: on(
      [0, 0.35, 0.7, 1].map((rescale) => multistep(9, { rescale })),
      { reference: 0 },
    ),
  },
  methods: {
    title: 'Pushed as hard, otherwise',
    claim:
      'At guidance 7 CFG drives colours towards their ends. APG leaves out of the push what lies along the picture itself, and bounds it; with the momentum of its paper, made for many steps, twelve are too few and faces break. CFG++ takes 0.6 for about the same strength. All cost two passes a step: which colours differ, and which faces?',
    paper: paper('Sadat et al. 2024, Eliminating Oversaturation and Artifacts of High Guidance Scales', '2410.02416'),
    experiment: on(
      [
        multistep(7),
        multistep(7, { guide: methodOf('apg', { r: 10, beta: 0 }) }),
        multistep(7, { guide: methodOf('apg') }),
        newPictureContender('dpmpp_2m_cfg_pp', 12, 0.6),
      ],
      { reference: 0 },
    ),
  },
  conventions: {
    title: 'As diffusers, or exact',
    claim:
      'Published schedulers round times to whole numbers and space them in three ways; “leading”, Stable Diffusion’s own, begins below the highest level. At eight steps of DDIM that gives other pictures from the same noise of PyTorch. Now set Conventions to exact: which of them change, and can the eye tell?',
    paper: paper('Lin et al. 2023, Common Diffusion Noise Schedules and Sample Steps are Flawed', '2305.08891'),
    experiment: on([spaced('trailing'), spaced('linspace'), spaced('leading')], {
      conventions: 'diffusers',
      noise: 'torch-cpu',
      reference: 0,
    }),
  },
  steps: {
    title: 'How few steps will do',
    claim:
      'DPM++ 2M at 4, 8, 16 and 32 steps from the same noise. Four leave colours of the noise, eight have the faces; from there on each doubling cuts the error several times and the eye sees next to nothing of it. “Difference to” shows it.',
    paper: paper('Lu et al. 2022, DPM-Solver++', '2211.01095'),
    experiment: on([4, 8, 16, 32].map((steps) => multistep(3, {}, steps))),
  },
  unseen: {
    title: 'Words that never met',
    claim:
      'In training no caption had blue hair together with style micah, though each by itself was common. The model puts the two together all the same: count the blue heads without guidance, where some may be purple or white, and with it.',
    paper: paper('Okawa et al. 2023, Compositional Abilities Emerge Multiplicatively', '2310.09336'),
    experiment: on(
      [1, 3, 5].map((w) => multistep(w, {}, 20)),
      { prompt: 'blue hair, style micah', count: 8, reference: 0 },
    ),
  },
  negative: {
    title: 'What is not to be seen',
    claim:
      'A negative prompt takes the place of the empty one that guidance pushes away from. At guidance 1 it does nothing at all. As guidance grows, black hair does not merely go: all hair turns to what is least like it, the brightest colours.',
    paper: paper('Liu et al. 2022, Compositional Visual Generation', '2206.01714'),
    experiment: on(
      [1, 2, 4].map((w) => multistep(w, {}, 16)),
      { prompt: 'style micah', negative: 'black hair', count: 8, reference: 0 },
    ),
  },
  jumps: {
    title: 'A sampler for another kind of model',
    claim:
      'LCM jumps to the end at every step and adds noise anew, which is made for networks distilled to jump. This one is not, and at twelve steps its pictures are none the worse for it: as with Euler’s ancestral steps, later ones mend what earlier ones got wrong. Only Euler without noise keeps the faces of a many-step solution.',
    paper: paper('Luo et al. 2023, Latent Consistency Models', '2310.04378'),
    experiment: on(
      (['euler', 'euler_ancestral', 'lcm'] as const).map((id) => newPictureContender(id, 12, 3)),
      { reference: 0 },
    ),
  },
} as const satisfies Record<string, PicturesPreset>;
export type PicturesPresetId = keyof typeof picturesPresets;
