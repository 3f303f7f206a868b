import { numberField } from '../core/field.ts';
import type { DenoiserWrapper, Seen } from '../samplers/contenders/wrapping.ts';
import { courseOf, fittedAt, takeParts } from './plans.ts';

interface Params {
  threshold: number;
}

/** How far back a change is measured: no more evaluations in a row run without the rest of the network. */
const LAGS = 6;

function calibrate(seen: readonly Seen[]): readonly (readonly number[])[] {
  const reads = seen.map(({ early }) => early!);
  const size = reads.map((list) => list.reduce((s, v) => s + Math.abs(v), 0));
  return Array.from({ length: LAGS }, (_, lag) =>
    reads.map((now, i) => {
      const before = reads[i - 1 - lag];
      return before ? now.reduce((s, v, k) => s + Math.abs(v - before[k]!), 0) / size[i - 1 - lag]! : 1e6;
    }),
  );
}

/**
 * First-block cache (https://github.com/chengzeyi/ParaAttention): the first block always runs, and where its output has
 * hardly changed since the last whole pass, what all others had added then is put back. There it is looked at in every
 * run; here its changes were measured on other noise, as the head of the network reads them after that block.
 */
export const firstBlockCache: DenoiserWrapper<Params> = {
  id: 'first_block',
  title: 'First-block cache',
  paper: { title: 'Cheng 2024, ParaAttention: first block cache', url: 'https://github.com/chengzeyi/ParaAttention' },
  summary:
    'Runs the first block at every evaluation and puts back what the others had added where its word has hardly changed since. Fixed once fitted on other noise: it does not look at the run.',
  params: {
    threshold: numberField({
      label: 'Threshold',
      help: 'How much the first block’s word may have changed, as a share, since the last whole pass; at 0 all are whole.',
      default: 0.1,
      min: 0,
      max: 2,
      step: 0.01,
    }),
  },
  untouched: { threshold: 0 },
  blocks: true,
  fit: {
    by: [],
    columns: Array.from({ length: LAGS }, (_, lag) => `change since ${lag + 1} before`),
    early: true,
    calibrate,
  },
  brief: ({ threshold }) => `first-block cache ${threshold}`,
  rewrite(ops, { threshold }, fitted, network, _halves, place) {
    if (!fitted || !network) return ops;
    const { n, at } = courseOf(ops, place);
    let whole = 0;
    return takeParts(ops, (i) => {
      const lag = i - whole;
      const near = lag > 0 && lag <= LAGS && fittedAt(fitted, lag - 1, at(i), n) < threshold;
      if (near) return { kind: 'reuse', blocks: 1, terms: [1] };
      whole = i;
      return { kind: 'keep', blocks: 1 };
    });
  },
};
