/** Small transformers with pattern-free weights, one for every architecture that is read. */
import {
  architectureOf,
  languageArchitectureIds,
  type LanguageArchitectureId,
} from '../../formats/architectures/index.ts';
import { quantiseRows } from '../../formats/quantise.ts';
import { inverseFrequencies } from '../../formats/rope.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { weightNames } from '../../formats/weightNames.ts';
import { signal } from '../../kernels/catalogue/inputs.ts';
import { dequantise } from '../../math/reference/quant.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import { formatOf } from '../../networks/transformerWeights.ts';

const headDim = 32;

/** What differs for the sake of variety, not of the architecture. */
const varied: Partial<Record<LanguageArchitectureId, Partial<TransformerConfig>>> = {
  llama: { tied: true },
  qwen2: { tied: true, kvHeads: 1 },
};

function small(id: LanguageArchitectureId): TransformerConfig {
  const { keys, defaults, norm, position, mlp, bias, qkNorm, window } = architectureOf(id);
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
    position:
      position === 'learned'
        ? { kind: 'learned' }
        : { kind: 'rope', inverseFrequencies: inverseFrequencies(headDim, 100, { kind: 'none' }), scaling: 'none' },
    mlp,
    bias: { qkv: bias.qkv === true, output: bias.output === true, mlp: bias.mlp },
    qkNorm,
    tied: defaults.tied,
    slidingWindow: window === 'always' ? 7 : null,
    endTokens: [],
    startToken: null,
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
