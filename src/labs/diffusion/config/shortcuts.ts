import { samplingKeys } from '../../../frame/config/samplingKeys.ts';
import type { Shortcuts } from '../../../frame/state/labStore.ts';

export const shortcuts: readonly Shortcuts[] = [
  ...samplingKeys('samples'),
  {
    where: 'Pictures and heat map of a grid',
    keys: [
      ['← ↑ → ↓', 'read cell by cell; Home, End and Page go further'],
      ['Enter', 'open the cell as an experiment'],
      ['Escape', 'let go of it'],
    ],
  },
  {
    where: 'Drawing area',
    keys: [
      ['← ↑ → ↓', 'move the cross, with Shift four times as far'],
      ['Space', 'place a point'],
    ],
  },
];
