import { contenderPlan, newContender } from '../config/contender.ts';
import type { ModelId } from '../../../models/index.ts';
import { type Problem } from '../../../engine/diffusion/problem.ts';
import { shared } from '../../../core/cancel.ts';

const MOST_KEPT = 12;

/**
 * The high-accuracy solution from the same noise that paired errors are measured against: the card's solver on a
 * log-uniform grid over the model's whole range, ending with the same step from σ_min to 0 that every contender takes,
 * so that what differs is the discretisation alone. A learned plane model is measured against its closed form's
 * solution: there the network's own error is what remains at many steps. Kept per seed while the problem lives.
 */
export class References {
  readonly #problem: Problem;
  readonly #kept = new Map<number, Promise<Float32Array>>();

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  has(seed: number): boolean {
    return this.#kept.has(seed);
  }

  get(seed: number, signal: AbortSignal): Promise<Float32Array> {
    return shared(() => this.#solve(seed, signal), signal);
  }

  #solve(seed: number, signal: AbortSignal): Promise<Float32Array> {
    const known = this.#kept.get(seed);
    if (known) return known;
    const { card } = this.#problem.key;
    const plan = contenderPlan(
      newContender(
        card.reference.sampler,
        card.reference.steps,
        'exponential',
        card.reference.sampler === 'unipc' ? { order: 3 } : {},
      ),
      card.id as ModelId,
    );
    const solving = this.#problem.run(plan.ops, { seed, signal, exact: true }).then((done) => done.x);
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(seed, solving);
    solving.catch(() => this.#kept.delete(seed));
    return solving;
  }
}
