import { architectureOf } from './architectures/index.ts';
import {
  isWeightType,
  rowBytes,
  weightTypes,
  type Checkpoint,
  type TensorEntry,
  type WeightType,
} from './checkpoint.ts';
import { FormatError, shown } from './error.ts';
import { expertsAt, type TransformerConfig } from './transformerConfig.ts';
import {
  headName,
  namesOf,
  weightNames,
  type Naming,
  type RowGather,
  type StoredName,
  type WeightName,
} from './weightNames.ts';

/** A tensor that fills rows rowAt … rowAt + rows − 1 of a weight. weightPart.ts reads it. */
export interface WeightPart {
  readonly entry: TensorEntry & { readonly dtype: WeightType };
  readonly rowAt: number;
  readonly rows: number;
  readonly cols: number;
  /** Stored [cols, rows] (GPT-2's Conv1D). */
  readonly transpose: boolean;
  /**
   * headDim where every head's rows are stored in rotary pairs, as llama.cpp does for q and k of `llama`: row j of a
   * half is stored at 2j (first half) or 2j + 1 (second half). Null where the rows are in order.
   */
  readonly pairedHeads: number | null;
  /** Another arrangement of rows; see StoredName. */
  readonly gather?: RowGather;
  /** Added to every number read. */
  readonly plus?: number;
}

/**
 * A weight of the canonical transformer: [rows, cols] row-major; a vector has one column. Its parts cover all rows, in
 * order.
 */
export interface WeightSource {
  /** Canonical name, for example "layers.0.qkv.weight". */
  readonly name: string;
  readonly kind: 'matrix' | 'vector';
  readonly rows: number;
  readonly cols: number;
  readonly parts: readonly WeightPart[];
}

const hint =
  'The weights do not belong to this configuration, or the model is of a kind this app does not know: take all files from the same place and revision.';
const fault = (message: string) => new FormatError(message, hint);

/** Buffers that older exports of transformers store although nothing reads them. */
const harmless = [/(^|\.)(attn|attention)\.(bias|masked_bias)$/, /(^|\.)rotary_emb\.inv_freq$/];

/** Who named the tensors of this checkpoint. FormatError when the embedding is under none of the known names. */
export function namingOf(config: TransformerConfig, checkpoint: Checkpoint): Naming {
  const naming = plainNamingOf(config, checkpoint);
  const sparse = Array.from({ length: config.layers }, (_, i) => i).find((i) => expertsAt(config, i));
  if (sparse === undefined) return naming;
  const ways = namesOf(config, naming).layer(sparse).experts ?? [];
  const found = ways.findIndex(({ down }) => checkpoint.tensors.has(down.replace('*', '0')));
  return { ...naming, experts: Math.max(0, found) };
}

function plainNamingOf(config: TransformerConfig, { tensors }: Checkpoint): Naming {
  if (tensors.has('token_embd.weight')) return { kind: 'gguf' };
  const { prefixes, embedding } = architectureOf(config.architecture).transformers;
  const prefix = prefixes.find((p) => tensors.has(`${p}${embedding}.weight`));
  if (prefix === undefined)
    throw fault(
      `the weights have no tensor ${shown(`${prefixes[0]}${embedding}.weight`)}, which a ${config.architecture} model starts with; they hold ${tensors.size} tensors, the first is ${shown(tensors.keys().next().value ?? null)}`,
    );
  return { kind: 'transformers', prefix };
}

/**
 * The configuration with `tied` as the files have it. A stored head is used even if the configuration calls it tied
 * (transformers does so too). A GGUF file without one is tied; a transformers file without one must say so in its
 * configuration.
 */
export function resolveHead(config: TransformerConfig, checkpoint: Checkpoint): TransformerConfig {
  const naming = namingOf(config, checkpoint);
  const stored = checkpoint.tensors.has(headName(config, naming));
  const tied = !stored && (naming.kind === 'gguf' || config.tied);
  return tied === config.tied ? config : { ...config, tied };
}

function partOf(
  weight: WeightName,
  stored: StoredName,
  rowAt: number,
  config: TransformerConfig,
  checkpoint: Checkpoint,
): WeightPart {
  const { tensor: name, rows, transpose = false, paired = false, gather, plus, groups, flat, of: all = rows } = stored;
  const entry = checkpoint.tensors.get(name);
  if (!entry) throw fault(`the weights have no tensor ${shown(name)}, needed for ${weight.name}`);
  const matrix = transpose ? [weight.cols, rows] : [all, weight.cols];
  const stacked = groups === undefined ? matrix : [groups, all / groups, weight.cols];
  const whole = flat ? [weight.cols] : stacked;
  const expected = weight.kind === 'vector' ? [all] : whole;
  if (entry.shape.length !== expected.length || entry.shape.some((size, i) => size !== expected[i])) {
    throw fault(
      `tensor ${shown(name)} has the shape [${entry.shape.join(', ')}]; the configuration needs [${expected.join(', ')}]`,
    );
  }
  const { dtype } = entry;
  if (!isWeightType(dtype))
    throw new FormatError(
      `tensor ${shown(name)} is stored as ${dtype}; weights are read from ${weightTypes.join(', ')}`,
      'Use an export of the model in F16 or BF16.',
    );
  // A vector is read element by element, so it cannot be in blocks; no published file has one that is.
  const bytes =
    rowBytes(dtype, weight.kind === 'vector' ? 1 : expected.at(-1)!, name) *
    (weight.kind === 'vector' ? expected[0]! : expected.slice(0, -1).reduce((n, size) => n * size, 1));
  if (bytes !== entry.end - entry.begin)
    throw fault(
      `tensor ${shown(name)} of shape [${expected.join(', ')}] and type ${dtype} needs ${bytes} bytes, but ${entry.end - entry.begin} are given`,
    );
  return {
    entry: { ...entry, dtype },
    rowAt,
    rows,
    cols: weight.cols,
    transpose,
    pairedHeads: paired ? config.headDim : null,
    ...(gather && { gather }),
    ...(plus !== undefined && { plus }),
  };
}

/**
 * Every weight that the configuration asks for, in the order of a forward pass, with the tensors to read it from;
 * "head.weight" is among them unless the head is tied (see resolveHead). FormatError when a tensor is missing, has
 * another shape or a type that cannot be read, or when the files hold a tensor that this architecture has no use for.
 */
export function weightPlan(config: TransformerConfig, checkpoint: Checkpoint): WeightSource[] {
  const naming = namingOf(config, checkpoint);
  const used = new Set<string>();
  const plan = weightNames(resolveHead(config, checkpoint), naming).map((weight): WeightSource => {
    let rowAt = 0;
    const parts = weight.from.map((stored) => {
      const part = partOf(weight, stored, rowAt, config, checkpoint);
      used.add(stored.tensor);
      rowAt += stored.rows;
      return part;
    });
    return { name: weight.name, kind: weight.kind, rows: weight.rows, cols: weight.cols, parts };
  });
  const beside = architectureOf(config.architecture).within?.rest;
  for (const name of checkpoint.tensors.keys()) {
    if (used.has(name) || beside?.test(name) || harmless.some((pattern) => pattern.test(name))) continue;
    // llama.cpp keeps Llama 3's frequency scaling here and nowhere else: whoever made the configuration must have read
    // it.
    if (name === 'rope_freqs.weight' && config.position.kind === 'rope' && config.position.scaling === 'llama3')
      continue;
    throw fault(
      `the weights hold the tensor ${shown(name)}, which a ${config.architecture} model with this configuration does not have`,
    );
  }
  return plan;
}
