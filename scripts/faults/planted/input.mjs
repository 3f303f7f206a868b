// What a reader types, drops and takes away.
import { tested } from './fault.mjs';

export const input = [
  tested(
    'schedules/distinct',
    'schedules/goldenTools',
    'two steps may share an entry of the table',
    'list[i + 1]! + 1);',
    'list[i + 1]!);',
  ),
  tested(
    'schedules/bongTangent',
    'schedules/goldenTools',
    'the two curves meet off the middle',
    'min + (max - min) / 2',
    '(max - min) / 2',
  ),
  tested(
    'schedules/lcmTimes',
    'schedules/goldenTools',
    'the stride is that of fifty steps whatever the teacher took',
    'TABLE_LENGTH / original)',
    'TABLE_LENGTH / 50)',
  ),
  tested(
    'schedules/flowShift',
    'schedules/goldenTools',
    'the last time is where the first was',
    '(first - terminal) / (first - last)',
    '(1 - terminal) / (1 - last)',
  ),
  tested(
    'schedules/ramp',
    'schedules/goldenTools',
    'levels outside the range crowd at its end',
    'top * (bottom / top) ** ((i - a) / (b - a))',
    'top * (bottom / top) ** ((i - a) / (b + 1 - a))',
  ),
  tested(
    'samplers/contenders/levelEdits',
    'labs/diffusion/config/levels',
    'a level may be put on its neighbour',
    '.find((s) => s > low && s < high);',
    '.find((s) => s >= low && s <= high);',
  ),
  tested(
    'samplers/contenders/levels',
    'labs/diffusion/config/levels',
    'a list of one level stands still when it is resampled',
    '[first, Math.min(lowest, first / 2)],',
    '[first, first],',
  ),
  tested(
    'math/beta',
    'schedules/goldenBeta',
    'a median is a hair off one half',
    'if (a === b && p === 0.5) return 0.5;',
    'if (a === b && p === 0.5) return 0.5 - 2 ** -53;',
  ),
  tested(
    'engine/diffusion/attempts',
    'labs/diffusion/engine/attempt',
    'a lost device is taken for the contender’s fault',
    '|| !alive()) throw error;',
    ') throw error;',
  ),
  tested(
    'formats/png',
    'formats/png',
    'the checksum is not inverted at its end',
    'return (c ^ 0xffffffff) >>> 0;',
    'return c >>> 0;',
  ),
  tested(
    'labs/diffusion/config/exports',
    'labs/diffusion/config/exports',
    'every row carries the link',
    "['link', first ? context.link : null],",
    "['link', context.link],",
  ),
];
