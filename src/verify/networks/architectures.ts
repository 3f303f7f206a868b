/** Small transformers with weights without pattern, one for every way in which the architectures differ. */
import { quantiseRows } from '../../formats/quantise.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { weightNames } from '../../formats/weightNames.ts';
import { signal } from '../../kernels/catalogue/inputs.ts';
import { dequantise } from '../../math/reference/quant.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import { formatOf } from '../../networks/transformerWeights.ts';

const frequencies = (headDim: number, base: number) =>
  Array.from({ length: headDim / 2 }, (_, j) => base ** ((-2 * j) / headDim));
const llama: TransformerConfig = {
  architecture: 'llama',
  vocab: 301,
  layers: 2,
  width: 128,
  heads: 4,
  kvHeads: 2,
  headDim: 32,
  hidden: 192,
  context: 96,
  norm: { kind: 'rmsnorm', epsilon: 1e-2 },
  position: { kind: 'rope', inverseFrequencies: frequencies(32, 100), scaling: 'none' },
  mlp: 'swiglu',
  bias: { qkv: false, output: false, mlp: false },
  qkNorm: false,
  tied: true,
  slidingWindow: null,
  endTokens: [],
  startToken: null,
};

export const architectures = {
  llama,
  gpt2: {
    ...llama,
    architecture: 'gpt2',
    kvHeads: 4,
    norm: { kind: 'layernorm', epsilon: 1e-2 },
    position: { kind: 'learned' },
    mlp: 'gelu',
    bias: { qkv: true, output: true, mlp: true },
  },
  qwen2: { ...llama, architecture: 'qwen2', kvHeads: 1, bias: { qkv: true, output: false, mlp: false } },
  qwen3: { ...llama, architecture: 'qwen3', qkNorm: true, tied: false },
  mistral: { ...llama, architecture: 'mistral', slidingWindow: 7, tied: false },
} as const satisfies Record<string, TransformerConfig>;
export type ArchitectureId = keyof typeof architectures;

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
