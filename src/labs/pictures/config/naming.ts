// Names of this lab's contenders: what all have, and how the prompt guides them.
import { namesWith, several, type OwnParts } from '../../../samplers/contenders/naming.ts';
import type { PictureContender } from './experiment.ts';
import { asksByRole } from './guidance.ts';

const level = (sigma: number) => String(Number(sigma.toPrecision(6)));

/** At which levels guidance acts, in words. */
export function intervalText({ guideAbove, guideUpTo }: Pick<PictureContender, 'guideAbove' | 'guideUpTo'>): string {
  if (guideAbove === 0 && guideUpTo === Infinity) return 'guided at every σ';
  if (guideAbove === 0) return `guided up to σ ${level(guideUpTo)}`;
  if (guideUpTo === Infinity) return `guided above σ ${level(guideAbove)}`;
  return `guided at σ ${level(guideAbove)}…${level(guideUpTo)}`;
}

/** CFG is said beside other methods. The weight is always said, as every model has its own; rescale and interval where they are not at their defaults. */
const guidanceParts: OwnParts<PictureContender> = (c, contenders) => {
  const rescales = several(contenders.map((o) => o.rescale));
  const intervals = several(contenders.map(intervalText));
  return [
    ...(!asksByRole(c) && contenders.some((o) => o.guide) ? [{ text: 'CFG', differs: true }] : []),
    { text: `guidance ${level(c.guidance)}`, differs: several(contenders.map((o) => o.guidance)) },
    ...(rescales || c.rescale !== 0 ? [{ text: `rescale φ ${level(c.rescale)}`, differs: rescales }] : []),
    ...(intervals || c.guideAbove !== 0 || c.guideUpTo !== Infinity
      ? [{ text: intervalText(c), differs: intervals }]
      : []),
  ];
};

export const { contenderNames, contenderTitle, contenderTitles } = namesWith(guidanceParts);
