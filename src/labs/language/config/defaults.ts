import { languageCard } from '../../../models/language.ts';
import { newContender, newLink } from './contenderText.ts';
import type { LanguageContender, LanguageExperiment } from './experiment.ts';
import type { LanguageSource } from '../../../hub/source.ts';
import { languageFields } from './fields.ts';
import { NO_TALK } from './talk.ts';

export const DEFAULT_SOURCE: LanguageSource = { from: 'bundled', id: 'sotu' };

export const defaultPrompt = (model: LanguageSource): string =>
  model.from === 'bundled' ? languageCard(model.id)!.prompts[0]! : 'Once upon a time';

/** What a first-time reader should see of a model: different characters, the same random numbers. */
export function defaultContenders(model: LanguageSource): readonly LanguageContender[] {
  const card = model.from === 'bundled' ? languageCard(model.id) : undefined;
  if (card?.checker === 'countdown') {
    return [
      newContender('sampling', [newLink('temperature', { temperature: 0.7 })]),
      newContender('sampling', [newLink('temperature', { temperature: 1 }), newLink('min_p', { p: 0.1 })]),
      newContender('arithmetic'),
    ];
  }
  return [
    newContender('sampling', [newLink('temperature', { temperature: 0.8 })]),
    newContender('sampling', [newLink('temperature', { temperature: 0.8 }), newLink('top_p', { p: 0.9 })]),
    newContender('sampling', [newLink('temperature', { temperature: 1.2 }), newLink('min_p', { p: 0.1 })]),
    newContender('greedy'),
  ];
}

export function defaultLanguage(model: LanguageSource = DEFAULT_SOURCE): LanguageExperiment {
  const fields = languageFields(model);
  return {
    model,
    draft: null,
    format: fields.format.default,
    cacheKeys: fields.cacheKeys.default,
    cacheValues: fields.cacheValues.default,
    prompt: defaultPrompt(model),
    chat: false,
    system: '',
    names: fields.names.default,
    variables: {},
    seed: fields.seed.default,
    samples: fields.samples.default,
    maxTokens: fields.maxTokens.default,
    stop: [],
    overflow: fields.overflow.default,
    keep: fields.keep.default,
    baseline: 0,
    contenders: defaultContenders(model),
    branches: [],
    talk: NO_TALK,
    kernels: {},
  };
}
