import { contenderPlan, type ContenderPlan } from '../config/contender.ts';
import type { Contender } from '../config/experiment.ts';
import { assertSound, soundly } from '../../../engine/diffusion/attempts.ts';
import type { ModelId } from '../../../models/index.ts';

export { attempts, PlanError, type Attempts, type Dropped } from '../../../engine/diffusion/attempts.ts';

/** The contender's plan; PlanError where it holds a number that no device can use. */
export function soundPlan(c: Contender, model: ModelId, steps = c.steps): ContenderPlan {
  const plan = contenderPlan(c, model, steps);
  assertSound(plan.ops, steps);
  const { adaptive } = plan;
  return adaptive ? { ...plan, adaptive: () => soundly(adaptive()) } : plan;
}
