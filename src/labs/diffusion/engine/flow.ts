// The probability flow that a contender's samples are judged under: its own guidance, from the level it starts at down to the model's least.
import { assertFlow, FlowError, type Flow } from '../../../engine/diffusion/likelihood.ts';
import { rolesOf } from '../../../models/roles.ts';
import { guidedOps } from '../../../samplers/contenders/contender.ts';
import { isListed, planOps, samplers } from '../../../samplers/diffusion/index.ts';
import { guidanceOf } from '../../../samplers/guidance/index.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { contenderSigmas } from '../config/contender.ts';
import { modelCard } from '../config/menus.ts';

const HINT =
  'Guide it by a method without a memory, or take another sampler; its samples can be judged by the other metrics.';

/** Refuses a contender whose slope is no function of a point and its level. */
export function contenderFlow(
  c: Contender,
  { model, learned, label }: Pick<Experiment, 'model' | 'learned' | 'label'>,
): Flow {
  const card = modelCard(model);
  const sigmas = contenderSigmas(c, model);
  if (c.guide && guidanceOf(c.guide.method).stepwise?.(c.guide.params as never))
    throw new FlowError(
      `its guidance, ${guidanceOf(c.guide.method).title}, looks at the step it is in: no flow of its own belongs to it`,
      HINT,
    );
  // One that decides as it goes has no list here, and asks nobody but the model itself.
  const renoised =
    isListed(c.sampler) &&
    planOps(samplers[c.sampler], sigmas, c.params).some((op) => op.op === 'eval' && op.role === 'null');
  if (renoised && rolesOf(card, learned, label).has('null'))
    throw new FlowError(
      `${samplers[c.sampler].title} goes along one slope and renoises along another: no flow of its own belongs to it`,
      HINT,
    );
  const flow: Flow = { min: card.range.min, max: sigmas[0]!, guide: (ops) => guidedOps(c, ops) };
  assertFlow(flow);
  return flow;
}
