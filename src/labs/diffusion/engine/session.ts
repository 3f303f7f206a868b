import type { Contender, Experiment } from '../config/experiment.ts';
import { modelCard } from '../../../models/index.ts';
import { Judge } from '../../../engine/diffusion/quality.ts';
import { type Backend, type Problem, type ProblemKey } from '../../../engine/diffusion/problem.ts';
import { shared } from '../../../core/cancel.ts';
import { guidanceOf } from '../../../samplers/guidance/index.ts';
import { wrapsAsk } from '../../../samplers/contenders/wrapping.ts';
import { References } from './reference.ts';

/** A prepared problem with what is worth keeping as long as it lives. */
export interface Prepared {
  readonly problem: Problem;
  readonly references: References;
  readonly judge: Judge;
}

const needsWeaker = (c: Contender): boolean =>
  (c.guide !== undefined && guidanceOf(c.guide.method).asks.includes('weak')) || wrapsAsk(c, 'weak');

/** `copies`: how often the same starts stand side by side. */
export function problemKey(e: Experiment, copies = 1): ProblemKey {
  return {
    card: modelCard(e.model),
    learned: e.learned,
    points: e.model === 'drawn' ? e.points : [],
    samples: e.samples * copies,
    ...(copies > 1 && { copies }),
    guidance: e.guidance,
    label: e.label,
    kernels: e.kernels,
    ...(e.contenders.some(needsWeaker) && { weaker: true }),
  };
}

/** Holds one prepared problem at a time; asking for another frees the first. */
export class Session {
  readonly backend: Backend;
  #key = '';
  #current: Promise<Prepared> | null = null;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  prepare(e: Experiment, signal: AbortSignal, copies = 1): Promise<Prepared> {
    return shared(() => this.#prepare(e, signal, copies), signal);
  }

  // Nothing is awaited before #current is set: two callers get one problem.
  #prepare(e: Experiment, signal: AbortSignal, copies: number): Promise<Prepared> {
    const key = problemKey(e, copies);
    const text = JSON.stringify({ ...key, card: key.card.id });
    if (this.#current && text === this.#key) return this.#current;
    this.#key = text;
    const making = this.clear()
      .then(() => this.backend.prepare(key, signal))
      .then((problem) => ({ problem, references: new References(problem), judge: new Judge(problem) }));
    this.#current = making;
    making.catch(() => {
      if (this.#current === making) this.#current = null;
    });
    return making;
  }

  /** Frees the prepared problem; resolves when its last run has ended. */
  async clear(): Promise<void> {
    const old = this.#current;
    this.#current = null;
    await old?.then(
      ({ problem }) => problem.destroy(),
      () => {},
    );
  }
}
