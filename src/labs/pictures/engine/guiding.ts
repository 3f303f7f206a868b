// A contender's plan as evaluations of a network's sides: with its prompt, without, and what guidance makes of them.
import type { Asked } from '../../../core/role.ts';
import { EMPTY, FREE, SAID, sideOfClass } from '../../../engine/pipeline/conditions.ts';
import type { GraphTexts } from '../../../models/diffusers/types.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { guidanceOf } from '../../../samplers/guidance/index.ts';
import { asksByRole, whyUnanswered, type Answers } from '../config/guidance.ts';
import type { PictureContender } from '../config/experiment.ts';

/** What guidance must know of a network. */
export interface GuidedNetwork extends Answers {
  /** What of x̂ its prediction leaves out, which is D − skip·x̂ but for a factor: φ rescales that, as diffusers does. */
  skip(sigma: number): number;
}

/** A network that does not answer as a contender asks. */
export class RolesError extends Error {
  override readonly name = 'RolesError';
  readonly hint = 'Take another method of guidance, another sampler, or another model.';
}
export function assertAnswers(c: PictureContender, network: Answers): void {
  const why = whyUnanswered(c, network);
  if (why !== null) throw new RolesError(why);
}

/** Whether guidance acts once a step, so that more steps are another law and lead to no one solution. */
export const actsOnceAStep = ({ guide }: PictureContender, ops: readonly Op[]): boolean =>
  (guide !== undefined && guidanceOf(guide.method).stepwise?.(guide.params as never) === true) ||
  ops.some((op) => op.op === 'eval' && op.role === 'null');

/**
 * The side that answers a role. The negative prompt is what guidance leads away from; for Perp-Neg it is another side,
 * and nothing at all is the one between.
 */
export function sideOf(c: PictureContender, { role, label }: Asked, { readsText }: Answers): string | undefined {
  switch (role) {
    case undefined:
    case 'main':
      return undefined;
    case 'class':
      return SAID;
    case 'null':
      return readsText && c.guide?.method === 'perp_neg' ? EMPTY : FREE;
    case 'negative':
      return readsText ? FREE : sideOfClass(label!);
    case 'weak':
      throw new RolesError('There is no weaker network here.');
    case 'source':
    case 'target':
    case 'posterior':
      throw new RolesError('Tasks on given data are the Diffusion lab’s.');
    default:
      return role satisfies never;
  }
}

/** What contenders ask of a network's sides. */
export interface Sides {
  /** Texts under which it answers alone. */
  readonly alone: readonly (keyof GraphTexts)[];
  /** Classes that are avoided. */
  readonly avoid: readonly number[];
}
export function sidesOf(contenders: readonly PictureContender[], network: Answers): Sides {
  const asking = contenders.filter((c) => asksByRole(c) && whyUnanswered(c, network) === null);
  const away = asking.filter((c) => c.guide?.method === 'perp_neg');
  const avoid = network.readsText ? [] : away.map((c) => c.guide!.params['avoid'] as number);
  return {
    alone: [
      ...(asking.length > 0 ? (['prompt', 'negative'] as const) : []),
      ...(network.readsText && away.length > 0 ? (['empty'] as const) : []),
    ],
    avoid: [...new Set(avoid)],
  };
}
