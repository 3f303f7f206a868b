// What a log-likelihood costs, said before it is spent.
import { FEWEST_STEPS, likelihoodNfe, PROBES_A_PLAN } from './plan.ts';

/** How finely the flow is followed, and by how many random probes where a trace is not exact. */
export interface LikelihoodSettings {
  readonly steps: number;
  readonly probes: number;
}
export const LIKELIHOOD_LIMITS = { steps: [FEWEST_STEPS, 400], probes: [1, 32] } as const;

/** In the plane both axes are followed, so that the trace is exact; images have a number of random probes. */
export const isExact = (dim: number): boolean => dim <= PROBES_A_PLAN;
export const probesOf = (dim: number, { probes }: LikelihoodSettings): number => (isExact(dim) ? dim : probes);

/** Sizes of the plans that carry the probes between them. */
export function sharesOf(probes: number): number[] {
  const shares: number[] = [];
  for (let left = probes; left > 0; left -= PROBES_A_PLAN) shares.push(Math.min(left, PROBES_A_PLAN));
  return shares;
}

/** Evaluations of the guided model that one batch of samples takes. */
export const flowNfe = (dim: number, settings: LikelihoodSettings): number =>
  sharesOf(probesOf(dim, settings)).reduce((sum, share) => sum + likelihoodNfe(settings.steps, share), 0);
