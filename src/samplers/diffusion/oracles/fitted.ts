// What a fit fills in: each step of its own kind, and steps along a bent path.
import { solve } from '../../../math/solve.ts';
import { minus, plus, scaled, slopeOf, type Oracle, type Vector } from './types.ts';

/** Σ wⱼ·lⱼᵖ = ∫₀ʰ K(l)·lᵖ dl, by the recursions that integration by parts gives. */
function weightsOf(of: string, offsets: readonly number[], h: number): number[] {
  const moments: number[] = [1 - Math.exp(-h)];
  for (let p = 1; p < offsets.length; p++)
    moments.push(
      of === 'x' ? h ** p - p * moments[p - 1]! : p * moments[p - 1]! - h ** p * Math.exp(-h), // e^(l−h) and e^(−l)
    );
  return solve(
    moments.map((_, p) => offsets.map((l) => l ** p)),
    moments,
  );
}

/** Liu et al. 2023: exponential Adams steps in λ = −log σ, of D or of the noise, the next evaluation correcting where asked. */
export const composed: Oracle<{ plan: string }> = (w, sigmas, { plan }) => {
  const tokens = plan.split('_');
  const values: { readonly x: Vector; readonly e: Vector }[] = [];
  let left: Vector;
  const from = (x: Vector, [s, t]: readonly [number, number], of: string, newest: number, count: number) => {
    const used = Array.from({ length: count }, (_, k) => newest - k);
    const offsets = used.map((k) => Math.log(s / sigmas[k]!));
    const weights = weightsOf(of, offsets, Math.log(s / t));
    const terms = used.map((k, j) => [weights[j]!, values[k]![of as 'x' | 'e']] as const);
    return of === 'x' ? plus(scaled(t / s, x), ...terms) : plus(x, ...terms.map(([c, v]) => [-s * c, v] as const));
  };
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    values.push({ x: d, e: slopeOf(x, d, s) });
    const [last, token] = [i - 1, i].map((k) => tokens[Math.max(0, Math.min(k, tokens.length - 1))]!);
    const state =
      i > 0 && last!.endsWith('c')
        ? from(left, [sigmas[i - 1]!, s], last![0]!, i, Math.min(Number(last![1]), i) + 1)
        : x;
    left = state;
    if (t === 0) return [d, d];
    return [from(state, [s, t], token![0]!, i, Math.min(Number(token![1]), i + 1)), d];
  };
};

/** Shaul et al. 2023, eq. 9 to 12, in z = x̂/(1 + σ) and x̄ = s·z. */
export const bespoke: Oracle<{ base: 'rk2' | 'rk1'; numbers: string }> = (w, _, { base, numbers }) => {
  const all = numbers === '' ? [] : numbers.split('_').map(Number);
  const width = base === 'rk2' ? 7 : 3;
  let scale = 1;
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const theta = Array.from({ length: width }, (_, k) => all[i * width + k] ?? 0);
    const time = (sigma: number) => sigma / (1 + sigma);
    const [r0, r1] = [time(s), time(t)];
    const bar = scaled(scale / (1 + s), x);
    const velocity = (z: Vector, denoised: Vector, at: number) => scaled(1 / at, minus(z, denoised));
    const u0 = (dt: number, ds: number) =>
      plus(scaled(ds / scale, bar), [dt * scale, velocity(scaled(1 / scale, bar), d, r0)]);
    const next = Math.exp(theta.at(-1)!);
    let end: Vector;
    let shown = d;
    if (base === 'rk1') end = plus(bar, [1, u0((r1 - r0) * Math.exp(theta[0]!), theta[1]!)]);
    else {
      const middle = r0 + (r1 - r0) / (1 + Math.exp(-theta[0]!));
      const m = plus(bar, [0.5, u0((r1 - r0) * Math.exp(theta[1]!), theta[4]!)]);
      const sm = Math.exp(theta[3]!);
      const z = scaled(1 / sm, m);
      const dm = w.denoise(scaled(1 / (1 - middle), z), middle / (1 - middle));
      shown = dm;
      end = plus(bar, [theta[5]! / sm, m], [(r1 - r0) * Math.exp(theta[2]!) * sm, velocity(z, dm, middle)]);
    }
    scale = next;
    return [scaled((1 + t) / next, end), shown];
  };
};
