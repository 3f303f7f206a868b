import { contenderPlan, referenceContender, type ContenderPlan } from '../config/contender.ts';
import type { Contender } from '../config/experiment.ts';
import { formatGuidance } from '../../../samplers/contenders/text.ts';
import type { ModelId } from '../../../models/index.ts';
import type { ModelCard } from '../../../models/types.ts';
import { type Problem } from '../../../engine/diffusion/problem.ts';
import { shared } from '../../../core/cancel.ts';

const MOST_KEPT = 12;

/** Whose guidance: a contender, or nobody in particular. */
type Guided = Pick<Contender, 'guide'>;
/** Whose flow is solved: the closed form's, or that of the denoiser at hand, which is another where it is learned. */
type Flow = 'exact' | 'own';
const keyOf = (seed: number, guided: Guided, flow: Flow): string => `${seed} ${flow} ${formatGuidance(guided)}`;

/** The plan of the high-accuracy solution. */
export const referencePlan = (card: ModelCard, guided: Guided): ContenderPlan =>
  contenderPlan(
    { ...referenceContender(card.id as ModelId), ...(guided.guide && { guide: guided.guide }) },
    card.id as ModelId,
  );

/**
 * The high-accuracy solution from the same noise that paired errors are measured against: the card's solver on a
 * log-uniform grid over the model's whole range, ending with the same step from σ_min to 0 that every contender takes,
 * so that what differs is the discretisation alone. A learned plane model is measured against its closed form's
 * solution: there the network's own error is what remains at many steps. A contender with a guidance of its own has a
 * solution of its own. Kept per seed and guidance while the problem lives.
 */
export class References {
  readonly #problem: Problem;
  readonly #kept = new Map<string, Promise<Float32Array>>();

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  has(seed: number, guided: Guided = {}): boolean {
    return this.#kept.has(keyOf(seed, guided, 'exact'));
  }

  get(seed: number, signal: AbortSignal, guided: Guided = {}, flow: Flow = 'exact'): Promise<Float32Array> {
    return shared(() => this.#solve(seed, guided, flow, signal), signal);
  }

  #solve(seed: number, guided: Guided, flow: Flow, signal: AbortSignal): Promise<Float32Array> {
    const key = keyOf(seed, guided, flow);
    const known = this.#kept.get(key);
    if (known) return known;
    const { card } = this.#problem.key;
    const plan = referencePlan(card, guided);
    const solving = this.#problem.run(plan.ops, { seed, signal, exact: flow === 'exact' }).then((done) => done.x);
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, solving);
    solving.catch(() => this.#kept.delete(key));
    return solving;
  }
}
