import { architectureOf } from './architectures/index.ts';
import type { ExpertNames, LayerNames, TensorNames } from './architectures/types.ts';
import { expertsAt, isGated, type Experts, type TransformerConfig } from './transformerConfig.ts';

/**
 * Rows that are not stored in order: row r is stored at ⌊r/size⌋·stride + offset + order[r mod size] (r mod size without
 * an order).
 */
export interface RowGather {
  readonly size: number;
  readonly stride: number;
  readonly offset: number;
  readonly order?: readonly number[];
}
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
  readonly gather?: RowGather;
  /** Rows of the tensor, where other parts take the rest of them. */
  readonly of?: number;
  /** Added to every number that is read. */
  readonly plus?: number;
  /** The tensor has three dimensions, this many matrices one after another. */
  readonly groups?: number;
  /** A matrix of one row that is stored as a vector. */
  readonly flat?: true;
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
export type Naming = ({ readonly kind: 'transformers'; readonly prefix: string } | { readonly kind: 'gguf' }) & {
  /** Which of the ways to name experts (LayerNames.experts); the first when absent. */
  readonly experts?: number;
};

/** The same names in a layer. */
const expertNames = ({ shared, ...own }: ExpertNames, at: (name: string) => string): ExpertNames => ({
  router: at(own.router),
  gate: at(own.gate),
  up: at(own.up),
  down: at(own.down),
  ...(shared && {
    shared: { ...shared, gate: at(shared.gate), up: at(shared.up), down: at(shared.down), by: at(shared.by) },
  }),
});

/** The names of a model's tensors under a naming, without `.weight` or `.bias`. */
export function namesOf(config: TransformerConfig, naming: Naming) {
  const record = architectureOf(config.architecture);
  const names: TensorNames = naming.kind === 'gguf' ? record.gguf : record.transformers;
  const prefix = naming.kind === 'gguf' ? '' : naming.prefix;
  const { transposed, pairedHeads, head, qkvByHead = false, normOffset = 0 } = names;
  return {
    transposed,
    pairedHeads,
    qkvByHead,
    normOffset,
    head,
    embedding: prefix + names.embedding,
    positions: prefix + names.positions,
    finalNorm: prefix + names.finalNorm,
    /** Stored names of one layer. */
    layer: (i: number): LayerNames => {
      const at = (name: string) => `${prefix}${names.layers}.${i}.${name}`;
      const { qkv, postNorm1 = '', postNorm2 = '', experts = [], ...one } = names.layer;
      return {
        norm1: at(one.norm1),
        norm2: at(one.norm2),
        postNorm1: at(postNorm1),
        postNorm2: at(postNorm2),
        qkv: qkv.map(at),
        qNorm: at(one.qNorm),
        kNorm: at(one.kNorm),
        output: at(one.output),
        gate: one.gate === '' ? '' : at(one.gate),
        up: at(one.up),
        down: at(one.down),
        experts: experts.map((e) => expertNames(e, at)),
      };
    },
  };
}

/** Stored name of the output head under a naming. */
export const headName = (config: TransformerConfig, naming: Naming): string => `${namesOf(config, naming).head}.weight`;

/**
 * Where the canonical rows of a head are stored when only its first `rotary` numbers turn: half of those, half of the
 * rest, the other half of those, the other half of the rest. So the pairs that turn are (j, j + headDim/2) as in a head
 * that is rotated whole; q·k does not depend on the order.
 */
export function rotaryOrder(headDim: number, rotary: number): number[] {
  const [half, turned] = [headDim / 2, rotary / 2];
  return Array.from({ length: headDim }, (_, d) => {
    const [side, j] = [Math.floor(d / half), d % half];
    return j < turned ? side * turned + j : rotary + side * (half - turned) + j - turned;
  });
}

const orderOf = ({ headDim, rotaryDim = headDim }: TransformerConfig): readonly number[] | null =>
  rotaryDim === headDim ? null : rotaryOrder(headDim, rotaryDim);

/** The stored rows of q, k and v: three tensors, or one with all q, all k and all v or with each head's together. */
function qkvRows(
  config: TransformerConfig,
  { transposed, pairedHeads, qkvByHead }: Pick<TensorNames, 'transposed' | 'pairedHeads' | 'qkvByHead'>,
  stored: readonly string[],
  part: 'weight' | 'bias',
): StoredName[] {
  const { heads, kvHeads, headDim } = config;
  const order = orderOf(config);
  const counts = [heads, kvHeads, kvHeads];
  const conv = transposed && part === 'weight' ? { transpose: true as const } : {};
  if (stored.length === 1 && !qkvByHead && !order)
    return [{ tensor: `${stored[0]}.${part}`, rows: (heads + 2 * kvHeads) * headDim, ...conv }];
  let before = 0;
  return counts.map((count, k): StoredName => {
    const rows = count * headDim;
    const turned = order && k < 2 ? { order } : {};
    const whole = { size: headDim, stride: headDim, offset: before, ...turned };
    before += stored.length === 1 ? rows : 0;
    if (stored.length === 1)
      return {
        tensor: `${stored[0]}.${part}`,
        rows,
        of: (heads + 2 * kvHeads) * headDim,
        gather: qkvByHead ? { size: headDim, stride: 3 * headDim, offset: k * headDim, ...turned } : whole,
      };
    return {
      tensor: `${stored[k]}.${part}`,
      rows,
      ...(order && k < 2 ? { gather: whole } : {}),
      ...(pairedHeads && k < 2 ? { paired: true as const } : {}),
    };
  });
}

