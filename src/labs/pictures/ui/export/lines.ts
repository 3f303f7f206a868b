// What an exported picture says in words. Pure.
import type { PicturesExport } from '../../config/exports.ts';
import type { PicturesExperiment } from '../../config/experiment.ts';
import { picturesFields } from '../../config/fields.ts';
import { formatSource, openingOf } from '../../config/model.ts';

/** The words that the pictures were asked for by. */
export const promptLines = ({ prompt, negative }: PicturesExperiment): readonly string[] => [
  ...(prompt.trim() === '' ? [] : [`“${prompt.trim()}”`]),
  ...(negative.trim() === '' ? [] : [`Not: “${negative.trim()}”`]),
];

/** What all contenders had in common beside the words. */
export function conditionsLine(e: PicturesExperiment, { width, height, model }: PicturesExport): string {
  const fields = picturesFields(openingOf(e.model));
  const noise = fields.noise.options.find((o) => o.value === e.noise)?.label ?? e.noise;
  const name = formatSource(e.model);
  return [
    ...(name === model.title ? [] : [name]),
    `${e.count === 1 ? 'one picture' : `${e.count} pictures`} of ${width}×${height}`,
    `seed ${e.seed}${e.noise !== 'ours' && e.perPicture ? ', one for each picture' : ''}`,
    `noise: ${noise}`,
    ...(e.label >= 0 ? [`class ${e.label}`] : []),
    ...(e.clipSkip > 0 ? [`CLIP skip ${e.clipSkip}`] : []),
    ...(e.conventions === 'diffusers' ? ['conventions as diffusers'] : []),
    ...(e.start ? [`from “${e.start.name}” at σ ${e.start.sigma}`] : []),
    `weights ${model.format}`,
    ...(model.licence === null ? [] : [`licence: ${model.licence}`]),
  ].join(' · ');
}
