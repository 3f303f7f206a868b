// What an exported picture says in words.
import type { ModelCard } from '../../../models/types.ts';
import { modelCard, wholeWithoutClass } from './menus.ts';
import type { Experiment } from './experiment.ts';

export const modelLine = (e: Experiment): string =>
  `${modelCard(e.model).title}${e.learned ? ', learned denoiser' : ''}`;

const classText = (card: ModelCard, label: number): readonly string[] => {
  if (label >= 0 && card.classes[label]) return [`class: ${card.classes[label]}`];
  return card.classes.length > 0 && !wholeWithoutClass(card) ? ['class: every one in turn'] : [];
};

/** What all contenders share. */
export function settingsLine(e: Experiment): string {
  const card = modelCard(e.model);
  return [
    `${e.samples} samples`,
    `seed ${e.seed}`,
    ...(card.guidance ? [`guidance ${e.guidance}`] : []),
    ...classText(card, e.label),
    ...(e.model === 'drawn' ? [`${e.points.length} drawn points`] : []),
  ].join(' · ');
}

/** What the pictures are measured against. */
export function referenceLine(e: Experiment): string {
  const { reference } = modelCard(e.model);
  const method = reference.sampler === 'rk4' ? 'Runge-Kutta 4 in log σ' : 'UniPC of order 3';
  return `Reference: ${method}, ${reference.steps} steps evenly in log σ, from the same noise${e.learned ? ', with the exact denoiser' : ''}.`;
}

/** The step of a contender that a place of the scrubber shows. */
const stepAt = (position: number, steps: number): number => Math.min(steps, Math.floor(position * steps + 1e-9));

/** What of the run the pictures show; empty for its end. */
export function shownLine(position: number | null, steps: readonly number[]): string {
  if (position === null) return '';
  const places = [...new Set(steps.map((n) => `${stepAt(position, n)} of ${n}`))];
  const listed = [places.slice(0, -1).join(', '), places.at(-1)].filter((t) => t !== '').join(' and ');
  return `The pictures show step ${listed}, not the end; the numbers are of the finished run.`;
}

/** What else the pictures show than the whole samples of every contender; empty when they do. */
export function lookLine({
  difference,
  gain,
  zoom,
  hidden,
}: {
  readonly difference: boolean;
  readonly gain: number;
  readonly zoom: number;
  /** Names of contenders that are not drawn. */
  readonly hidden: readonly string[];
}): string {
  return [
    ...(difference ? [`Differences to the reference are shown${gain > 1 ? `, enlarged ${gain} times` : ''}.`] : []),
    ...(zoom > 1 ? [`The pictures are zoomed in ${Number(zoom.toPrecision(3))} times.`] : []),
    ...(hidden.length > 0 ? [`Not drawn: ${hidden.join('; ')}.`] : []),
  ].join(' ');
}

/** The steps shown, for a program that reads the file. */
export const shownSteps = (position: number | null, steps: readonly number[]) =>
  steps.map((n) => ({ step: position === null ? n : stepAt(position, n), of: n }));
