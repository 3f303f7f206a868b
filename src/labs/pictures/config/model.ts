// What this lab knows of a model by its name alone: links are read, and their defaults filled in, before anything of it
// is fetched.
import { formatSource, parseSource as parseAny, type PictureSource } from '../../../hub/source.ts';
import { pictureCard, pictureModelIds } from '../../../models/pictures.ts';

export { formatSource };
export type ModelSource = PictureSource;

const BUNDLED = 'text-avatars';
export const DEFAULT_SOURCE: ModelSource = { from: 'bundled', id: BUNDLED };

/** The source, or why the text names none of this lab's. */
export const parseSource = (text: string): ModelSource | string => parseAny(text, pictureModelIds);

/**
 * What a model wants of a sampler. `turbo` and `lcm` are distilled to few steps; `consistency` models are stepped by
 * their own rule; `classes` are told a class and `plain` ones nothing, instead of a prompt.
 */
export const modelKinds = ['avatars', 'prompt', 'turbo', 'lcm', 'consistency', 'classes', 'plain'] as const;
export type ModelKind = (typeof modelKinds)[number];

/** By words of published repositories' names; the first that is found decides. */
const words: readonly (readonly [RegExp, ModelKind])[] = [
  [/\blcm|latent-consistency/i, 'lcm'],
  [/turbo|lightning|hyper-?sd/i, 'turbo'],
  [/diffusers-c[dt]_|consistency/i, 'consistency'],
  [/\bDiT-/i, 'classes'],
  [/\bddpm-|butterfl|sd-class/i, 'plain'],
];

/** `scheduler`: the class that the model's own files name, where they have been read. */
export function kindOf(model: ModelSource, scheduler?: string): ModelKind {
  if (model.from === 'bundled') return 'avatars';
  if (scheduler === 'LCMScheduler') return 'lcm';
  if (scheduler === 'CMStochasticIterativeScheduler') return 'consistency';
  const name = model.from === 'hub' ? model.repo : model.name;
  return words.find(([word]) => word.test(name))?.[1] ?? 'prompt';
}

/** What a reader starts from, by kind of model. */
export interface Opening {
  /** In pixels, where it is known before the model is. */
  readonly size: number | null;
  readonly count: number;
  readonly prompt: string;
  readonly guidance: number;
  /** Of a contender in a link that says none. */
  readonly unsaidGuidance: number;
  readonly steps: number;
  /** Steps of the solution that the first run is measured against; 0 measures none. */
  readonly reference: number;
  readonly budgets: readonly number[];
}

const card = pictureCard(BUNDLED)!;
const ASTRONAUT = 'a photograph of an astronaut riding a horse';
/** What LatentConsistencyModelPipeline tells a network unless told otherwise. */
const LCM_GUIDANCE = 8.5;
const large = { size: null, count: 1, prompt: ASTRONAUT, reference: 0 } as const;
const guided = (guidance: number) => ({ guidance, unsaidGuidance: guidance });
const distilled = { ...large, ...guided(1), steps: 4, budgets: [1, 2, 4, 8] } as const;
export const openings: Readonly<Record<ModelKind, Opening>> = {
  avatars: {
    size: card.size,
    count: card.count,
    prompt: card.prompts[0]!,
    ...guided(3),
    steps: 12,
    reference: 64,
    budgets: [4, 6, 8, 12, 16, 24, 32],
  },
  prompt: { ...large, ...guided(7.5), steps: 20, budgets: [5, 10, 15, 20, 30, 40] },
  turbo: distilled,
  // Links from before the network was told the pipeline's weight mean 1.
  lcm: { ...distilled, guidance: LCM_GUIDANCE },
  consistency: { ...distilled, prompt: '', steps: 2 },
  classes: { ...large, prompt: '', ...guided(4), steps: 20, budgets: [5, 10, 15, 20, 30, 40] },
  plain: { ...large, prompt: '', count: 4, ...guided(1), steps: 20, budgets: [5, 10, 20, 40, 80] },
};
export const openingOf = (model: ModelSource): Opening => openings[kindOf(model)];
