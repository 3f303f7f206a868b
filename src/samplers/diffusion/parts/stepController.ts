/** Exponents of the last errors, as k-diffusion's controller names them. */
export interface Coefficients {
  readonly pcoeff: number;
  readonly icoeff: number;
  readonly dcoeff: number;
}

/** Keeps 1/0 away; part of the numbers that k-diffusion gives. */
const LEAST = 1e-8;

/**
 * A PID controller of step lengths on the logarithm of the error (Söderlind 2003, https://doi.org/10.1145/641876.641877,
 * with the limiter 1 + atan(f − 1)): f = ε₀^β₁ ε₁^β₂ ε₂^β₃ with the last three 1/error and
 * β = (p + i + d, −p − 2d, d)/order. A step is taken where f, limited, reaches `safety`, and the next one is f times as long
 * either way.
 */
export class StepController {
  #h: number;
  readonly #powers: readonly [number, number, number];
  readonly #safety: number;
  #errors: [number, number, number] | null = null;

  constructor(h: number, { pcoeff, icoeff, dcoeff }: Coefficients, order: number, safety: number) {
    this.#h = h;
    this.#powers = [(pcoeff + icoeff + dcoeff) / order, -(pcoeff + 2 * dcoeff) / order, dcoeff / order];
    this.#safety = safety;
  }

  /** The length that the next step should have. */
  get h(): number {
    return this.#h;
  }

  /** Whether a step with this error is taken; it sets the next length. */
  take(error: number): boolean {
    const inverse = 1 / (error + LEAST);
    const [, second, third] = this.#errors ?? [inverse, inverse, inverse];
    const [a, b, c] = this.#powers;
    const factor = 1 + Math.atan(inverse ** a * second ** b * third ** c - 1);
    const taken = factor >= this.#safety;
    this.#errors = taken ? [inverse, inverse, second] : [inverse, second, third];
    this.#h *= factor;
    return taken;
  }
}
