import type { ConfigFields } from '../configFields.ts';
import type { Reader } from '../json.ts';
import type { Position, TransformerConfig } from '../transformerConfig.ts';
import { gemma, gemmaScales } from './gemma.ts';
import type { Extras, LanguageArchitecture } from './types.ts';

const MOST_CAP = 1e6;
const MOST_WINDOW = 2 ** 27;

/** Which layers see a window, from config.json: as listed, or all but every `period`-th one, counted from one on. */
export function slidingLayers(c: ConfigFields, layers: number, period: number): readonly boolean[] {
  if (!c.read.has('layer_types')) return Array.from({ length: layers }, (_, i) => (i + 1) % period !== 0);
  const types = c.read.texts('layer_types', 512);
  if (types.length !== layers || !types.every((t) => t === 'full_attention' || t === 'sliding_attention'))
    c.read.fail('layer_types', `${layers} names, one per layer, each full_attention or sliding_attention`);
  return types.map((type) => type === 'sliding_attention');
}

/** The same from a GGUF file, which may state the period or every layer's kind. */
export function slidingLayersOfGguf(read: Reader, at: string, layers: number, period: number): readonly boolean[] {
  const key = `${at}attention.sliding_window_pattern`;
  if (Array.isArray(read.value(key))) {
    const list = read.list(key, 1024);
    if (list.length !== layers || !list.every((v) => typeof v === 'boolean'))
      read.fail(key, `a whole number, or true or false for each of ${layers} layers`);
    return list as readonly boolean[];
  }
  const every = read.has(key) ? read.integer(key, 1, 1024) : period;
  return Array.from({ length: layers }, (_, i) => (i + 1) % every !== 0);
}

/** Attention of every layer; `local` is where the sliding ones stand, if not where the others do. */
export const alternating = (
  { position }: TransformerConfig,
  sliding: readonly boolean[],
  window: number,
  local: Position = position,
): Pick<TransformerConfig, 'byLayer' | 'slidingWindow'> => ({
  slidingWindow: null,
  byLayer: sliding.map((slides) => (slides ? { window, position: local } : { window: null, position })),
});

/** `sliding_window`, 4,096 where nothing is said. */
export const windowOf = (c: ConfigFields): number =>
  c.raw('sliding_window') === undefined ? 4096 : c.read.integer('sliding_window', 1, MOST_WINDOW);

export const windowOfGguf = (read: Reader, at: string): number =>
  read.has(`${at}attention.sliding_window`) ? read.integer(`${at}attention.sliding_window`, 1, MOST_WINDOW) : 4096;

/** A cap that null switches off. */
function capOf(c: ConfigFields, key: string, otherwise: number | null): number | null {
  if (c.raw(key) === undefined) return otherwise;
  return c.read.has(key) ? c.read.number(key, 1e-3, MOST_CAP) : null;
}

/** Caps and the scale of scores, which config.json of Gemma 2 and 3 names alike. */
export function cappedAndScaled(
  c: ConfigFields,
  { width }: TransformerConfig,
  caps: { readonly attention: number | null; readonly logits: number | null },
): Extras {
  const attention = capOf(c, 'attn_logit_softcapping', caps.attention);
  const logits = capOf(c, 'final_logit_softcapping', caps.logits);
  return {
    scales: gemmaScales(width, c.numberOr('query_pre_attn_scalar', 1, 65536, 256)),
    ...((attention !== null || logits !== null) && { softCap: { attention, logits } }),
  };
}

/** The same of a GGUF file. Its scale is not stated: it is by a head's numbers but in the largest model, of `largest` layers. */
export function cappedAndScaledOfGguf(
  read: Reader,
  at: string,
  { width, heads, headDim, layers }: TransformerConfig,
  caps: { readonly attention: number | null; readonly logits: number | null },
  largest: number,
): Extras {
  const cap = (key: string, otherwise: number | null) =>
    read.has(at + key) ? read.number(at + key, 0, MOST_CAP) || null : otherwise;
  const attention = cap('attn_logit_softcapping', caps.attention);
  const logits = cap('final_logit_softcapping', caps.logits);
  return {
    scales: gemmaScales(width, layers === largest ? Math.floor(width / heads) : headDim),
    ...((attention !== null || logits !== null) && { softCap: { attention, logits } }),
  };
}

const caps = { attention: 50, logits: 30 };

/**
 * Gemma Team 2024, https://arxiv.org/abs/2408.00118: Gemma with norms on both sides of every block, a window in every
 * other layer, and caps on scores and logits.
 */
export const gemma2: LanguageArchitecture = {
  ...gemma,
  models: ['Gemma 2'],
  demands: gemma.demands.filter(({ key }) => key !== 'sliding_window'),
  window: null,
  normAt: 'both',
  extras: (c, made) => ({
    ...cappedAndScaled(c, made, caps),
    ...alternating(made, slidingLayers(c, made.layers, 2), windowOf(c)),
  }),
  transformers: {
    ...gemma.transformers,
    layer: {
      ...gemma.transformers.layer,
      norm2: 'pre_feedforward_layernorm',
      postNorm1: 'post_attention_layernorm',
      postNorm2: 'post_feedforward_layernorm',
    },
  },
  gguf: {
    ...gemma.gguf,
    architecture: 'gemma2',
    layer: { ...gemma.gguf.layer, postNorm1: 'post_attention_norm', postNorm2: 'post_ffw_norm' },
    extras: (read, at, made) => ({
      ...cappedAndScaledOfGguf(read, at, made, caps, 46),
      ...alternating(made, slidingLayersOfGguf(read, at, made.layers, 2), windowOfGguf(read, at)),
    }),
  },
};
