/**
 * Tokens that K tries of `length` tokens cost on average when one stops at the first right one: length·(1 − (1 − p)^K)/p.
 * After EconProver, Xu et al. 2025, https://arxiv.org/abs/2509.12603: passes alone hide that long answers cost more.
 */
export const expectedTokens = (length: number, p: number, tries: number): number =>
  p === 0 ? length * tries : (length * -Math.expm1(tries * Math.log1p(-p))) / p;
