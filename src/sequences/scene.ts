// The smallest video: frames X_k = u + ε_k of one scene u ~ N(0, 1), each number by itself, with ε_k ~ N(0, r²). What the next
// frame is, given the last few, is known, and so is how far a rollout's law is from the true one.
import { cholesky } from '../math/cholesky.ts';

/** Variance of the scene when so many frames are known. */
export const sceneVariance = (noise: number, known: number): number => noise ** 2 / (known + noise ** 2);
/** The next frame's law, given `known` frames: N(weight·(their sum), variance). */
export function nextFrame(noise: number, known: number): { readonly weight: number; readonly variance: number } {
  return { weight: 1 / (known + noise ** 2), variance: noise ** 2 + sceneVariance(noise, known) };
}

/**
 * What a rollout that sees at most `window` frames forgets, up to each frame: Σ I(frame; far past | what it is given), in
 * nats. The memory bottleneck of Wang et al. 2025 (Meta-ARVDM), https://arxiv.org/abs/2503.10704, as its page states it: no
 * denoiser can take it away. Here it is ½ ln of the ratio of the two variances of the next frame.
 */
export function forgotten(noise: number, window: number, frames: number): number[] {
  let sum = 0;
  return Array.from({ length: frames }, (_, k) => {
    const seen = nextFrame(noise, Math.min(k, window)).variance;
    return (sum += Math.log(seen / nextFrame(noise, k).variance) / 2);
  });
}

/** What a sampler makes of N(mean, variance) given as its denoiser: N(gain·mean, deviation²). */
export interface Response {
  readonly gain: number;
  readonly deviation: number;
}

/**
 * A rollout's frames as a lower triangular matrix times independent normals, row-major [frames, frames]: frame k is its
 * response to what the last `window` frames say, plus noise of its own.
 */
export function rolloutFactor(noise: number, window: number, responses: readonly Response[]): Float64Array {
  const frames = responses.length;
  const l = new Float64Array(frames * frames);
  for (const [k, { gain, deviation }] of responses.entries()) {
    const known = Math.min(k, window);
    const { weight } = nextFrame(noise, known);
    for (let j = k - known; j < k; j++)
      for (let i = 0; i <= j; i++) l[k * frames + i]! += gain * weight * l[j * frames + i]!;
    l[k * frames + k] = deviation;
  }
  return l;
}

/** Covariance of the frames of a true video: the scene everywhere, and noise on the diagonal. */
export const videoCovariance = (noise: number, frames: number): Float64Array =>
  Float64Array.from({ length: frames * frames }, (_, at) => 1 + (at % (frames + 1) === 0 ? noise ** 2 : 0));

/**
 * KL(true ‖ N(0, L·Lᵀ)) of the first frames, for each number of them, in nats. Both factors are lower triangular, so that the
 * trace grows frame by frame: tr((LLᵀ)⁻¹T) = ‖L⁻¹·chol(T)‖².
 */
export function klByFrame(noise: number, l: Float64Array, frames: number): number[] {
  const truth = cholesky(videoCovariance(noise, frames), frames);
  const solved = new Float64Array(frames * frames);
  let sum = 0;
  return Array.from({ length: frames }, (_, k) => {
    const own = l[k * frames + k]!;
    let trace = 0;
    for (let c = 0; c <= k; c++) {
      let v = truth[k * frames + c]!;
      for (let j = c; j < k; j++) v -= l[k * frames + j]! * solved[j * frames + c]!;
      solved[k * frames + c] = v / own;
      trace += (v / own) ** 2;
    }
    return (sum += (trace - 1) / 2 + Math.log(own / truth[k * frames + k]!));
  });
}

/** KL(true ‖ the Gaussian fitted to these chains, of mean 0), in nats; row-major [chains, frames]. Infinite of too few. */
export function klOfFit(noise: number, chains: Float64Array, frames: number): number {
  const n = chains.length / frames;
  if (n <= frames) return Infinity;
  const fit = new Float64Array(frames * frames);
  for (let c = 0; c < n; c++)
    for (let i = 0; i < frames; i++)
      for (let j = 0; j <= i; j++) fit[i * frames + j]! += (chains[c * frames + i]! * chains[c * frames + j]!) / n;
  const l = cholesky(fit, frames);
  return klByFrame(noise, l, frames).at(-1)!;
}
/** What klOfFit comes to on average where the rollout is exact: fewer chains tell covariances less well. */
export const fitBias = (chains: number, frames: number): number => (frames * (frames + 1)) / (4 * chains);
