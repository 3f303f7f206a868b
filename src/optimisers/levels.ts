// Levels as free numbers: shares of the way in λ = −log σ, and shifts of what is told.

const softmax = (theta: readonly number[]): number[] => {
  const top = Math.max(...theta);
  const e = theta.map((v) => Math.exp(v - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
};

/** Falling levels between the ends of a list, by one free number an interval; whatever the numbers, they fall. */
export function levelsOf(theta: readonly number[], first: number, last: number): number[] {
  const way = Math.log(first / last);
  let gone = 0;
  const inner = softmax(theta)
    .slice(0, -1)
    .map((share) => first * Math.exp(-way * (gone += share)));
  return [first, ...inner, last];
}

/** The free numbers of a list that falls to a level above 0. */
export const thetaOf = (levels: readonly number[]): number[] =>
  levels.slice(1).map((s, i) => Math.log(Math.log(levels[i]! / s)));

/** Told levels: each inner one moved by less than half the smaller of its two gaps in λ, so that they fall as well. */
export function toldOf(levels: readonly number[], shifts: readonly number[]): number[] {
  const lambda = levels.map((s) => -Math.log(s));
  return levels.map((s, i) => {
    if (i === 0 || i === levels.length - 1) return s;
    const room = Math.min(lambda[i]! - lambda[i - 1]!, lambda[i + 1]! - lambda[i]!) / 2;
    return Math.exp(-(lambda[i]! + room * Math.tanh(shifts[i - 1]!)));
  });
}
