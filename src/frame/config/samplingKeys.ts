import type { Shortcuts } from '../state/labStore.ts';

/** Keys of every lab whose contenders are samplers; `ends`: what their last step shows. */
export const samplingKeys = (ends: string): readonly Shortcuts[] => [
  {
    where: 'Steps under the pictures',
    keys: [
      ['← →', 'one step back or on'],
      ['Home End', `the noise, the ${ends}`],
    ],
  },
  {
    where: 'A picture',
    keys: [
      ['Enter', 'open it large'],
      ['+ −', 'closer, farther; all pictures with it'],
      ['← ↑ → ↓', 'move what is seen'],
      ['0', 'the whole picture'],
      ['Space', 'flip between two, where it is large'],
    ],
  },
  {
    where: 'A chart',
    keys: [
      ['← →', 'read it point by point'],
      ['Home End', 'its first and last point'],
      ['Esc', 'stop reading'],
    ],
  },
  {
    where: 'Menu of samplers or schedules',
    keys: [
      ['↓', 'open it'],
      ['letters', 'search it by any tool’s name'],
      ['↑ ↓, Page up, Page down', 'move the mark'],
      ['Enter', 'take what is marked'],
    ],
  },
  {
    where: 'A level of an own σ list',
    keys: [
      ['↑ ↓', 'up or down by 5 %'],
      ['Page up, Page down', 'up or down by half'],
      ['+', 'split the step after it'],
      ['Delete', 'take it out'],
    ],
  },
];
