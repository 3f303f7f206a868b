/** Small transformers with pattern-free weights, one for every architecture that is read. */
import {
  architectureOf,
  languageArchitectureIds,
  type LanguageArchitectureId,
} from '../../formats/architectures/index.ts';
import { gemmaScales } from '../../formats/architectures/gemma.ts';
import type { BiasRule } from '../../formats/architectures/types.ts';
import { quantiseRows } from '../../formats/quantise.ts';
import { inverseFrequencies } from '../../formats/rope.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { weightNames } from '../../formats/weightNames.ts';
import { signal } from '../../kernels/catalogue/inputs.ts';
import { dequantise } from '../../math/reference/quant.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import { formatOf } from '../../networks/transformerWeights.ts';

const headDim = 32;
const rotary = {
  kind: 'rope',
  inverseFrequencies: inverseFrequencies(headDim, 100, { kind: 'none' }),
  scaling: 'none',
} as const;

/** What differs for the sake of variety, or is a choice of the model's file: each architecture's own parts at work. */
const varied: Partial<Record<LanguageArchitectureId, Partial<TransformerConfig>>> = {
  llama: { tied: true },
  qwen2: { tied: true, kvHeads: 1 },
  gemma: { scales: gemmaScales(128, headDim) },
  gemma2: {
    scales: gemmaScales(128, 48),
    softCap: { attention: 1.5, logits: 4 },
    byLayer: [7, null].map((window) => ({ window, position: rotary })),
  },
  gemma3_text: {
    scales: gemmaScales(128, headDim),
    byLayer: [
      { window: 7, position: { ...rotary, inverseFrequencies: inverseFrequencies(headDim, 10, { kind: 'none' }) } },
      { window: null, position: rotary },
    ],
  },
  phi3: { position: { ...rotary, amplitude: 1.2 } },
  smollm3: { byLayer: [rotary, { kind: 'none' } as const].map((position) => ({ window: null, position })) },
  granite: { scales: { embedding: 3, residual: 0.6, attention: 0.1, logits: 0.25 } },
  gpt_neox: {
    parallel: true,
    position: { ...rotary, inverseFrequencies: rotary.inverseFrequencies.map((f, j) => (j < 4 ? f : 0)) },
    rotaryDim: 8,
  },
};

function small(id: LanguageArchitectureId): TransformerConfig {
  const { keys, defaults, norm, normAt, position, mlp, bias, qkNorm, window, experts } = architectureOf(id);
  const biased = (rule: BiasRule) => (typeof rule === 'boolean' ? rule : rule.otherwise);
  return {
    architecture: id,
    vocab: 301,
    layers: 2,
    width: 128,
    heads: 4,
    kvHeads: keys.kvHeads === null ? 4 : 2,
    headDim,
    hidden: 192,
    context: 96,
    norm: { kind: norm, epsilon: 1e-2 },
    ...(normAt && { normAt }),
    position: position === 'learned' ? { kind: 'learned' } : rotary,
    mlp,
    bias: { qkv: biased(bias.qkv), output: biased(bias.output), mlp: biased(bias.mlp) },
    qkNorm,
    tied: defaults.tied,
    slidingWindow: window === 'always' ? 7 : null,
    endTokens: [],
    startToken: null,
    ...(experts && {
      experts: {
        count: 5,
        used: 2,
        hidden: 96,
        normalised: experts.normalised === true || experts.ggufNormalised,
        shared: experts.shared === null ? null : 64,
        dense: experts.someDense ? [0] : [],
      },
    }),
    ...varied[id],
  };
}

export const architectures = Object.fromEntries(languageArchitectureIds.map((id) => [id, small(id)])) as Readonly<
  Record<LanguageArchitectureId, TransformerConfig>
>;

export const planOf = (config: TransformerConfig) =>
  weightNames(config, { kind: 'transformers', prefix: '' }).map(({ name, kind, cols, from }) => ({
    name,
    kind,
    cols,
    rows: from.reduce((n, f) => n + f.rows, 0),
    parts: [],
  }));

/** Weights large enough that every part of the model moves the logits; norms around 1. */
export function weightsOf(config: TransformerConfig): Map<string, Float32Array<ArrayBuffer>> {
  return new Map(
    planOf(config).map(({ name, kind, rows, cols }, i): [string, Float32Array<ArrayBuffer>] => {
      const values = signal(rows * cols, 500 + i, kind === 'matrix' ? 2.5 / Math.sqrt(cols) : 0.5);
      return [name, name.includes('norm') && name.endsWith('weight') ? values.map((v) => 1 + v) : values];
    }),
  );
}

/** The same weights as the kernels see them in a format: packed and unpacked again. */
export function asStored(
  config: TransformerConfig,
  weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  format: WeightFormat,
): Map<string, Float32Array | Float64Array> {
  return new Map(
    planOf(config).map((source): [string, Float32Array | Float64Array] => {
      const { name, rows, cols } = source;
      const values = weights.get(name)!;
      const stored = formatOf(source, format);
      if (stored === 'f32') return [name, values];
      const { data, scales } = quantiseRows(values, rows, cols, stored);
      return [name, dequantise(stored, data, scales, rows, cols)];
    }),
  );
}
