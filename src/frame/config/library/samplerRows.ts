import { contenderFields, guidanceFieldsOf } from '../../../samplers/contenders/contender.ts';
import type { Contender } from '../../../samplers/contenders/types.ts';
import { guidanceOf } from '../../../samplers/guidance/index.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import { schedules } from '../../../schedules/index.ts';
import { wrapNames, wrapTexts } from '../../../samplers/contenders/wrapping.ts';
import type { Row } from './types.ts';
import { fieldRows } from './words.ts';

/** A sampler with its schedule. */
export function samplerRows(c: Contender): readonly Row[] {
  const { params, scheduleParams } = contenderFields(c);
  const own = c.schedule === 'explicit';
  return [
    { field: 'Sampler', value: samplers[c.sampler].title },
    ...fieldRows(params, c.params),
    { field: 'Schedule', value: c.schedule === 'explicit' ? 'own σ list' : schedules[c.schedule].title },
    ...fieldRows(scheduleParams, c.scheduleParams, ' of the schedule'),
    ...(own ? [{ field: 'σ', value: c.sigmas.map((s) => Number(s.toPrecision(6))).join(' ') }] : []),
    { field: 'Steps', value: String(c.steps) },
    ...(c.guide
      ? [
          { field: 'Method of guidance', value: guidanceOf(c.guide.method).title },
          ...fieldRows(guidanceFieldsOf(c), c.guide.params, ' of the guidance'),
        ]
      : []),
    ...wrapRows(c),
  ];
}

/** The wrappers in order: in words, and whole as their text, whose fitted numbers are shortened. */
const wrapRows = (c: Contender): readonly Row[] =>
  wrapTexts(c).map((text, i) => ({
    field: `Wrapper ${i + 1}`,
    value: `${wrapNames(c)[i]} (${text.slice(1, 80)})`,
  }));
