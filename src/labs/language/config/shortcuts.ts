import type { Shortcuts } from '../../../frame/state/labStore.ts';

export const shortcuts: readonly Shortcuts[] = [
  {
    where: 'Token inspector',
    keys: [
      ['← →', 'the token before or after'],
      ['Esc', 'close it'],
    ],
  },
  {
    where: 'A stage of a chain',
    keys: [['Alt and ← →', 'move it earlier or later']],
  },
];
