// What every method of guidance has: a weight, the levels at which it acts, and how its contrast is set right.
import { choiceField, numberField, type NumberField } from '../../core/field.ts';
import type { Reg } from '../diffusion/types.ts';
import type { Guided } from './types.ts';

/** A bound on σ above which there is no level that any schedule has. */
export const ALL_LEVELS = 1e6;
/** What the network predicts, of which a rescaling looks at the deviation. */
export type Space = 'flow' | 'noise' | 'denoised';

export interface CommonParams {
  w: number;
  phi: number;
  space: Space;
  from: number;
  to: number;
}

/** The highest level at which a method acts. Links wrote the bound itself for every level, and may still. */
function upToField(to: number): NumberField {
  const field = numberField({
    label: 'Guided up to σ',
    help: 'Guidance acts at noise levels from here down; ∞ for every level.',
    default: to,
    min: 1e-3,
    max: ALL_LEVELS,
    log: true,
  });
  return {
    ...field,
    parse: (text) => (text.trim() === '∞' ? ALL_LEVELS : field.parse(text)),
    format: (value) => (value === ALL_LEVELS ? '∞' : field.format(value)),
  };
}

/** The fields that all have, with a method's own defaults. */
export const commonFields = ({ w = 2, phi = 0, from = 0, to = ALL_LEVELS }: Partial<CommonParams> = {}) => ({
  w: numberField({
    label: 'Weight w',
    help: 'How far past the class the guess is pushed: 1 is the class alone, more pushes further.',
    default: w,
    min: 0,
    max: 30,
    step: 0.1,
  }),
  phi: numberField({
    label: 'Rescale φ',
    help: 'How far the contrast of guided samples is brought back to that of unguided ones: 0 not at all, 1 wholly.',
    default: phi,
    min: 0,
    max: 1,
    step: 0.05,
  }),
  space: choiceField<Space>({
    label: 'Rescaled',
    help: 'Whose deviation φ sets right: the velocity of a flow, the noise, or the denoised sample.',
    default: 'flow',
    options: [
      ['flow', 'velocity of the flow'],
      ['noise', 'noise'],
      ['denoised', 'denoised sample'],
    ],
  }),
  from: numberField({
    label: 'Guided above σ',
    help: 'Guidance acts at noise levels above this one; 0 for every level.',
    default: from,
    min: 0,
    max: ALL_LEVELS,
    step: 0.1,
  }),
  to: upToField(to),
});

/** Where a guidance acts: above the one level, up to the other (https://arxiv.org/abs/2404.07724). */
export const actsAt = ({ from, to }: CommonParams, sigma: number): boolean => sigma > from && sigma <= to;

/**
 * A prediction is linear in D and x: F ∝ D − κx. Of the velocity of a flow, in which x = x_t(1 + σ) and D = x_t − tv,
 * κ = 1/(1 + σ).
 */
export function kappa(space: Space, sigma: number): number {
  switch (space) {
    case 'flow':
      return 1 / (1 + sigma);
    case 'noise':
      return 1;
    case 'denoised':
      return 0;
    default:
      return space satisfies never;
  }
}

/** u + w·(c − u) into `out`; whoever is not needed is not asked. */
export function mixTwo(at: Guided, away: 'null' | 'weak', w: number, out: Reg = at.out): void {
  if (w === 1) at.combine(out, [[1, at.ask('class')]]);
  else if (w === 0) at.combine(out, [[1, at.ask(away)]]);
  else
    at.combine(out, [
      [w, at.ask('class')],
      [1 - w, at.ask(away)],
    ]);
}

/**
 * φ: the prediction's deviation goes a share φ of the way back to that of the class's (https://arxiv.org/abs/2305.08891,
 * eq. 15 and 16).
 */
export function rescale(at: Guided, { phi }: CommonParams): void {
  if (phi === 0) return;
  const said = at.ask('class');
  const k = at.kappa;
  const by = { kind: 'deviation', share: phi } as const;
  if (k === 0) {
    at.guide(at.out, at.out, said, by);
    return;
  }
  const reference = at.own('a');
  at.combine(reference, [
    [1, said],
    [-k, at.x],
  ]);
  at.combine(at.out, [
    [1, at.out],
    [-k, at.x],
  ]);
  at.guide(at.out, at.out, reference, by);
  at.combine(at.out, [
    [1, at.out],
    [k, at.x],
  ]);
}
