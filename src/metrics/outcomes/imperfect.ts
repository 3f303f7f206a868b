/**
 * Trying again until a verifier says yes, when it errs: it accepts right answers with `t` and wrong ones with `f`.
 * Inference Scaling fLaws, Stroebl et al. 2024, https://arxiv.org/abs/2411.17501. One difficulty p: of K tries at most,
 * the first accepted one stands, else nothing is said; with a = p·t + (1 − p)·f it is right with p·t·(1 − (1 − a)^K)/a
 * and wrong with (1 − p)·f·(1 − (1 − a)^K)/a, so however large the budget, right answers end at p·t/a.
 */
export interface Difficulty {
  /** Success rate of one try, and the share of problems that have it. */
  readonly p: number;
  readonly weight: number;
}
export interface Verifier {
  /** Share of right answers that it accepts, and of wrong ones. */
  readonly t: number;
  readonly f: number;
}

const accepts = (p: number, { t, f }: Verifier): number => p * t + (1 - p) * f;

/** Shares of problems answered right and wrong after at most `tries` (may be Infinity); what is left was not answered. */
export function answered(problems: readonly Difficulty[], verifier: Verifier, tries: number) {
  let [right, wrong] = [0, 0];
  for (const { p, weight } of problems) {
    const a = accepts(p, verifier);
    if (a === 0) continue;
    const ends = tries === Infinity || a >= 1 ? Number(tries > 0) : -Math.expm1(tries * Math.log1p(-a));
    right += (weight * p * verifier.t * ends) / a;
    wrong += (weight * (1 - p) * verifier.f * ends) / a;
  }
  return { right, wrong };
}

/** 1 for a right answer, −λ for a wrong one, 0 for none. */
export function payoff(problems: readonly Difficulty[], verifier: Verifier, tries: number, lambda: number): number {
  const { right, wrong } = answered(problems, verifier, tries);
  return right - lambda * wrong;
}

/** Tries are looked at one by one up to here. */
const LOOKED_AT = 10_000;

/**
 * The number of tries with the largest payoff, Infinity where it never stops rising. The k-th try adds Σ w·(1 − a)^{k−1}·(p·t
 * − λ·(1 − p)·f), so one difficulty has 0 or Infinity, and only several can have something between.
 */
export function bestTries(problems: readonly Difficulty[], verifier: Verifier, lambda: number): number {
  let best = 0;
  let most = 0;
  for (let k = 1; k <= LOOKED_AT; k++) {
    const value = payoff(problems, verifier, k, lambda);
    if (value > most) [best, most] = [k, value];
  }
  const endless = payoff(problems, verifier, Infinity, lambda);
  return endless > 0 && endless > most - 1e-12 ? Infinity : best;
}
