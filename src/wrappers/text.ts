// A contender's wrappers as text: `~tea(threshold=0.2)~NUMBERS` of each.
import type { Refusal } from '../core/refusal.ts';
import type { FieldTable } from '../samplers/contenders/contender.ts';
import { call, formatParams, parseParams } from '../samplers/contenders/text.ts';
import type { Contender } from '../samplers/contenders/types.ts';
import { wrapperOf, type OwnWrapper } from '../samplers/contenders/wrapping.ts';
import { formatFitted, parseFitted } from './fittedText.ts';

/** A contender's wrappers as text, with the numbers that they were fitted with. */
export const formatWraps = ({ wraps = [] }: Pick<Contender, 'wraps'>): readonly string[] =>
  wraps.map(({ id, params, fitted }) => {
    const fields = wrapperOf(id)!.params as FieldTable;
    return `~${id}${formatParams(params, fields)}${fitted ? `~${formatFitted(fitted)}` : ''}`;
  });

/** `~tea(threshold=0.2)~NUMBERS`, of each; what cannot be read is refused. */
export function parseWraps(texts: readonly string[], where: string, refusals: Refusal[]): Pick<Contender, 'wraps'> {
  const wraps = texts.flatMap((text): OwnWrapper[] => {
    const [, head = '', numbers] = text.split('~');
    const named = call(head);
    const by = named && wrapperOf(named.name);
    if (!by) {
      refusals.push({ where, value: text.slice(0, 80), because: 'there is no such wrapper', used: 'left out' });
      return [];
    }
    const fields = by.params as FieldTable;
    const params = parseParams(named.args, fields, `${where} ${by.title}`, refusals);
    const fitted = numbers === undefined ? null : parseFitted(numbers, by.fit?.columns.length ?? 0);
    if (typeof fitted === 'string')
      refusals.push({ where: `${where} ${by.title}`, value: numbers!.slice(0, 40), because: fitted, used: 'no fit' });
    return [{ id: by.id, params, ...(fitted && typeof fitted !== 'string' && { fitted }) }];
  });
  return wraps.length > 0 ? { wraps } : {};
}
