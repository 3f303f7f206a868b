// Optimisers whose whole state is a value: a step makes another one, so that steps can be replayed from anywhere.

export interface Descent {
  readonly theta: Float64Array;
  /** Running means of the gradient and of its square; empty where none are kept. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Steps taken. */
  readonly steps: number;
}

export interface Optimiser {
  readonly title: string;
  begin(theta: Float64Array): Descent;
  step(at: Descent, gradient: Float64Array, rate: number): Descent;
}

const NONE = new Float64Array();

export const sgd: Optimiser = {
  title: 'SGD',
  begin: (theta) => ({ theta, first: NONE, second: NONE, steps: 0 }),
  step: ({ theta, steps }, gradient, rate) => ({
    theta: theta.map((v, i) => v - rate * gradient[i]!),
    first: NONE,
    second: NONE,
    steps: steps + 1,
  }),
};

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** Kingma & Ba 2014, https://arxiv.org/abs/1412.6980, alg. 1 with its own constants. */
export const adam: Optimiser = {
  title: 'Adam',
  begin: (theta) => ({
    theta,
    first: new Float64Array(theta.length),
    second: new Float64Array(theta.length),
    steps: 0,
  }),
  step(at, gradient, rate) {
    const steps = at.steps + 1;
    const first = at.first.map((m, i) => BETA_1 * m + (1 - BETA_1) * gradient[i]!);
    const second = at.second.map((v, i) => BETA_2 * v + (1 - BETA_2) * gradient[i]! ** 2);
    const [c1, c2] = [1 - BETA_1 ** steps, 1 - BETA_2 ** steps];
    const theta = at.theta.map((v, i) => v - (rate * (first[i]! / c1)) / (Math.sqrt(second[i]! / c2) + EPSILON));
    return { theta, first, second, steps };
  },
};

export const optimisers = { sgd, adam } as const satisfies Record<string, Optimiser>;
export type OptimiserId = keyof typeof optimisers;
