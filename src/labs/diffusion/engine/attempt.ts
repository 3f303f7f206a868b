import { contenderPlan, type ContenderPlan } from '../config/contender.ts';
import type { Contender } from '../config/experiment.ts';
import { assertSound } from '../../../engine/diffusion/attempts.ts';
import type { ModelId } from '../../../models/index.ts';

export { attempts, PlanError, type Attempts, type Dropped } from '../../../engine/diffusion/attempts.ts';

/** A wrapper's numbers that were fitted to another model. */
export class FittedElsewhereError extends Error {
  override readonly name = 'FittedElsewhereError';
  readonly hint = 'Fit it on this model, or take the wrapper off.';
}

/**
 * The contender's plan; PlanError where it holds a number that no device can use, FittedElsewhereError where it was
 * fitted to another model than the one of that `identity`.
 */
export function soundPlan(c: Contender, model: ModelId, identity: string, steps = c.steps): ContenderPlan {
  const foreign = c.wraps?.find(({ fitted }) => fitted && fitted.model !== identity);
  if (foreign)
    throw new FittedElsewhereError(
      `'${foreign.id}' was fitted to a model whose weights begin with ${foreign.fitted!.model}; here they are ${identity}`,
    );
  const plan = contenderPlan(c, model, steps);
  assertSound(plan.ops, steps);
  return plan;
}
