// Methods of guidance on published models. A contender's weight, φ and interval are its own settings whatever the method;
// what a method has beside them lies with its name. CFG is what a contender without one has.
import type { ParamValue } from '../../../core/field.ts';
import type { FieldTable } from '../../../samplers/contenders/contender.ts';
import { newGuidance } from '../../../samplers/contenders/contender.ts';
import type { OwnGuidance } from '../../../samplers/contenders/types.ts';
import { weightAt } from '../../../models/guidance.ts';
import { isListed, samplers } from '../../../samplers/diffusion/index.ts';
import { evaluationsOf } from '../../../samplers/diffusion/registers.ts';
import type { Evaluate, Op } from '../../../samplers/diffusion/types.ts';
import { guidePlan } from '../../../samplers/guidance/rewrite.ts';
import { commonFields, type CommonParams } from '../../../samplers/guidance/common.ts';
import { guidanceIds, guidanceOf, type GuidanceId } from '../../../samplers/guidance/index.ts';
import type { PictureContender } from './experiment.ts';

/** What all methods have: a contender's settings, but for the prediction that φ rescales, which is the network's own. */
const common: readonly string[] = Object.keys(commonFields());

/** A method's own fields. `avoid` names a class: networks that read text keep away from the negative prompt. */
export const ownFields = (method: GuidanceId, readsText: boolean): FieldTable =>
  Object.fromEntries(
    Object.entries(guidanceOf(method).params as FieldTable).filter(
      ([key]) => !common.includes(key) && !(readsText && key === 'avoid'),
    ),
  );

/** A method with what it has of its own, at its defaults unless given. */
export function methodOf(method: GuidanceId, given: Readonly<Record<string, ParamValue>> = {}): OwnGuidance {
  const { params } = newGuidance(method, given);
  return { method, params: Object.fromEntries(Object.entries(params).filter(([key]) => !common.includes(key))) };
}

/** CFG and its settings under names of their own: none is another method here. */
export const settingsOfCfg: ReadonlySet<GuidanceId> = new Set(['cfg', 'rescale', 'interval']);
/** No published model comes with a weaker one. */
const absent: ReadonlySet<GuidanceId> = new Set(['autoguidance']);
/** What a menu offers beside CFG. */
export const methodsOffered: readonly GuidanceId[] = guidanceIds.filter(
  (id) => !settingsOfCfg.has(id) && !absent.has(id),
);

/** A sampler that asks what the network says without its prompt, whatever the method. */
export const isPlusPlus = ({ sampler }: Pick<PictureContender, 'sampler'>): boolean => sampler.endsWith('_cfg_pp');
/** Whether evaluations are asked side by side, and not as one guided answer. */
export const asksByRole = (c: Pick<PictureContender, 'sampler' | 'guide'>): boolean =>
  c.guide !== undefined || isPlusPlus(c);

/** A sampler's instructions under a contender's guidance. One that asks for no side is left to the network's own CFG. */
export function guidedBy(
  c: PictureContender,
  ops: readonly Op[],
  skip: (sigma: number) => number = () => 0,
): readonly Op[] {
  if (!asksByRole(c)) return ops;
  const params = {
    ...c.guide?.params,
    ...{ w: c.guidance, phi: c.rescale, from: c.guideAbove, to: c.guideUpTo },
  } as unknown as CommonParams;
  return guidePlan(ops, guidanceOf(c.guide?.method ?? 'cfg'), params, skip);
}

/** Why published models are not run by it, as the middle of a sentence; null where they are. */
export function whyNoPlan({ sampler }: Pick<PictureContender, 'sampler'>): string | null {
  if (isListed(sampler)) return null;
  return `${samplers[sampler].title} decides as it goes, by its own numbers; published models are run by plans that are known before`;
}

/** Passes of the network that a plan's evaluations take, as far as they are known before the network is. */
export function passesOfPlan(c: PictureContender, own: readonly Op[]): number {
  const interval = { above: c.guideAbove, upTo: c.guideUpTo };
  const whole = ({ role = 'main', sigma }: Evaluate): boolean =>
    role === 'main' && weightAt(c.guidance, interval, sigma) !== 1;
  return guidedBy(c, own)
    .flatMap(evaluationsOf)
    .reduce((n, e) => n + (whole(e) ? 2 : 1), 0);
}

/** Contenders of one key are guided alike. */
export const guidanceKey = (c: PictureContender): string =>
  JSON.stringify([
    c.guidance,
    c.rescale,
    c.guideAbove,
    String(c.guideUpTo),
    ...(c.guide ? [c.guide.method, c.guide.params] : []),
    ...(isPlusPlus(c) ? ['CFG++'] : []),
  ]);

/** What is known of a network's answers. */
export interface Answers {
  readonly title: string;
  /** A guidance weight was distilled into it. */
  readonly told: boolean;
  /** Why it cannot be guided; null where it can. */
  readonly unguided: string | null;
  readonly readsText: boolean;
  /** Classes that it tells apart; null without. */
  readonly classes: number | null;
}

const nameOf = (c: PictureContender): string =>
  c.guide ? guidanceOf(c.guide.method).title : samplers[c.sampler].title;

/** Why a network does not answer as a contender asks, in a sentence; null where it does. */
export function whyUnanswered(c: PictureContender, { title, told, unguided, classes, readsText }: Answers) {
  if (!asksByRole(c)) return null;
  if (c.guide?.method === 'autoguidance')
    return `${title} comes without a weaker network, from which autoguidance leads away.`;
  if (told)
    return `${title} is told one weight of guidance and answers once: ${nameOf(c)} needs an answer without the prompt, too.`;
  if (unguided !== null) return `${title} cannot be guided by ${nameOf(c)}: ${unguided}.`;
  const { avoid } = c.guide?.params ?? {};
  return c.guide?.method === 'perp_neg' && !readsText && classes !== null && !((avoid as number) < classes)
    ? `${title} has no class ${String(avoid)} to keep away from: its classes are 0 to ${classes - 1}.`
    : null;
}

/** What a reader should know of a contender's guidance before trusting its pictures. */
export function guidanceRemarks(
  c: PictureContender,
  network: Answers & { readonly factor: number },
  negative: string,
): readonly string[] {
  const why = whyUnanswered(c, network);
  if (why !== null) return [`${why} This contender is left out.`];
  return [
    ...(isPlusPlus(c) && c.guidance > 1
      ? ['CFG++ is made for weights from 0 to 1: 0.6 is about as strong as 7.5 is with CFG.']
      : []),
    ...(c.guide?.method === 'perp_neg' && network.readsText && negative.trim() === ''
      ? ['Without a negative prompt there is nothing to keep away from: this is CFG, at three passes an evaluation.']
      : []),
    ...(c.guide?.method === 'dynamic_thresholding' && network.factor > 1
      ? ['It brings numbers into the range of pictures; latents have none. “CFG, mimicking a weight” is made for them.']
      : []),
  ];
}
