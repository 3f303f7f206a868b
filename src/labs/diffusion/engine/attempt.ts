import { contenderPlan, type ContenderPlan } from '../config/contender.ts';
import { formatGuidance } from '../../../samplers/contenders/text.ts';
import { fittedElsewhere } from '../../../samplers/contenders/wrapping.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { assertSound, soundly } from '../../../engine/diffusion/attempts.ts';
import { modelCard } from '../../../models/index.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import type { Sampler } from '../../../samplers/diffusion/types.ts';

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

/** A sampler that cannot run on this model's samples with its parameters. */
export class UnsuitedError extends Error {
  override readonly name = 'UnsuitedError';
  readonly hint = 'Set its parameters for samples of this kind, or take another sampler.';
}

/** What a run is asked beside its contenders. */
type Asked = Pick<Experiment, 'model' | 'label' | 'guidance'>;

/** What a fit of guidance belongs to beside the model. */
export const guidedBy = ({ label, guidance }: Asked, c: Contender): string =>
  `${label} ${guidance} ${formatGuidance(c)}`;

/**
 * The contender's plan; PlanError where it holds a number that no device can use, FittedElsewhereError where it was
 * fitted to another model than the one of that `identity` (or under another guidance, where that counts),
 * WrappedAdaptiveError where wrappers have nothing to rewrite.
 */
export function soundPlan(c: Contender, asked: Asked, identity: string, steps = c.steps): ContenderPlan {
  const foreign = fittedElsewhere(c, identity, guidedBy(asked, c));
  if (foreign !== null) throw new FittedElsewhereError(foreign);
  const sampler: Sampler = samplers[c.sampler];
  const unsuited = sampler.refuses?.(modelCard(asked.model).shape.dim, c.params) ?? null;
  if (unsuited !== null) throw new UnsuitedError(`${c.sampler}: ${unsuited}`);
  const plan = contenderPlan(c, asked.model, steps);
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
