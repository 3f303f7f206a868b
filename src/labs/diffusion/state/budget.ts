// The same evaluations for all: every contender gets the most steps that a budget buys it.
import { choosesCost, contenderSigmas, stepsForBudget } from '../config/contender.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { stretched } from '../../../samplers/contenders/fitted.ts';
import { experimentStore, undoable } from './experimentStore.ts';

/**
 * A contender at a budget; one of which a single step costs more keeps that single step, and one whose cost is known only
 * afterwards stays as it is.
 */
export function atBudget(c: Contender, model: Experiment['model'], budget: number): Contender {
  if (choosesCost(c)) return c;
  const steps = Math.max(1, stepsForBudget(c, model, budget));
  return c.schedule === 'explicit' ? stretched(c, contenderSigmas(c, model, steps)) : { ...c, steps };
}

export function matchBudget(budget: number): void {
  const { experiment } = experimentStore.getState();
  const contenders = experiment.contenders.map((c) => atBudget(c, experiment.model, budget));
  undoable.change('budget', { ...experiment, contenders });
}
