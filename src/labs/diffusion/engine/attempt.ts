import { contenderPlan, type ContenderPlan } from '../config/contender.ts';
import type { Contender } from '../config/experiment.ts';
import { assertSound, soundly } from '../../../engine/diffusion/attempts.ts';
import type { ModelId } from '../../../models/index.ts';

export { attempts, PlanError, type Attempts, type Dropped } from '../../../engine/diffusion/attempts.ts';

/** A wrapper's numbers that were fitted to another model. */
export class FittedElsewhereError extends Error {
  override readonly name = 'FittedElsewhereError';
  readonly hint = 'Fit it on this model, or take the wrapper off.';
}

/** Wrappers rewrite a list of instructions, and a sampler that chooses its own steps has none before it runs. */
export class WrappedAdaptiveError extends Error {
  override readonly name = 'WrappedAdaptiveError';
  readonly hint = 'Take its wrappers off, or another sampler.';
}

/**
 * The contender's plan; PlanError where it holds a number that no device can use, FittedElsewhereError where it was
 * fitted to another model than the one of that `identity`, WrappedAdaptiveError where wrappers have nothing to rewrite.
 */
export function soundPlan(c: Contender, model: ModelId, identity: string, steps = c.steps): ContenderPlan {
  const foreign = c.wraps?.find(({ fitted }) => fitted && fitted.model !== identity);
  if (foreign)
    throw new FittedElsewhereError(
      `'${foreign.id}' was fitted to a model whose weights begin with ${foreign.fitted!.model}; here they are ${identity}`,
    );
  const plan = contenderPlan(c, model, steps);
  assertSound(plan.ops, steps);
  const { adaptive } = plan;
  if (adaptive && c.wraps)
    throw new WrappedAdaptiveError(
      `${c.sampler} chooses its own steps, and '${c.wraps.map(({ id }) => id).join("', '")}' rewrites steps that are known`,
    );
  if (!adaptive) return plan;
  const { registers } = adaptive;
  const begin = () => soundly(adaptive());
  return { ...plan, adaptive: registers === undefined ? begin : Object.assign(begin, { registers }) };
}
