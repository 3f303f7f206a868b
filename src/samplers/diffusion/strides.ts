import { combine, noise, plainDraw, start } from './parts/ops.ts';
import type { Plan, Sampler } from './types.ts';

/** Steps that may end at another level than the next one begins at. */
export interface Strides {
  /** The level that each step begins at, and the one that it goes to. */
  readonly sigmas: readonly number[];
  readonly targets: readonly number[];
  /** What x̂ is multiplied by after each step, to be read at the next one's level. */
  readonly rescale: readonly number[];
}

/** Samplers whose step knows nothing of the one before. */
const memoryless: ReadonlySet<string> = new Set(['euler', 'ddim', 'ddpm', 'euler_ancestral']);

/**
 * The plan over such steps. Where each ends at the next one's level it is the sampler's own; else every step is a plan
 * by itself, and what it draws is a draw of its own: stretches that overlap are no increments of one path. RangeError
 * for a sampler that remembers its last steps, which would be at levels that no step began at.
 */
export function* stridesPlan(sampler: Sampler, { sigmas, targets, rescale }: Strides, params: object): Plan {
  if (sampler.adaptive)
    throw new RangeError(`${sampler.id} chooses its own steps; it cannot take those of a scheduler`);
  if (sigmas.every((_, i) => i === 0 || sigmas[i] === targets[i - 1])) {
    yield* sampler.plan([...sigmas, targets.at(-1)!], params);
    return;
  }
  if (!memoryless.has(sampler.id))
    throw new RangeError(
      `${sampler.id} cannot take steps that end at another level than the next begins at; ${[...memoryless].join(', ')} can`,
    );
  yield start(sigmas);
  for (const [i, s] of sigmas.entries())
    for (const op of sampler.plan([s, targets[i]!], params)) {
      if (op.op === 'noise') yield noise(plainDraw(i));
      else if (op.op !== 'mark') yield op;
      else if (op.step > 0) {
        if (rescale[i] !== 1) yield combine('x', [[rescale[i]!, 'x']]);
        yield { ...op, step: i + 1, sigma: sigmas[i + 1] ?? op.sigma };
      }
    }
}
