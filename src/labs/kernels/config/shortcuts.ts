import type { Shortcuts } from '../../../frame/state/labStore.ts';

export const shortcuts: readonly Shortcuts[] = [
  {
    where: 'List of kernel families',
    keys: [
      ['↑ ↓', 'the family before or after'],
      ['Enter', 'show it; in the search box, the first one found'],
      ['Esc', 'empty the search box'],
    ],
  },
];
