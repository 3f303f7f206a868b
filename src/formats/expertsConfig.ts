// Mixtures of experts as config.json and GGUF metadata describe them.
import type { ExpertRule } from './architectures/types.ts';
import type { ConfigFields } from './configFields.ts';
import { FormatError } from './error.ts';
import type { Reader } from './json.ts';
import type { Experts, TransformerConfig } from './transformerConfig.ts';

/** More than any published model has, and what the router's kernel sorts. */
const MOST_EXPERTS = 512;
const MOST_HIDDEN = 2 ** 20;

type Made = Pick<TransformerConfig, 'layers' | 'hidden'>;

/** Layers with a plain feed-forward block: those listed, and those whose number, from one on, the step does not divide. */
function denseLayers(c: ConfigFields, layers: number): number[] {
  const step = c.integerOr('decoder_sparse_step', 1, 512, 1);
  const listed = c.read.has('mlp_only_layers') ? c.read.list('mlp_only_layers', 512) : [];
  if (!listed.every((i) => Number.isInteger(i) && (i as number) >= 0 && (i as number) < 512))
    c.read.fail('mlp_only_layers', 'a list of layers, counted from 0');
  return Array.from({ length: layers }, (_, i) => i).filter((i) => listed.includes(i) || (i + 1) % step !== 0);
}

/** What config.json says of the experts; transformers 4 and 5 name their number differently. */
export function configExperts(c: ConfigFields, rule: ExpertRule, { layers, hidden }: Made): Experts {
  const { defaults } = rule;
  const counted = c.read.has('num_local_experts') ? 'num_local_experts' : 'num_experts';
  const count = c.integerOr(counted, 1, MOST_EXPERTS, defaults.count);
  const used = c.integerOr('num_experts_per_tok', 1, MOST_EXPERTS, defaults.used);
  if (used > count) c.read.fail('num_experts_per_tok', `at most ${counted} = ${count}`);
  return {
    count,
    used,
    hidden: rule.hidden === null ? hidden : c.integerOr(rule.hidden, 1, MOST_HIDDEN, defaults.hidden),
    normalised: rule.normalised === true || c.flag('norm_topk_prob', false),
    shared: rule.shared === null ? null : c.integerOr(rule.shared, 1, MOST_HIDDEN, defaults.shared),
    dense: rule.someDense ? denseLayers(c, layers) : [],
  };
}

/** Of what llama.cpp can do with experts, the value that changes nothing. */
const plain = [
  ['expert_weights_scale', 'a factor on the weights of experts', [0, 1]],
  ['expert_gating_func', 'weights that are no softmax', [0, 1]],
  ['expert_group_count', 'experts chosen by groups', [0, 1]],
  ['leading_dense_block_count', 'first layers without experts', [0]],
] as const;

/** The same of a GGUF file; layers without a router are dense. `at` is the prefix of its keys. */
export function ggufExperts(
  read: Reader,
  at: string,
  rule: ExpertRule,
  { layers, hidden }: Made,
  hasRouter: (layer: number) => boolean,
): Experts {
  for (const [key, meaning, allowed] of plain)
    if (read.has(at + key) && !(allowed as readonly number[]).includes(read.number(at + key, -1e6, 1e6)))
      throw new FormatError(
        `${at}${key} is ${String(read.value(at + key))}: ${meaning}, which this app does not run`,
        'Choose another mixture of experts.',
      );
  const count = read.integer(`${at}expert_count`, 1, MOST_EXPERTS);
  const widthOf = (key: string, otherwise: number) =>
    read.has(at + key) ? read.integer(at + key, 1, MOST_HIDDEN) : otherwise;
  const norm = `${at}expert_weights_norm`;
  return {
    count,
    used: read.integer(`${at}expert_used_count`, 1, count),
    hidden: widthOf('expert_feed_forward_length', hidden),
    normalised: read.has(norm) ? read.value(norm) === true : rule.ggufNormalised,
    shared: rule.shared === null ? null : widthOf('expert_shared_feed_forward_length', hidden),
    dense: Array.from({ length: layers }, (_, i) => i).filter((i) => !hasRouter(i)),
  };
}
