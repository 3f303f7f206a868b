// What a reader should know of a contender's guidance on a model before trusting its pictures. Pure.
import { rolesOf } from '../../../models/roles.ts';
import type { ModelCard } from '../../../models/types.ts';
import { guidanceOf } from '../../../samplers/guidance/index.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import type { Contender, Experiment } from './experiment.ts';
import { modelCard, wholeWithoutClass } from './menus.ts';

/** Why nothing is said without a class beside what is said with it. */
function classless(card: ModelCard, learned: boolean): string {
  if (card.classes.length === 0) return `${card.title} has no classes: there is nothing to guide towards.`;
  return learned
    ? 'The trained network of this target knows no classes: there is nothing to guide towards.'
    : 'Choose a class above: without one there is nothing to guide towards.';
}

/** Sentences; none where the model can all that the guidance asks. */
export function guidanceRemarks(
  c: Pick<Contender, 'guide' | 'sampler'>,
  { model, learned, label }: Pick<Experiment, 'model' | 'learned' | 'label'>,
): readonly string[] {
  const card = modelCard(model);
  const roles = rolesOf(card, learned, label);
  if (!c.guide)
    return c.sampler.endsWith('_cfg_pp') && !roles.has('null')
      ? [`${samplers[c.sampler].title} is for guided models. ${classless(card, learned)}`]
      : [];
  const method = guidanceOf(c.guide.method);
  const { avoid } = c.guide.params;
  const last = card.classes.length - 1;
  return [
    ...(method.asks.includes('null') && !roles.has('null') ? [classless(card, learned)] : []),
    ...(method.asks.includes('weak') && !roles.has('weak')
      ? [`${card.title}${learned ? ', learned,' : ''} has no weaker model: this contender is left out.`]
      : []),
    ...(method.asks.includes('negative') && roles.has('negative') && (avoid as number) > last
      ? [`There is no class ${String(avoid)} to avoid: the classes are 0 to ${last}. This contender is left out.`]
      : []),
    ...(method.images && card.shape.kind === 'point'
      ? [`${method.title} looks at the numbers of an image; a point has two.`]
      : []),
    ...(card.guidance && !wholeWithoutClass(card) && c.guide.method === 'autoguidance'
      ? ['Its weaker network is smaller and was trained for a fraction of the time.']
      : []),
  ];
}
