// Heads to leave a transformer early, fitted to one model: from a block's tokens to the patches that the whole network
// gives, by least squares, per depth and bucket of levels. No gradient, no training.
import { breathe, throwIfCancelled } from '../../core/cancel.ts';
import { normals } from '../../math/normal.ts';
import { Ridge } from '../../math/ridge.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import { scalarsAt } from '../parameterisation.ts';
import type { ExitHeads } from '../types.ts';
import { ditOutput, loadDit, type Dit } from './dit.ts';
import type { ModelFile } from './index.ts';

/** How heads are fitted: one way for all, so that the same model has the same heads everywhere. */
export const headsRecipe = { seed: 0x48454144, samples: 16, levels: 20, rho: 7, penalty: 1e-3 } as const;

export interface HeadsFit {
  readonly range: { readonly min: number; readonly max: number };
  progress(fraction: number): void;
  readonly signal: AbortSignal;
}

/**
 * Walks `samples` starts down with Euler's method, each class in turn, and fits every depth on the way; without a class
 * too, for guidance. Rejects with Cancelled.
 */
export async function fitHeads(net: Dit, { range, progress, signal }: HeadsFit): Promise<ExitHeads> {
  const { architecture: a, pixels } = net;
  const { seed, samples, levels: steps, rho, penalty } = headsRecipe;
  const dim = a.channels * a.height * a.width;
  const per = a.patch ** 2 * a.channels;
  // Evenly in σ^(1/ρ), as a schedule is that many samplers take: https://arxiv.org/abs/2206.00364, eq. 5.
  const root = (sigma: number) => sigma ** (1 / rho);
  const at = (i: number) => (root(range.max) + (i / (steps - 1)) * (root(range.min) - root(range.max))) ** rho;
  const states = normals(seed, 0, samples, dim).map((z) => z * at(0));
  const heads: ExitHeads['heads'][number][] = [];
  for (let i = 0; i < steps; i++) {
    const fits = Array.from({ length: a.depth - 1 }, () => new Ridge(a.d, per));
    const sigma = at(i);
    const next = i + 1 < steps ? at(i + 1) : 0;
    const { input, noise, skip, output } = scalarsAt(a.parameterisation, sigma);
    for (let s = 0; s < samples; s++) {
      throwIfCancelled(signal);
      const x = states.subarray(s * dim, (s + 1) * dim);
      const told = pass(s % a.classes);
      pass(a.classes);
      for (let j = 0; j < dim; j++) {
        const denoised = skip * x[j]! + output * told[j]!;
        x[j] = denoised + (next / sigma) * (x[j]! - denoised);
      }
      await breathe();

      function pass(label: number): Float64Array {
        const seen: Float64Array[] = [];
        const v = ditOutput(
          net,
          x.map((n) => input * n),
          noise,
          label,
          (name, values) => void (name.startsWith('block') && seen.push(values.slice())),
        );
        const patches = Float64Array.from(pixels, (pixel) => v[pixel]!);
        fits.forEach((fit, k) => fit.add(seen[k]!, patches));
        return v;
      }
    }
    heads.push(fits.map((fit) => fit.solve(penalty)));
    progress((i + 1) / steps);
  }
  return { levels: heads.map((_, i) => at(i)), heads };
}

/** The same from a model file; null for a network that is no transformer. */
export const fitExitHeads = (
  { architecture }: ModelFile,
  tensors: Safetensors,
  how: HeadsFit,
): Promise<ExitHeads> | null => (architecture.kind === 'dit' ? fitHeads(loadDit(architecture, tensors), how) : null);
