/**
 * The ancestral split of a step s → t: go down to σ↓ without noise, then add σ↑ of it, σ↓² + σ↑² = t².
 * σ↑ = η·t·√(1 − t²/s²), the posterior deviation of the forward process; DDIM eq. 16 in these coordinates.
 */
export function ancestralSplit(s: number, t: number, eta: number): { down: number; up: number } {
  const up = Math.min(t, eta * t * Math.sqrt(1 - (t / s) ** 2));
  return { down: Math.sqrt(t * t - up * up), up };
}
