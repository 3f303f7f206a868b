import type { AffectsTable } from '../../../frame/config/affects.ts';
import type { CacheFormat, CacheTypes } from '../../../core/cacheFormat.ts';
import type { ParamValue } from '../../../core/field.ts';
import type { KernelChoices } from '../../../core/kernelVersions.ts';
import type { TemplateValues } from '../../../formats/chatTemplate.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import type { AlgorithmId } from '../../../samplers/decoding/algorithms.ts';
import type { StageId } from '../../../samplers/decoding/stages.ts';

import type { Talk } from './talk.ts';

export type Params = Readonly<Record<string, ParamValue>>;

export const weightFormats = ['auto', 'stored', 'f32', 'f16', 'int8', 'int4'] as const;
export type FormatChoice = (typeof weightFormats)[number];

export interface ChainLink {
  readonly stage: StageId;
  readonly params: Params;
}

/** One row of a comparison: an algorithm with its chain of stages, in the order in which they apply. */
export interface LanguageContender {
  readonly algorithm: AlgorithmId;
  readonly params: Params;
  readonly chain: readonly ChainLink[];
}

/**
 * A token picked by hand: sample `sample` of `parent` goes another way at generated token `at`. The branch runs on with
 * the contender's own sampler and the same keyed numbers.
 */
export interface Branch {
  readonly contender: number;
  readonly sample: number;
  /**
   * Index into `branches` of the branch that it leaves, or −1 for the contender's own text. Always smaller than its own
   * index.
   */
  readonly parent: number;
  readonly at: number;
  readonly token: number;
}

/**
 * Everything that defines a run of the language lab: what the URL holds, what the history stores, what tests replay.
 */
export interface LanguageExperiment {
  readonly model: LanguageSource;
  readonly format: FormatChoice;
  /** What keys and values of the texts are kept in. */
  readonly cacheKeys: CacheFormat;
  readonly cacheValues: CacheFormat;
  /** Drafts for speculation; null takes the bundled model's own draft, if it has one. */
  readonly draft: LanguageSource | null;
  readonly prompt: string;
  /** Wrap the prompt in the model's chat template. */
  readonly chat: boolean;
  readonly system: string;
  /** Whether names of special tokens in the prompt and system text are those tokens, or plain text. */
  readonly names: 'token' | 'text';
  /** What the chat template is told besides the conversation, by name. */
  readonly variables: TemplateValues;
  readonly seed: number;
  readonly samples: number;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** What happens when the text outgrows the model's context: end there with a notice, or forget the oldest tokens. */
  readonly overflow: 'refuse' | 'shift';
  /** First tokens of the prompt that are never forgotten; a start token never is. */
  readonly keep: number;
  /** Index of the contender that the others are compared with. */
  readonly baseline: number;
  readonly contenders: readonly LanguageContender[];
  readonly branches: readonly Branch[];
  /** The conversation of the chat view. */
  readonly talk: Talk;
  /** Kernel versions to run instead of those chosen for the device; usually none. */
  readonly kernels: KernelChoices;
}

export const cacheOf = (e: Pick<LanguageExperiment, 'cacheKeys' | 'cacheValues'>): CacheTypes => ({
  keys: e.cacheKeys,
  values: e.cacheValues,
});

/** What each part of the experiment affects; see frame/config/affects.ts. */
export const languageAffects: AffectsTable<LanguageExperiment> = {
  model: 'result',
  format: 'result',
  cacheKeys: 'result',
  cacheValues: 'result',
  draft: 'result',
  prompt: 'result',
  chat: 'result',
  system: 'result',
  names: 'result',
  variables: 'result',
  seed: 'result',
  samples: 'result',
  maxTokens: 'result',
  stop: 'result',
  overflow: 'result',
  keep: 'result',
  baseline: 'view',
  contenders: 'own',
  branches: 'own',
  talk: 'view',
  kernels: 'result',
};
