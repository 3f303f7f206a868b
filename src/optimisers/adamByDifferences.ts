import { uniforms } from '../math/uniform.ts';

export interface AdamOptions {
  readonly iterations: number;
  /** Length of a step; it falls to a tenth by half a cosine. */
  readonly rate: number;
  /** Half the distance of the two points of a difference. */
  readonly reach: number;
  /**
   * `each`: two values for every number. `random`: two in all, along one direction of signs (Spall 1992, SPSA,
   * https://doi.org/10.1109/9.119632): a noisy gradient at a price that does not grow with the numbers.
   */
  readonly gradient: 'each' | 'random';
  readonly seed: number;
}

/**
 * Adam (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1) on gradients by central differences, for functions that
 * nobody can differentiate. Yields the numbers after every step.
 */
export async function* adamByDifferences(
  value: (theta: readonly number[]) => Promise<number>,
  start: readonly number[],
  { iterations, rate, reach, gradient, seed }: AdamOptions,
): AsyncGenerator<readonly number[], void, void> {
  const [beta1, beta2, epsilon] = [0.9, 0.95, 1e-8];
  let theta = [...start];
  const first = theta.map(() => 0);
  const second = theta.map(() => 0);
  for (let k = 1; k <= iterations; k++) {
    const slope =
      gradient === 'each' ? await bySteps(value, theta, reach) : await bySigns(value, theta, reach, seed, k);
    const pace = rate * (0.55 + 0.45 * Math.cos((Math.PI * (k - 1)) / iterations));
    theta = theta.map((v, i) => {
      first[i] = beta1 * first[i]! + (1 - beta1) * slope[i]!;
      second[i] = beta2 * second[i]! + (1 - beta2) * slope[i]! ** 2;
      const direction = first[i]! / (1 - beta1 ** k) / (Math.sqrt(second[i]! / (1 - beta2 ** k)) + epsilon);
      return v - pace * direction;
    });
    yield theta;
  }
}

async function bySteps(value: (theta: readonly number[]) => Promise<number>, theta: readonly number[], reach: number) {
  const slope: number[] = [];
  for (const [i, v] of theta.entries()) {
    const up = await value(theta.with(i, v + reach));
    const down = await value(theta.with(i, v - reach));
    slope.push(finite((up - down) / (2 * reach)));
  }
  return slope;
}

async function bySigns(
  value: (theta: readonly number[]) => Promise<number>,
  theta: readonly number[],
  reach: number,
  seed: number,
  round: number,
) {
  const signs = [...uniforms(seed, round, theta.length)].map((u) => (u < 0.5 ? -1 : 1));
  const at = (way: number) => value(theta.map((v, i) => v + way * reach * signs[i]!));
  const rise = finite(((await at(1)) - (await at(-1))) / (2 * reach));
  return signs.map((sign) => sign * rise);
}

/** Where a run came to nothing there is no slope to follow. */
const finite = (v: number) => (Number.isFinite(v) ? v : 0);
