import type { FrameKind } from './types.ts';

/** The coordinates in which a tableau works: z = scale(σ)·x̂ over a variable that falls or rises with σ, z' = rate·z + f. */
export interface Frame {
  /** Change of the variable between two levels. */
  span(from: number, to: number): number;
  /** The level at a part c of the way. */
  level(from: number, to: number, c: number): number;
  scale(sigma: number): number;
  /** f = p·x̂ + q·D at a level. */
  slope(sigma: number): readonly [p: number, q: number];
  readonly rate: number;
}

/** Variables in which a Runge-Kutta or Adams method may take equal parts of a step. */
export type Variable = 'sigma' | 'log' | 'flow';

const overLog = {
  span: (from: number, to: number) => Math.log(from / to),
  level: (from: number, to: number, c: number) => from * (to / from) ** c,
};
const flowTime = (sigma: number) => sigma / (1 + sigma);

const free: Readonly<Record<Variable, Frame>> = {
  /** dx̂/dσ = (x̂ − D)/σ. */
  sigma: {
    span: (from, to) => to - from,
    level: (from, to, c) => from + c * (to - from),
    scale: () => 1,
    slope: (sigma) => [1 / sigma, -1 / sigma],
    rate: 0,
  },
  /** dx̂/dλ = D − x̂, λ = −log σ. */
  log: { ...overLog, scale: () => 1, slope: () => [-1, 1], rate: 0 },
  /** z = (1 − τ)x̂, the state of a rectified flow at τ = σ/(1 + σ): dz/dτ = (z − D)/τ, its velocity. */
  flow: {
    span: (from, to) => (to - from) / ((1 + from) * (1 + to)),
    level(from, to, c) {
      const [a, b] = [flowTime(from), flowTime(to)];
      const tau = a + c * (b - a);
      return tau / (1 - tau);
    },
    scale: (sigma) => 1 / (1 + sigma),
    slope: (sigma) => [1 / sigma, -(1 + sigma) / sigma],
    rate: 0,
  },
};

/** `eta`: of the SDE whose decay goes into the weights (frame `x0` alone; see NoiseKind `exact`). */
export function frameOf(kind: FrameKind, variable: Variable, eta: number): Frame {
  switch (kind) {
    case 'x0':
      return { ...overLog, scale: () => 1, slope: () => [0, 1 + eta], rate: -(1 + eta) };
    case 'epsilon':
      return { ...overLog, scale: (sigma) => 1 / sigma, slope: (sigma) => [-1 / sigma, 1 / sigma], rate: 1 };
    case 'lawson':
      return { ...overLog, scale: (sigma) => 1 / sigma, slope: (sigma) => [0, 1 / sigma], rate: 0 };
    case 'free':
      return free[variable];
    default:
      return kind satisfies never;
  }
}
