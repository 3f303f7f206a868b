// What a reader should know of a contender's wrappers on a model before trusting its numbers. Pure.
import { wrapperOf } from '../../../samplers/contenders/wrapping.ts';
import type { Contender, Experiment } from './experiment.ts';
import { rolesOf } from '../../../models/roles.ts';
import { modelCard } from './menus.ts';
import { lacking } from './wrapIdle.ts';
import { contenderPlan } from './contender.ts';

/** Sentences about wrapper `at`; none where it does what it says. */
export function wrapRemarks(
  c: Contender,
  at: number,
  { model, learned, label }: Pick<Experiment, 'model' | 'learned' | 'label'>,
): readonly string[] {
  const own = c.wraps![at]!;
  const by = wrapperOf(own.id)!;
  const card = modelCard(model);
  const lacks = lacking(own, model);
  if (lacks === 'blocks')
    return [`${card.title} has no blocks to leave out: the contender runs untouched. Choose a transformer.`];
  if (lacks === 'halves')
    return [`${card.title} answers at one size alone: the contender runs untouched. Choose the exact digits.`];
  const rows = card.network && card.network.tokens / card.network.across;
  if (rows !== undefined && own.id === 'strips' && Number(own.params.workers) > rows)
    return [`${card.title} has ${rows} rows of tokens: they make ${rows} strips of one row, and no more.`];
  const asked = by.asks?.(own.params) ?? [];
  const roles = rolesOf(card, learned, label);
  if (asked.includes('weak') && !roles.has('weak'))
    return [`${card.title}${learned ? ', learned,' : ''} has no weaker model: this contender is left out.`];
  if (asked.includes('target')) {
    const last = learned && card.kind !== 'network' ? -1 : card.classes.length - 1;
    if (last < 0) return [`${card.title}${learned ? ', learned,' : ''} has no classes: nothing pulls.`];
    if ((own.params.towards as number) > last)
      return [
        `There is no class ${String(own.params.towards)}: the classes are 0 to ${last}. This contender is left out.`,
      ];
  }
  if (by.fit?.guided && !c.guide && !card.guidance)
    return [
      'This contender is not guided: there is nothing to learn. Give it a guidance of its own, and choose a class.',
    ];
  if (by.fit && !own.fitted)
    return ['Not fitted yet: until then the contender runs untouched. The button above fits it to this model.'];
  const alone = contenderPlan({ ...c, wraps: c.wraps!.slice(0, at) }, model).nfe;
  return own.fitted && own.fitted.evaluations !== alone
    ? [
        `Fitted at ${own.fitted.evaluations} evaluations: at ${alone} each takes the numbers of the one as far along. Fit again to be exact.`,
      ]
    : [];
}
