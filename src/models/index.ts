import type { ModelCard, ModelShape, SigmaRange } from './types.ts';

const plane: ModelShape = { kind: 'point', dim: 2 };
const planeRange: SigmaRange = { min: 0.02, max: 20 };
const imageRange: SigmaRange = { min: 0.02, max: 80 };
const planeSamples = { default: 512, max: 16384 };
const exactPlane = {
  shape: plane,
  range: planeRange,
  classes: [],
  guidance: false,
  samples: planeSamples,
  reference: { sampler: 'rk4', steps: 128 },
} as const;
const digitShape: ModelShape = { kind: 'image', dim: 784, channels: 1, height: 28, width: 28 };

/**
 * Everything that can be sampled. One entry here and the model appears in the menu, the links, the tests and the
 * tables.
 */
export const models = {
  ring8: {
    ...exactPlane,
    id: 'ring8',
    title: 'Ring of 8 Gaussians',
    kind: 'mixture',
    learned: true,
    folder: 'mlp2d',
    view: 3,
    classes: ['right', 'top', 'left', 'bottom'],
    summary:
      'Eight equal Gaussians on a circle; the denoiser is known exactly, so every error you see is the sampler’s.',
  },
  grid4: {
    ...exactPlane,
    id: 'grid4',
    title: 'Four Gaussians',
    kind: 'mixture',
    learned: true,
    folder: 'mlp2d',
    view: 3,
    classes: ['left', 'right'],
    summary: 'Four equal Gaussians at the corners of a square: the smallest target with modes to choose between.',
  },
  unbalanced: {
    ...exactPlane,
    id: 'unbalanced',
    title: 'Unbalanced mixture',
    kind: 'mixture',
    learned: true,
    folder: 'mlp2d',
    view: 3,
    classes: ['centre', 'upper', 'lower'],
    summary: 'Five Gaussians of different weight and width: shows which samplers keep the rare and the narrow modes.',
  },
  moons: {
    ...exactPlane,
    id: 'moons',
    title: 'Two moons',
    kind: 'points',
    learned: true,
    folder: 'mlp2d',
    view: 3,
    summary: 'Two interleaved half circles given by 2,048 points; the denoiser is exact attention over them.',
  },
  spiral: {
    ...exactPlane,
    id: 'spiral',
    title: 'Spiral',
    kind: 'points',
    learned: true,
    folder: 'mlp2d',
    view: 3.2,
    summary: 'A spiral of 2,048 points: thin and curved, so a coarse sampler visibly falls off the curve.',
  },
  checkerboard: {
    ...exactPlane,
    id: 'checkerboard',
    title: 'Checkerboard',
    kind: 'points',
    learned: true,
    folder: 'mlp2d',
    view: 2.8,
    summary: 'Alternate squares of a board filled with 2,048 points: sharp edges show smearing and drift.',
  },
  drawn: {
    ...exactPlane,
    id: 'drawn',
    title: 'Your drawing',
    kind: 'drawn',
    learned: false,
    view: 3,
    summary: 'Draw points in the plane and sample from them at once: the denoiser is exact for any drawing.',
  },
  digits_exact: {
    id: 'digits_exact',
    title: 'Digits, exact',
    kind: 'dataset',
    learned: false,
    folder: 'digits-set',
    halves: true,
    real: 'digits-set',
    features: 'digits-features',
    summary:
      'The ideal denoiser of a set of handwritten digits: no network, so a perfect sampler returns images of the set.',
    shape: digitShape,
    range: imageRange,
    classes: [],
    guidance: false,
    samples: { default: 16, max: 256 },
    reference: { sampler: 'rk4', steps: 32 },
  },
  digits: {
    id: 'digits',
    title: 'Digits, transformer',
    kind: 'network',
    learned: false,
    folder: 'digits',
    weak: 'digits-weak',
    real: 'digits-set',
    network: { blocks: 4, tokens: 49, across: 7, d: 96, hidden: 384, per: 16 },
    features: 'digits-features',
    summary: 'A small diffusion transformer trained on handwritten digits, run by hand-written kernels.',
    shape: digitShape,
    range: imageRange,
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    guidance: true,
    samples: { default: 16, max: 1024 },
    reference: { sampler: 'unipc', steps: 64 },
  },
  avatars: {
    id: 'avatars',
    title: 'Avatars, transformer',
    kind: 'network',
    learned: false,
    folder: 'avatars',
    weak: 'avatars-weak',
    network: { blocks: 5, tokens: 64, across: 8, d: 128, hidden: 512, per: 48 },
    features: 'avatars-features',
    summary: 'A small diffusion transformer trained on eight styles of drawn avatars, in colour at 32×32.',
    shape: { kind: 'image', dim: 3072, channels: 3, height: 32, width: 32 },
    range: imageRange,
    classes: ['pixelArt', 'thumbs', 'adventurer', 'bigSmile', 'miniavs', 'personas', 'micah', 'funEmoji'],
    guidance: true,
    samples: { default: 16, max: 512 },
    reference: { sampler: 'unipc', steps: 64 },
  },
} as const satisfies Record<string, ModelCard>;

export type ModelId = keyof typeof models;
export const modelIds = Object.keys(models) as readonly ModelId[];

/** Whether no class means the whole target; elsewhere it means every class in turn. */
export const wholeWithoutClass = ({ kind }: ModelCard): boolean => kind === 'mixture';

/** The card of a model as the common type (the registry's own entries are literals). */
export const modelCard = (id: ModelId): ModelCard => models[id];
