// Wrappers that a model gives nothing to do. Pure.
import { namesWith } from '../../../samplers/contenders/naming.ts';
import { wrapperOf, type OwnWrapper } from '../../../samplers/contenders/wrapping.ts';
import type { Contender } from './experiment.ts';
import { modelCard, type ModelId } from './menus.ts';

/** What a wrapper needs that the model does not have; null where it has all. */
export function lacking({ id, params }: OwnWrapper, model: ModelId): 'blocks' | 'halves' | null {
  const by = wrapperOf(id)!;
  const card = modelCard(model);
  if ((by.blocks || params.what === 'features') && !card.network) return 'blocks';
  return by.halves && !card.halves ? 'halves' : null;
}

const IDLE = 'runs untouched here';
/** The part of a name by which no result of a plain run is read as a wrapper's. */
export const idleParts =
  (model: ModelId) =>
  ({ wraps = [] }: Pick<Contender, 'wraps'>, contenders: readonly Pick<Contender, 'wraps'>[]) => {
    const idle = (own: readonly OwnWrapper[]) => own.some((wrap) => lacking(wrap, model) !== null);
    return idle(wraps) ? [{ text: IDLE, differs: contenders.some((o) => !idle(o.wraps ?? [])) }] : [];
  };

/** Names of contenders on a model: they say where a wrapper changes nothing. */
export const titlesOn = (model: ModelId) => namesWith<Contender>(idleParts(model));
