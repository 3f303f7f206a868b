import { architectureOf } from './architectures/index.ts';
import type { LayerNames, TensorNames } from './architectures/types.ts';
import type { TransformerConfig } from './transformerConfig.ts';

/** One stored tensor that fills `rows` rows of a weight, in the shape it must have in the file. */
export interface StoredName {
  readonly tensor: string;
  readonly rows: number;
  /** Stored [in, out], as GPT-2's Conv1D. */
  readonly transpose?: true;
  /**
   * Rows of every head stored in pairs (2j, 2j+1) instead of halves (j, j + headDim/2), as llama.cpp does for `llama`.
   */
  readonly paired?: true;
}
/** One weight of the canonical transformer and where it comes from. Vectors have one column. */
export interface WeightName {
  readonly name: string;
  readonly kind: 'matrix' | 'vector';
  readonly rows: number;
  readonly cols: number;
  readonly from: readonly StoredName[];
}
/** Who named the tensors: transformers (with the prefix of this file) or llama.cpp. */
export type Naming = { readonly kind: 'transformers'; readonly prefix: string } | { readonly kind: 'gguf' };

/** The names of a model's tensors under a naming, without `.weight` or `.bias`. */
function namesOf(config: TransformerConfig, naming: Naming) {
  const record = architectureOf(config.architecture);
  const names: TensorNames = naming.kind === 'gguf' ? record.gguf : record.transformers;
  const prefix = naming.kind === 'gguf' ? '' : naming.prefix;
  const { transposed, pairedHeads, head } = names;
  return {
    transposed,
    pairedHeads,
    head,
    embedding: prefix + names.embedding,
    positions: prefix + names.positions,
    finalNorm: prefix + names.finalNorm,
    /** Stored names of one layer. */
    layer: (i: number): LayerNames => {
      const at = (name: string) => `${prefix}${names.layers}.${i}.${name}`;
      const { norm1, norm2, qkv, qNorm, kNorm, output, gate, up, down } = names.layer;
      return {
        norm1: at(norm1),
        norm2: at(norm2),
        qkv: qkv.map(at),
        qNorm: at(qNorm),
        kNorm: at(kNorm),
        output: at(output),
        gate: at(gate),
        up: at(up),
        down: at(down),
      };
    },
  };
}

/** Stored name of the output head under a naming. */
export const headName = (config: TransformerConfig, naming: Naming): string => `${namesOf(config, naming).head}.weight`;

/** Every weight of the model in the order of a forward pass, with the stored tensors it is made of. */
export function weightNames(config: TransformerConfig, naming: Naming): WeightName[] {
  const { width, heads, kvHeads, headDim, hidden, vocab, bias } = config;
  const names = namesOf(config, naming);
  const conv = names.transposed ? { transpose: true as const } : {};
  const paired = names.pairedHeads ? { paired: true as const } : {};
  const vector = (name: string, size: number, ...from: StoredName[]): WeightName => ({
    name,
    kind: 'vector',
    rows: size,
    cols: 1,
    from,
  });
  const matrix = (name: string, rows: number, cols: number, ...from: StoredName[]): WeightName => ({
    name,
    kind: 'matrix',
    rows,
    cols,
    from,
  });
  const norm = (name: string, stored: string): WeightName[] =>
    (config.norm.kind === 'layernorm' ? ['weight', 'bias'] : ['weight']).map((part) =>
      vector(`${name}.${part}`, width, { tensor: `${stored}.${part}`, rows: width }),
    );
  const linear = (name: string, rows: number, cols: number, stored: string, biased: boolean): WeightName[] => [
    matrix(`${name}.weight`, rows, cols, { tensor: `${stored}.weight`, rows, ...conv }),
    ...(biased ? [vector(`${name}.bias`, rows, { tensor: `${stored}.bias`, rows })] : []),
  ];

  const [q, kv] = [heads * headDim, kvHeads * headDim];
  const layer = (i: number): WeightName[] => {
    const at = `layers.${i}`;
    const from = names.layer(i);
    const attention = (part: 'weight' | 'bias'): StoredName[] =>
      from.qkv.length === 1
        ? [{ tensor: `${from.qkv[0]}.${part}`, rows: q + 2 * kv, ...(part === 'weight' ? conv : {}) }]
        : from.qkv.map((stored, k) => ({
            tensor: `${stored}.${part}`,
            rows: k === 0 ? q : kv,
            ...(k < 2 ? paired : {}),
          }));
    return [
      ...norm(`${at}.norm_1`, from.norm1),
      matrix(`${at}.qkv.weight`, q + 2 * kv, width, ...attention('weight')),
      ...(bias.qkv ? [vector(`${at}.qkv.bias`, q + 2 * kv, ...attention('bias'))] : []),
      ...(config.qkNorm
        ? (
            [
              ['q_norm', from.qNorm],
              ['k_norm', from.kNorm],
            ] as const
          ).map(([name, stored]) =>
            vector(`${at}.${name}.weight`, headDim, { tensor: `${stored}.weight`, rows: headDim }),
          )
        : []),
      ...linear(`${at}.output`, width, q, from.output, bias.output),
      ...norm(`${at}.norm_2`, from.norm2),
      ...(config.mlp === 'gelu'
        ? linear(`${at}.up`, hidden, width, from.up, bias.mlp)
        : [
            matrix(
              `${at}.gate_up.weight`,
              2 * hidden,
              width,
              { tensor: `${from.gate}.weight`, rows: hidden },
              { tensor: `${from.up}.weight`, rows: hidden },
            ),
          ]),
      ...linear(`${at}.down`, width, hidden, from.down, bias.mlp),
    ];
  };
  const table = (name: string, rows: number, stored: string) =>
    matrix(name, rows, width, { tensor: `${stored}.weight`, rows });
  return [
    table('token_embedding', vocab, names.embedding),
    ...(config.position.kind === 'learned' ? [table('position_embedding', config.context, names.positions)] : []),
    ...Array.from({ length: config.layers }, (_, i) => layer(i)).flat(),
    ...norm('final_norm', names.finalNorm),
    ...(config.tied ? [] : [table('head.weight', vocab, names.head)]),
  ];
}
