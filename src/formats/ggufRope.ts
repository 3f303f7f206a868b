import { FormatError, shown } from './error.ts';
import type { Reader } from './json.ts';
import { inverseFrequencies, type RopeScaling } from './rope.ts';
import { yarnGrowth } from './ropeConfig.ts';
import type { TransformerConfig } from './transformerConfig.ts';

const fault = (message: string) =>
  new FormatError(message, 'Choose a file of this model whose rope metadata are those of its original configuration.');

/** How a GGUF file stretches positions, and the factor on the rotated numbers of q and k that goes with it. */
function scalingOf(read: Reader, at: string, context: number): { scaling: RopeScaling; amplitude: number } {
  const key = (name: string) => `${at}rope.scaling.${name}`;
  const number = (name: string, least: number, largest: number, otherwise: number) =>
    read.has(key(name)) ? read.number(key(name), least, largest) : otherwise;
  const implied = read.has(`${at}rope.scale_linear`) ? 'linear' : 'none';
  const type = read.has(key('type')) ? read.text(key('type'), 60) : implied;
  if (type === 'none') return { scaling: { kind: 'none' }, amplitude: 1 };
  if (type !== 'linear' && type !== 'yarn')
    throw fault(
      `the model uses the rope scaling ${shown(type)}; this app knows none, linear, yarn and Llama 3's frequency divisors`,
    );
  const older = `${at}rope.scale_linear`;
  const factor = read.number(read.has(key('factor')) || !read.has(older) ? key('factor') : older, 1e-6, 1e6);
  // llama.cpp multiplies q and k by this under every type.
  const attention = number('attn_factor', 1e-3, 1e3, 1);
  if (type === 'linear')
    return { scaling: factor === 1 ? { kind: 'none' } : { kind: 'linear', factor }, amplitude: attention };
  const original = key('original_context_length');
  const [betaFast, betaSlow] = [number('yarn_beta_fast', 1e-3, 1e4, 32), number('yarn_beta_slow', 1e-3, 1e4, 1)];
  if (betaFast <= betaSlow) read.fail(key('yarn_beta_fast'), `above yarn_beta_slow = ${betaSlow}`);
  const growth = yarnGrowth(factor);
  // What llama.cpp takes these for differs between architectures and versions: only values that change nothing are read.
  for (const [name, allowed] of [
    ['yarn_ext_factor', [1]],
    ['yarn_attn_factor', [1, growth]],
    ['yarn_log_multiplier', [0]],
  ] as const)
    if (read.has(key(name)) && !allowed.some((v) => Math.abs(read.number(key(name), -1e6, 1e6) - v) < 1e-5 * growth))
      throw fault(
        `${key(name)} is ${shown(read.value(key(name)))}, which changes yarn's positions; supported: ${allowed.join(' or ')}`,
      );
  return {
    scaling: {
      kind: 'yarn',
      factor,
      betaFast,
      betaSlow,
      originalContext: read.has(original) ? read.integer(original, 1, 2 ** 27) : context,
      whole: true,
    },
    amplitude: attention * growth,
  };
}

interface Given {
  readonly headDim: number;
  /** Longest text, which yarn takes for the original one where the file does not say. */
  readonly context: number;
  /** Values of rope_freqs.weight; null where the file has none. */
  readonly factors: ArrayLike<number> | null;
  /** The architecture may rotate a part of each head. */
  readonly partial: boolean;
}

/**
 * Rotary positions by llama.cpp's metadata (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, and its loader).
 * `at` is the prefix of the keys. FormatError for scalings this app does not run and values out of range.
 */
export function ggufRope(
  read: Reader,
  at: string,
  { headDim, context, factors, partial }: Given,
): Pick<TransformerConfig, 'position' | 'rotaryDim'> {
  const dimensions = read.has(`${at}rope.dimension_count`)
    ? read.integer(`${at}rope.dimension_count`, 1, 65536)
    : headDim;
  if (dimensions !== headDim && !(partial && dimensions < headDim && dimensions % 2 === 0))
    throw fault(`the model rotates ${dimensions} of the ${headDim} numbers of a head; only whole heads are supported`);
  const base = read.has(`${at}rope.freq_base`) ? read.number(`${at}rope.freq_base`, 1, 1e12) : 10000;
  const { scaling, amplitude } = scalingOf(read, at, context);
  const turned = inverseFrequencies(dimensions, base, scaling);
  const plain = Array.from({ length: headDim / 2 }, (_, j) => turned[j] ?? 0);
  const rotary = dimensions < headDim ? { rotaryDim: dimensions } : {};
  const grown = amplitude === 1 ? {} : { amplitude };
  if (!factors)
    return { position: { kind: 'rope', inverseFrequencies: plain, scaling: scaling.kind, ...grown }, ...rotary };
  if (factors.length !== headDim / 2)
    throw fault(`rope_freqs.weight has ${factors.length} divisors; heads of ${headDim} need ${headDim / 2}`);
  const divided = plain.map((frequency, j) => frequency / factors[j]!);
  const bad = divided.findIndex((v) => !(v > 0 && v < Infinity));
  if (bad >= 0) throw fault(`divisor ${bad} of rope_freqs.weight is ${factors[bad]!}; it must be a positive number`);
  return { position: { kind: 'rope', inverseFrequencies: divided, scaling: 'llama3', ...grown }, ...rotary };
}
