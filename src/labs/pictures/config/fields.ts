import { booleanField, choiceField, numberField, type NumberField } from '../../../core/field.ts';
import { weightFormats } from '../../../core/weightFormat.ts';
import { LEAST_LEVEL, LEVELS_BELOW } from '../../../schedules/explicit.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import type { Opening } from './model.ts';

export { MAX_CONTENDERS, MAX_STEPS, stepsField } from '../../../samplers/contenders/fields.ts';

/** Characters of a prompt. */
export const MAX_PROMPT = 2000;
export const MAX_BUDGETS = 24;
/** Characters of a start picture's name. */
export const MAX_NAME = 200;
export const SIDE_STEP = 8;
export const MAX_SIDE = 2048;

/** −0 is 0: links write both alike. */
const number = (o: Parameters<typeof numberField>[0]): NumberField => {
  const field = numberField(o);
  return {
    ...field,
    parse: (text) => {
      const value = field.parse(text);
      return value === 0 ? 0 : value;
    },
  };
};

/** A side of the picture: 0 for the model's own, else a whole number of the latents' pixels. */
function sideField(label: string, native: number | null): NumberField {
  const field = number({
    label,
    help: `In pixels, in steps of ${SIDE_STEP}; 0 takes the size that the model was made for${native === null ? '' : `, ${native}`}.`,
    default: 0,
    min: 0,
    max: MAX_SIDE,
    step: SIDE_STEP,
    integer: true,
    unit: 'px',
  });
  return {
    ...field,
    parse: (text) => {
      const side = field.parse(text);
      return side !== undefined && side % SIDE_STEP === 0 ? side : undefined;
    },
  };
}

/** The scalar fields that all contenders share; what a reader starts from depends on the model. */
export function picturesFields({ size, count, reference }: Pick<Opening, 'size' | 'count' | 'reference'>) {
  return {
    width: sideField('Width', size),
    height: sideField('Height', size),
    count: number({
      label: 'Pictures',
      help: 'How many pictures each contender makes; picture i has the same noise for every contender.',
      default: count,
      min: 1,
      max: 16,
      integer: true,
    }),
    seed: number({
      label: 'Seed',
      help: 'Numbers the noise: the same seed gives every contender the same starting noise.',
      default: 0,
      min: 0,
      max: 2 ** 32 - 1,
      integer: true,
    }),
    noise: choiceField({
      label: 'Noise',
      help: 'Whose random numbers the pictures start from: this page’s own, or those of PyTorch, so that a picture made elsewhere can be made again.',
      default: 'ours',
      options: [
        ['ours', 'this page’s'],
        ['torch-cpu', 'PyTorch on a CPU'],
        ['torch-cuda', 'PyTorch on CUDA'],
      ],
    }),
    perPicture: booleanField({
      label: 'A seed for each picture',
      help: 'Picture i has a generator of its own with seed + i, as the usual interfaces do; else one generator makes all of them, one after the other.',
      default: false,
    }),
    conventions: choiceField({
      label: 'Conventions',
      help: 'Exact noise levels and ends, or whole-number times and ends as the schedulers of diffusers have them.',
      default: 'exact',
      options: [
        ['exact', 'exact'],
        ['diffusers', 'as diffusers'],
      ],
    }),
    clipSkip: number({
      label: 'CLIP skip',
      help: 'How many layers at the end of the text encoder are left out; 0 takes what the model was trained with.',
      default: 0,
      min: 0,
      max: 11,
      integer: true,
    }),
    label: number({
      label: 'Class',
      help: 'The class that models without a prompt are told; −1 takes every class in turn.',
      default: -1,
      min: -1,
      max: 2 ** 20 - 1,
      integer: true,
    }),
    reference: number({
      label: 'Reference steps',
      help: 'Steps of the solution from the same noise that every contender is measured against; 0 measures nothing and costs nothing.',
      default: reference,
      min: 0,
      max: 1000,
      integer: true,
    }),
    format: choiceField({
      label: 'Weights',
      help: 'How the weights are kept on the GPU. Fewer bits: less memory and often faster, at a measured loss.',
      default: 'auto',
      options: (['auto', ...weightFormats] as const).map(
        (f) => [f, { auto: 'what fits', f32: '32-bit', f16: '16-bit', int8: '8-bit', int4: '4-bit' }[f]] as const,
      ),
    }),
  };
}

const ALL = '∞';
/** What a contender has of its own beside its sampler; the usual weight depends on the model. */
export function guidanceFields(guidance: number) {
  const upTo = number({
    label: 'Guided up to σ',
    help: 'Guidance acts at noise levels from here down; empty for every level.',
    default: Infinity,
    min: LEAST_LEVEL,
    max: LEVELS_BELOW,
    step: 0.1,
  });
  return {
    guidance: number({
      label: 'Guidance',
      help: 'Classifier-free guidance weight: 1 follows the prompt as the model learned it, more pushes towards it and away from the negative prompt, and doubles the cost.',
      default: guidance,
      min: 0,
      max: 30,
      step: 0.1,
    }),
    rescale: number({
      label: 'Rescale φ',
      help: 'How far the contrast of guided pictures is brought back to that of unguided ones: 0 not at all, 1 wholly.',
      default: 0,
      min: 0,
      max: 1,
      step: 0.05,
    }),
    guideAbove: number({
      label: 'Guided above σ',
      help: 'Guidance acts at noise levels above this one; 0 for every level.',
      default: 0,
      min: 0,
      max: LEVELS_BELOW,
      step: 0.1,
    }),
    guideUpTo: {
      ...upTo,
      parse: (text: string) => (['', ALL].includes(text.trim()) ? Infinity : upTo.parse(text)),
      format: (value: number) => (value === Infinity ? ALL : upTo.format(value)),
    },
  };
}

/** Noise level that a start picture is brought to. */
export const startField = number({
  label: 'Start at σ',
  help: 'How much noise the start picture gets: little keeps it, much leaves only its layout.',
  default: 5,
  min: LEAST_LEVEL,
  max: LEVELS_BELOW,
  log: true,
});
/** The same on a model: no level lies outside its own. */
export const startFieldOn = ({ min, max }: SigmaRange): NumberField =>
  number({
    label: startField.label,
    help: `${startField.help} This model’s levels go up to ${Number(max.toPrecision(4))}.`,
    default: Math.min(startField.default, max),
    // Its least level leaves nothing to do.
    min: Number((2 * min).toPrecision(2)),
    max,
    log: true,
  });
