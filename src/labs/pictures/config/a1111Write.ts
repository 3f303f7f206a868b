// A contender's settings as A1111's web UI writes them beside a picture, so that other programs can read them; a1111.ts
// reads them back.
import { contenderFields } from '../../../samplers/contenders/contender.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import type { Sampler } from '../../../samplers/diffusion/types.ts';
import { guidanceOf } from '../../../samplers/guidance/index.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import type { Written } from './python.ts';
import { toolNames } from './toolNames.ts';

export interface ParametersContext {
  /** Which of the pictures, from 0. */
  readonly picture: number;
  /** Of the picture. */
  readonly width: number;
  readonly height: number;
  /** The model's name, for the reader. */
  readonly model: string;
  readonly version: string;
}

/** Samplers that walk their own times there, whatever schedule is chosen: leading ones. */
const ofTimes: readonly PictureContender['sampler'][] = ['ddim', 'unipc', 'lcm', 'pndm'];

/** A value that holds a comma, a colon or a line end is written as JSON. */
const quoted = (text: string): string => (/[,:\n"]/.test(text) ? JSON.stringify(text) : text);

/** Settings that have keys of their own there: η and ρ, where they are not the usual ones. */
const usual = ({ params, scheduleParams }: ReturnType<typeof contenderFields>) => ({
  eta: params['eta']?.default,
  rho: scheduleParams['rho']?.default,
});
function apart(c: PictureContender): readonly (readonly [key: string, value: string])[] {
  const { eta, rho } = usual(contenderFields(c));
  return [
    ...(c.params['eta'] === eta ? [] : [[c.sampler === 'ddim' ? 'Eta DDIM' : 'Eta', String(c.params['eta'])] as const]),
    ...(c.scheduleParams['rho'] === rho ? [] : [['Schedule rho', String(c.scheduleParams['rho'])] as const]),
  ];
}
function withoutThem(c: PictureContender): PictureContender {
  const { eta, rho } = usual(contenderFields(c));
  return {
    ...c,
    params: { ...c.params, ...(eta !== undefined && { eta }) },
    scheduleParams: { ...c.scheduleParams, ...(rho !== undefined && { rho }) },
  };
}

/** Sampler and schedule by their names there, or why there are none. */
function names(c: PictureContender): readonly (readonly [key: string, value: string])[] | string {
  const { sampler, schedule } = toolNames(withoutThem(c), 'A1111');
  if (sampler === undefined) return `A1111 has no name for ${samplers[c.sampler].title} with these settings.`;
  if (ofTimes.includes(c.sampler))
    return c.schedule === 'uniform' && c.scheduleParams['spacing'] === 'leading'
      ? [['Sampler', sampler]]
      : `A1111 walks ${sampler} over leading times of training alone.`;
  return schedule === undefined
    ? 'A1111 has no name for this schedule.'
    : [
        ['Sampler', sampler],
        ['Schedule type', schedule],
      ];
}

/** Lines that would be read as something else. */
const MISREAD = /^\s*Negative prompt:/m;
function obstacle(e: PicturesExperiment, c: PictureContender, picture: number): string | null {
  if (e.start) return 'The picture that it started from cannot be written down.';
  if (c.guide) return `A1111 has no words for ${guidanceOf(c.guide.method).title}.`;
  const sampler: Sampler = samplers[c.sampler];
  if (sampler.adaptive) return `${sampler.title} chooses its own steps, which A1111 does by other rules.`;
  if (c.guideAbove > 0 || c.guideUpTo < Infinity) return 'A1111 guides at every level, and this contender does not.';
  if (e.noise !== 'ours' && !e.perPicture && picture > 0)
    return 'A1111 has a seed for each picture, and these share one generator.';
  return MISREAD.test(e.prompt) || MISREAD.test(e.negative)
    ? 'A line of its prompt begins with “Negative prompt:”, which would be taken for the other.'
    : null;
}

/** The text, or a sentence that says why there is none. */
export function parametersText(e: PicturesExperiment, c: PictureContender, context: ParametersContext): Written {
  const because = obstacle(e, c, context.picture);
  if (because !== null) return { because };
  const named = names(c);
  if (typeof named === 'string') return { because: named };
  const seed = e.noise !== 'ours' && e.perPicture ? (e.seed + context.picture) % 2 ** 32 : e.seed;
  const settings: readonly (readonly [key: string, value: string | number])[] = [
    ['Steps', c.steps],
    ...named,
    ['CFG scale', c.guidance],
    ...apart(c),
    ...(c.rescale > 0 ? [['CFG rescale', c.rescale] as const] : []),
    ['Seed', seed],
    ['Size', `${context.width}x${context.height}`],
    ['Model', quoted(context.model)],
    ...(e.clipSkip > 0 ? [['Clip skip', e.clipSkip + 1] as const] : []),
    ...(e.noise === 'torch-cpu' ? [['RNG', 'CPU'] as const] : []),
    ...(e.noise === 'ours' ? [['Noise source', 'Stepscope'] as const] : []),
    ...(e.count > 1
      ? [['Batch size', e.count] as const, ...(context.picture > 0 ? [['Batch pos', context.picture] as const] : [])]
      : []),
    ['Version', quoted(`Stepscope ${context.version}`)],
  ];
  const lines = [
    e.prompt.toWellFormed(),
    ...(e.negative === '' ? [] : [`Negative prompt: ${e.negative.toWellFormed()}`]),
    settings.map(([key, value]) => `${key}: ${value}`).join(', '),
  ];
  return { text: lines.join('\n') };
}
