// For whom a contender was fitted: the model, what it was told, and of a network which weights.
import { formatGuidance } from '../../../samplers/contenders/text.ts';
import { fitRemark } from '../../../samplers/contenders/fitRemark.ts';
import type { Contender, Experiment } from './experiment.ts';
import { modelCard } from './menus.ts';
import { formatPoints } from './points.ts';

/** Of a text, eight hexadecimal digits: FNV-1a (Fowler, Noll, Vo), 32 bits. */
function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const c of text) hash = Math.imul(hash ^ c.codePointAt(0)!, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

type Modelled = Pick<Experiment, 'model' | 'learned' | 'points' | 'guidance' | 'label'>;

/** `ring8`, `moons_net-1a2b3c4d`, `digits-1a2b3c4d.w3`; without the digest where the weights are not known yet. */
export function modelKey(e: Modelled, c: Pick<Contender, 'guide'>, digest?: string | null): string {
  const known = e.model === 'drawn' ? digestOf(formatPoints(e.points)) : digest;
  const name = `${e.model}${e.learned ? '_net' : ''}${known ? `-${known}` : ''}`;
  const plain = c.guide ? formatGuidance(c) : `w${e.guidance}`;
  const guided = c.guide || (modelCard(e.model).guidance && e.guidance !== 1);
  const told = [
    ...(guided
      ? [
          plain
            .replaceAll('.', 'p')
            .replace(/[^\w-]+/g, '_')
            .replace(/_$/, ''),
        ]
      : []),
    ...(e.label >= 0 ? [`class${e.label}`] : []),
  ];
  return [name, ...told].join('.');
}

/** Words on a contender that was fitted for something else than this; null where it is at home. */
export const fittedElsewhere = (e: Modelled, c: Contender, digest?: string | null): string | null =>
  fitRemark(c, modelKey(e, c, digest));