/** The stored rows of all experts for one of their matrices, `rows` of each. */
function expertRows(own: ExpertNames, role: 'gate' | 'up' | 'down', count: number, rows: number): StoredName[] {
  const tensor = own[role];
  const each = Array.from({ length: count }, (_, e) => tensor.replace('*', String(e)));
  if (tensor.includes('*')) return each.map((name) => ({ tensor: name, rows }));
  if (role === 'down' || own.gate !== own.up) return [{ tensor, rows: count * rows, groups: count }];
  const gather = { size: rows, stride: 2 * rows, offset: role === 'gate' ? 0 : rows };
  return [{ tensor, rows: count * rows, of: 2 * count * rows, groups: count, gather }];
}

/** Every weight of the model in the order of a forward pass, with the stored tensors it is made of. */
export function weightNames(config: TransformerConfig, naming: Naming): WeightName[] {
  const { width, heads, kvHeads, headDim, hidden, vocab, bias, normAt = 'before' } = config;
  const names = namesOf(config, naming);
  const conv = names.transposed ? { transpose: true as const } : {};
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
  const shift = names.normOffset === 0 ? {} : { plus: names.normOffset };
  const norm = (name: string, stored: string): WeightName[] =>
    (config.norm.kind === 'layernorm' ? ['weight', 'bias'] : ['weight']).map((part) =>
      vector(`${name}.${part}`, width, {
        tensor: `${stored}.${part}`,
        rows: width,
        ...(part === 'weight' ? shift : {}),
      }),
    );
  const linear = (name: string, rows: number, cols: number, stored: string, biased: boolean): WeightName[] => [
    matrix(`${name}.weight`, rows, cols, { tensor: `${stored}.weight`, rows, ...conv }),
    ...(biased ? [vector(`${name}.bias`, rows, { tensor: `${stored}.bias`, rows })] : []),
  ];

  const [q, kv] = [heads * headDim, kvHeads * headDim];
  const order = orderOf(config);
  /** The block's matrices under `at`, gates before ups. */
  const feedForward = (at: string, inner: number, gate: string, up: string, down: string): WeightName[] => [
    matrix(`${at}.gate_up.weight`, 2 * inner, width, { tensor: gate, rows: inner }, { tensor: up, rows: inner }),
    matrix(`${at}.down.weight`, width, inner, { tensor: down, rows: width }),
  ];
  const mixture = (at: string, experts: Experts, own: ExpertNames): WeightName[] => [
    matrix(`${at}.router.weight`, experts.count, width, { tensor: own.router, rows: experts.count }),
    ...(experts.shared !== null && own.shared
      ? [
          ...feedForward(`${at}.shared`, experts.shared, own.shared.gate, own.shared.up, own.shared.down),
          matrix(`${at}.shared_gate.weight`, 1, width, {
            tensor: own.shared.by,
            rows: 1,
            ...(own.shared.flat && { flat: true }),
          }),
        ]
      : []),
    ...(['gate', 'up', 'down'] as const).map((role) => {
      const [rows, cols] = role === 'down' ? [width, experts.hidden] : [experts.hidden, width];
      return matrix(
        `${at}.experts.${role}.weight`,
        experts.count * rows,
        cols,
        ...expertRows(own, role, experts.count, rows),
      );
    }),
  ];
  const layer = (i: number): WeightName[] => {
    const at = `layers.${i}`;
    const from = names.layer(i);
    const attention = (part: 'weight' | 'bias'): StoredName[] => qkvRows(config, names, from.qkv, part);
    const headNorm = (name: string, stored: string, count: number): WeightName => {
      const rows = config.qkNorm === 'whole' ? count * headDim : headDim;
      const ordered = order && { gather: { size: headDim, stride: headDim, offset: 0, order } };
      return vector(`${at}.${name}.weight`, rows, { tensor: `${stored}.weight`, rows, ...shift, ...ordered });
    };
    const gated: StoredName[] =
      from.gate === ''
        ? [{ tensor: `${from.up}.weight`, rows: 2 * hidden }]
        : [
            { tensor: `${from.gate}.weight`, rows: hidden },
            { tensor: `${from.up}.weight`, rows: hidden },
          ];
    const dense = [
      ...(isGated(config)
        ? [matrix(`${at}.gate_up.weight`, 2 * hidden, width, ...gated)]
        : linear(`${at}.up`, hidden, width, from.up, bias.mlp)),
      ...linear(`${at}.down`, width, hidden, from.down, bias.mlp),
    ];
    const experts = expertsAt(config, i);
    return [
      ...(normAt === 'after' ? [] : norm(`${at}.norm_1`, from.norm1)),
      matrix(`${at}.qkv.weight`, q + 2 * kv, width, ...attention('weight')),
      ...(bias.qkv ? [vector(`${at}.qkv.bias`, q + 2 * kv, ...attention('bias'))] : []),
      ...(config.qkNorm ? [headNorm('q_norm', from.qNorm, heads), headNorm('k_norm', from.kNorm, kvHeads)] : []),
      ...linear(`${at}.output`, width, q, from.output, bias.output),
      ...(normAt === 'before' ? [] : norm(`${at}.post_norm_1`, from.postNorm1!)),
      ...(normAt === 'after' ? [] : norm(`${at}.norm_2`, from.norm2)),
      ...(experts ? mixture(at, experts, from.experts![naming.experts ?? 0]!) : dense),
      ...(normAt === 'before' ? [] : norm(`${at}.post_norm_2`, from.postNorm2!)),
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
