// What a reader types, drops and takes away.
import { source } from './fault.mjs';

export const input = [
  source(
    'labs/diffusion/config/levelEdits',
    'any sequence of edits',
    'a level may be put on its neighbour',
    '.find((s) => s > low && s < high);',
    '.find((s) => s >= low && s <= high);',
  ),
  source(
    'labs/diffusion/config/levels',
    'a drawn schedule at another number of steps',
    'a list of one level stands still when it is resampled',
    '[first, Math.min(lowest, first / 2)],',
    '[first, first],',
  ),
  source(
    'math/beta',
    'the second begins at the median',
    'a median is a hair off one half',
    'if (a === b && p === 0.5) return 0.5;',
    'if (a === b && p === 0.5) return 0.5 - 2 ** -53;',
  ),
  source(
    'labs/diffusion/engine/attempt',
    'whose fault it is',
    'a lost device is taken for the contender’s fault',
    '|| !alive()) throw error;',
    ') throw error;',
  ),
  source(
    'formats/png',
    'the checksum is that of the standard',
    'the checksum is not inverted at its end',
    'return (c ^ 0xffffffff) >>> 0;',
    'return c >>> 0;',
  ),
  source(
    'labs/diffusion/config/exports',
    'CSV: a row for each result',
    'every row carries the link',
    "['link', first ? context.link : null],",
    "['link', context.link],",
  ),
];
