import { FormatError } from '../../formats/error.ts';
import type { Reader } from '../../formats/json.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import { denoiserOf, readParameterisation, type Parameterisation } from '../parameterisation.ts';
import type { Denoiser } from '../types.ts';
import { linear, silu, type Linear } from './layers.ts';
import type { DenoiserArchitecture } from './types.ts';
import { linearShapes, multiplyAdds, takeFloats, type Shapes } from './weights.ts';

/** One small network per plane target. */
export interface Mlp2dArchitecture {
  readonly kind: 'mlp2d';
  readonly targets: Readonly<Record<string, Parameterisation>>;
  readonly inputs: number;
  readonly width: number;
  readonly hiddenLayers: number;
}

function read(a: Reader, model: Reader): Mlp2dArchitecture {
  const targets = a.object('targets');
  const inputs = a.integer('inputs', 4, 258);
  if (inputs % 2 !== 0) a.fail('inputs', 'even');
  return {
    kind: 'mlp2d',
    inputs,
    width: a.integer('width', 1, 4096),
    hiddenLayers: a.integer('hiddenLayers', 1, 16),
    targets: Object.fromEntries(
      targets.keys().map((name) => [name, readParameterisation(model, targets.object(name))]),
    ),
  };
}

/** A learned denoiser of one plane target. */
export interface Mlp2d {
  readonly parameterisation: Parameterisation;
  readonly frequencies: number;
  readonly layers: readonly Linear[];
}

export function mlp2dShapes(a: Mlp2dArchitecture, target: string): Shapes {
  const sizes = [a.inputs, ...Array<number>(a.hiddenLayers).fill(a.width), 2];
  return new Map(sizes.slice(1).flatMap((out, i) => linearShapes(`${target}.layers.${i}`, out, sizes[i]!)));
}

export function loadMlp2d(a: Mlp2dArchitecture, file: Safetensors, target: string): Mlp2d {
  const parameterisation = a.targets[target];
  if (!parameterisation)
    throw new FormatError(
      `the learned plane models do not include "${target}"`,
      `They are: ${Object.keys(a.targets).join(', ')}. Use the exact denoiser instead.`,
    );
  const w = takeFloats(file, mlp2dShapes(a, target));
  return {
    parameterisation,
    frequencies: (a.inputs - 2) / 2,
    layers: Array.from({ length: a.hiddenLayers + 1 }, (_, i) => w.linear(`${target}.layers.${i}`)),
  };
}

/**
 * How the network sees what it is told of the noise level, a = ln(σ)/4 under EDM: [cos ω_k a, sin ω_k a],
 * ω_k = (π/4)·2^(k/2).
 */
export function noiseFeatures(a: number, frequencies: number): Float64Array {
  return Float64Array.from({ length: 2 * frequencies }, (_, i) => {
    const angle = (Math.PI / 4) * 2 ** ((i % frequencies) / 2) * a;
    return i < frequencies ? Math.cos(angle) : Math.sin(angle);
  });
}

export function mlp2dDenoiser(net: Mlp2d): Denoiser {
  return denoiserOf(net.parameterisation, (x, noise) => {
    const features = noiseFeatures(noise, net.frequencies);
    const rows = x.length / 2;
    const width = 2 + features.length;
    let h: Float64Array = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) h.set([x[2 * i]!, x[2 * i + 1]!, ...features], i * width);
    net.layers.forEach((layer, i) => {
      h = linear(h, rows, layer);
      if (i < net.layers.length - 1) h = h.map(silu);
    });
    return h;
  });
}

export const mlp2d: DenoiserArchitecture<Mlp2dArchitecture> = {
  role: 'denoiser',
  work: (a) => multiplyAdds(mlp2dShapes(a, 'any'), () => 1),
  read,
  dim: () => 2,
  denoiser: (a, tensors, { target }) => mlp2dDenoiser(loadMlp2d(a, tensors, target)),
};
