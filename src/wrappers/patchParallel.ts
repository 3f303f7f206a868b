import { booleanField, numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { takeParts } from './plans.ts';

interface Params {
  workers: number;
  all: boolean;
  halo: number;
  warmup: number;
}

/**
 * Patch parallelism with stale neighbours: every worker has a strip of the picture, and takes what it needs of the others from the step
 * before, sent meanwhile. DistriFusion (https://arxiv.org/abs/2402.19481), section 4.1: keys and values of all; PCPP
 * (https://arxiv.org/abs/2412.02962), section 3.2: of the rows beside the strip alone. One device here: the arithmetic is theirs, the bytes are
 * counted, and no time is claimed.
 */
export const patchParallel: DenoiserWrapper<Params> = {
  id: 'strips',
  title: 'Patch parallelism',
  paper: { title: 'Li et al. 2024, DistriFusion', url: 'https://arxiv.org/abs/2402.19481' },
  summary:
    'Cuts the picture into strips, one for each emulated worker, whose attention sees the other strips as they were a step ago: all of them as in DistriFusion, or a few rows beside it as in PCPP. Counts the bytes that would travel; it saves nothing on one device.',
  params: {
    workers: numberField({
      label: 'Workers',
      help: 'Strips of rows of tokens, one a worker; 1 is the picture in one piece. At most as many as there are rows: 7 of digits, 8 of avatars.',
      default: 2,
      min: 1,
      max: 64,
      integer: true,
    }),
    all: booleanField({
      label: 'All of the others',
      help: 'Every strip sees the keys and values of all others (DistriFusion); else of the rows beside it (PCPP).',
      default: true,
    }),
    halo: numberField({
      label: 'Rows beside it',
      help: 'How many rows of tokens above and below its own a strip sees, where it does not see all; at 0 none.',
      default: 1,
      min: 0,
      max: 64,
      integer: true,
    }),
    warmup: numberField({
      label: 'Synchronous first',
      help: 'So many first evaluations wait for the keys and values of this very step.',
      default: 1,
      min: 1,
      max: 1000,
      integer: true,
    }),
  },
  untouched: { workers: 1 },
  blocks: true,
  brief: ({ workers, all, halo }) =>
    `${workers} strips, ${all ? 'neighbours' : `${halo} ${halo === 1 ? 'row' : 'rows'} of neighbours`} a step old`,
  rewrite(ops, { workers, all, halo, warmup }, _fitted, network) {
    if (!network || workers === 1) return ops;
    return takeParts(ops, (i) => ({ kind: 'strips', workers, halo: all ? 'all' : halo, sync: i < warmup }));
  },
};
