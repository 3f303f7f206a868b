// What the language lab's menus show, read off the registries: `ui` may not import those, and needs no more than this.
import { languageCard, languageModelIds, type LanguageModelId } from '../../../models/language.ts';
import { textMetrics } from '../../../metrics/text/index.ts';
import { algorithmIds, type AlgorithmId } from '../../../samplers/decoding/algorithms.ts';
import { refusal, takesStage } from '../../../samplers/decoding/common.ts';
import { grammars } from '../../../samplers/decoding/grammar/engine.ts';
import { refuseChain } from '../../../samplers/decoding/refuse.ts';
import { stages, type StageId } from '../../../samplers/decoding/stages.ts';
import type { Algorithm, Stage } from '../../../samplers/decoding/types.ts';
import type { TextMetric } from '../../../metrics/text/types.ts';
import type { MenuItem } from '../../../frame/config/menu.ts';
import { algorithmFields, algorithmOf, samplesOf, stageFields, stageOf, type FieldTable } from './contenderText.ts';
import type { LanguageContender, LanguageExperiment } from './experiment.ts';

export interface FieldItem<Id extends string> extends MenuItem<Id> {
  readonly group: string;
  readonly fields: FieldTable;
}

/** By what an algorithm promises, because that decides what it may be compared with. */
function promise(a: Algorithm): string {
  if (a.preservesDistribution) return 'Draws from the chain’s distribution';
  if (a.mixing) return 'Draws from several distributions';
  if (a.usesChain) return 'Draws, then chooses';
  return 'Searches, without a draw';
}
const GROUPS: Readonly<Record<Stage['group'], string>> = {
  shape: 'Shape',
  truncate: 'Cut off',
  penalise: 'Penalise',
  adaptive: 'Adapt',
  constrain: 'Constrain',
};

export const algorithmMenu: readonly FieldItem<AlgorithmId>[] = algorithmIds.map((id) => {
  const a = algorithmOf(id);
  return { id, title: a.title, summary: a.summary, paper: a.paper, group: promise(a), fields: algorithmFields(id) };
});
export const stageMenu: readonly FieldItem<StageId>[] = (Object.keys(stages) as StageId[]).map((id) => {
  const s = stageOf(id);
  return { id, title: s.title, summary: s.summary, paper: s.paper, group: GROUPS[s.group], fields: stageFields(id) };
});
export const algorithmItem = (id: AlgorithmId): FieldItem<AlgorithmId> => algorithmMenu.find((m) => m.id === id)!;
export const stageItem = (id: StageId): FieldItem<StageId> => stageMenu.find((m) => m.id === id)!;
export const languageModelMenu: readonly MenuItem<LanguageModelId>[] = languageModelIds.map((id) => ({
  id,
  title: languageCard(id)!.title,
  summary: languageCard(id)!.summary,
  paper: null,
}));
/** Names and units of what texts are judged by; an id that is not here is shown as it is. */
export const textMetricMenu: readonly Pick<TextMetric, 'id' | 'title' | 'summary' | 'unit' | 'better'>[] =
  Object.values(textMetrics);
/** A menu's items under their groups, in the order of the registry. */
export function grouped<T extends { readonly group: string }>(
  items: readonly T[],
): readonly { readonly group: string; readonly items: readonly T[] }[] {
  return [...new Set(items.map((i) => i.group))].map((group) => ({
    group,
    items: items.filter((i) => i.group === group),
  }));
}

/** Whether an algorithm reads its chain of stages at all. */
export const takesChain = (id: AlgorithmId): boolean =>
  algorithmOf(id).usesChain || algorithmOf(id).takesReordering === true;
/** Whether it draws tokens from what its chain leaves. */
export const drawsFromChain = (id: AlgorithmId): boolean => algorithmOf(id).usesChain;
export const takesStageOf = (algorithm: AlgorithmId, stage: StageId): boolean =>
  takesStage(algorithmOf(algorithm), stageOf(stage));

/** Whether a draft model is named, or comes with the model. */
export const hasDraft = (e: Pick<LanguageExperiment, 'model' | 'draft'>): boolean =>
  e.draft !== null || (e.model.from === 'bundled' && languageCard(e.model.id)?.draft !== undefined);

/** Every reason, as a sentence, why a contender cannot run as it stands; empty when it can. */
export function contenderRefusals(
  c: LanguageContender,
  e: Pick<LanguageExperiment, 'model' | 'draft' | 'samples' | 'maxTokens'>,
): readonly string[] {
  const own = refusal(
    algorithmOf(c.algorithm),
    { samples: samplesOf(c, e.samples, e.maxTokens), maxTokens: e.maxTokens, chain: c.chain },
    c.params,
    hasDraft(e),
  );
  return [...refuseChain(c.chain), ...(own ? [own] : [])];
}

export const grammarsLoaded = (): boolean => grammars() !== null;
export { usesGrammar } from '../../../samplers/decoding/grammar/engine.ts';
export { loadGrammars } from '../../../samplers/decoding/grammar/load.ts';
export { languageCard, languageModelIds } from '../../../models/language.ts';
export type { AlgorithmId } from '../../../samplers/decoding/algorithms.ts';
export type { LanguageModelId } from '../../../models/language.ts';
export type { StageId } from '../../../samplers/decoding/stages.ts';
