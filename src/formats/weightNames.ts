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

/** Names of one layer's tensors without their `.weight` or `.bias`; q, k, v and gate, up are apart or joined. */
interface LayerNames {
  readonly norm1: string;
  readonly norm2: string;
  readonly qkv: readonly string[];
  readonly qNorm: string;
  readonly kNorm: string;
  readonly output: string;
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}
interface Names {
  readonly embedding: string;
  readonly positions: string;
  readonly finalNorm: string;
  readonly head: string;
  layer(i: number): LayerNames;
}

function tableOf(config: TransformerConfig, naming: Naming): Names {
  const gpt2 = config.architecture === 'gpt2';
  if (naming.kind === 'gguf') {
    return {
      embedding: 'token_embd',
      positions: 'position_embd',
      finalNorm: 'output_norm',
      head: 'output',
      layer: (i) => {
        const at = `blk.${i}.`;
        return {
          norm1: `${at}attn_norm`,
          norm2: `${at}ffn_norm`,
          qkv: gpt2 ? [`${at}attn_qkv`] : [`${at}attn_q`, `${at}attn_k`, `${at}attn_v`],
          qNorm: `${at}attn_q_norm`,
          kNorm: `${at}attn_k_norm`,
          output: `${at}attn_output`,
          gate: `${at}ffn_gate`,
          up: `${at}ffn_up`,
          down: `${at}ffn_down`,
        };
      },
    };
  }
  const { prefix } = naming;
  if (gpt2) {
    return {
      embedding: `${prefix}wte`,
      positions: `${prefix}wpe`,
      finalNorm: `${prefix}ln_f`,
      head: 'lm_head',
      layer: (i) => {
        const at = `${prefix}h.${i}.`;
        return {
          norm1: `${at}ln_1`,
          norm2: `${at}ln_2`,
          qkv: [`${at}attn.c_attn`],
          qNorm: '',
          kNorm: '',
          output: `${at}attn.c_proj`,
          gate: '',
          up: `${at}mlp.c_fc`,
          down: `${at}mlp.c_proj`,
        };
      },
    };
  }
  return {
    embedding: `${prefix}embed_tokens`,
    positions: '',
    finalNorm: `${prefix}norm`,
    head: 'lm_head',
    layer: (i) => {
      const at = `${prefix}layers.${i}.`;
      return {
        norm1: `${at}input_layernorm`,
        norm2: `${at}post_attention_layernorm`,
        qkv: ['q', 'k', 'v'].map((x) => `${at}self_attn.${x}_proj`),
        qNorm: `${at}self_attn.q_norm`,
        kNorm: `${at}self_attn.k_norm`,
        output: `${at}self_attn.o_proj`,
        gate: `${at}mlp.gate_proj`,
        up: `${at}mlp.up_proj`,
        down: `${at}mlp.down_proj`,
      };
    },
  };
}

/** Stored name of the output head under a naming. */
export const headName = (config: TransformerConfig, naming: Naming): string => `${tableOf(config, naming).head}.weight`;

/** Every weight of the model in the order of a forward pass, with the stored tensors it is made of. */
export function weightNames(config: TransformerConfig, naming: Naming): WeightName[] {
  const { width, heads, kvHeads, headDim, hidden, vocab, bias } = config;
  const names = tableOf(config, naming);
  const conv = config.architecture === 'gpt2' && naming.kind === 'transformers' ? { transpose: true as const } : {};
  const paired =
    naming.kind === 'gguf' && (config.architecture === 'llama' || config.architecture === 'mistral')
      ? { paired: true as const }
      : {};
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
