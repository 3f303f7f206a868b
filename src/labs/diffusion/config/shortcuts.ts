import { samplingKeys } from '../../../frame/config/samplingKeys.ts';
import type { Shortcuts } from '../../../frame/state/labStore.ts';

export const shortcuts: readonly Shortcuts[] = [
  ...samplingKeys('samples'),
  {
    where: 'Drawing area',
    keys: [
      ['← ↑ → ↓', 'move the cross, with Shift four times as far'],
      ['Space', 'place a point'],
    ],
  },
];
