import { FormatError } from '../../formats/error.ts';
import type { Mlp2dArchitecture } from '../../formats/modelJson.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import type { Denoiser } from '../types.ts';
import { linear, silu, type Linear } from './layers.ts';
import { linearShapes, takeFloats, type Shapes } from './weights.ts';

/** A learned denoiser of one plane target: an MLP with the preconditioning of Karras et al. 2022 (EDM), table 1. */
export interface Mlp2d {
  readonly sigmaData: number;
  readonly frequencies: number;
  readonly layers: readonly Linear[];
}

export function mlp2dShapes(a: Mlp2dArchitecture, target: string): Shapes {
  const sizes = [a.inputs, ...Array<number>(a.hiddenLayers).fill(a.width), 2];
  return new Map(sizes.slice(1).flatMap((out, i) => linearShapes(`${target}.layers.${i}`, out, sizes[i]!)));
}

export function loadMlp2d(a: Mlp2dArchitecture, file: Safetensors, target: string): Mlp2d {
  const entry = a.targets[target];
  if (!entry)
    throw new FormatError(
      `the learned plane models do not include "${target}"`,
      `They are: ${Object.keys(a.targets).join(', ')}. Use the exact denoiser instead.`,
    );
  const w = takeFloats(file, mlp2dShapes(a, target));
  return {
    sigmaData: entry.sigmaData,
    frequencies: (a.inputs - 2) / 2,
    layers: Array.from({ length: a.hiddenLayers + 1 }, (_, i) => w.linear(`${target}.layers.${i}`)),
  };
}

/**
 * What the network is told of the noise level: a = ln(σ)/4, [cos ω_k a, sin ω_k a], ω_k = (π/4)·2^(k/2). Depends on σ
 * alone.
 */
export function noiseFeatures(sigma: number, frequencies: number): Float64Array {
  const a = Math.log(sigma) / 4;
  return Float64Array.from({ length: 2 * frequencies }, (_, i) => {
    const angle = (Math.PI / 4) * 2 ** ((i % frequencies) / 2) * a;
    return i < frequencies ? Math.cos(angle) : Math.sin(angle);
  });
}

/** c_in, c_skip and c_out at noise σ for data of standard deviation sd. */
export function preconditioning(
  sigma: number,
  sd: number,
): { readonly into: number; readonly skip: number; readonly out: number } {
  const total = sigma * sigma + sd * sd;
  return { into: 1 / Math.sqrt(total), skip: (sd * sd) / total, out: (sigma * sd) / Math.sqrt(total) };
}

export function mlp2dDenoiser(net: Mlp2d): Denoiser {
  return (x, sigma) => {
    const c = preconditioning(sigma, net.sigmaData);
    const features = noiseFeatures(sigma, net.frequencies);
    const rows = x.length / 2;
    const width = 2 + features.length;
    let h: Float64Array = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) h.set([c.into * x[2 * i]!, c.into * x[2 * i + 1]!, ...features], i * width);
    net.layers.forEach((layer, i) => {
      h = linear(h, rows, layer);
      if (i < net.layers.length - 1) h = h.map(silu);
    });
    return x.map((v, i) => c.skip * v + c.out * h[i]!);
  };
}
