import { numberField } from '../core/field.ts';
import type { DenoiserWrapper, Seen } from '../samplers/contenders/wrapping.ts';
import { courseOf, evaluationsIn, fittedAt, leaveOut, takeParts } from './plans.ts';

interface Params {
  threshold: number;
}

const velocityOf = ({ sigma, x, d }: Seen) => Float64Array.from(x, (v, i) => (v - d[i]!) / sigma - d[i]!);

/** By how much each velocity differs from the one before, as a share of that: Σ|v − v₋|/Σ|v₋|. */
export function changes(list: readonly Float64Array[]): readonly number[] {
  return list.map((now, i) => {
    const before = list[i - 1];
    if (!before) return 0;
    const size = before.reduce((s, v) => s + Math.abs(v), 0);
    return size > 0 ? now.reduce((s, v, k) => s + Math.abs(v - before[k]!), 0) / size : 0;
  });
}

/**
 * After TeaCache: https://arxiv.org/abs/2411.19108, section 3.3: changes are added up, and the network is asked again when
 * they pass a threshold, and always at both ends. The paper foretells each change, at run time, by a polynomial in that
 * of the first block's input; here each was measured, on other noise, and is the same for all samples.
 */
export const teaCache: DenoiserWrapper<Params> = {
  id: 'tea',
  title: 'TeaCache-like',
  paper: { title: 'Liu et al. 2024, TeaCache', url: 'https://arxiv.org/abs/2411.19108' },
  summary:
    'Adds up how much the velocity changed from one evaluation to the next, in a run on other noise, and asks again when the sum passes a threshold. Fixed once fitted: it does not look at the run. Of a transformer it carries over what the blocks add; elsewhere the velocity less the state.',
  params: {
    threshold: numberField({
      label: 'Threshold',
      help: 'How much may have changed, as a share, before the network is asked again; at 0 always.',
      default: 0.15,
      min: 0,
      max: 5,
      step: 0.01,
    }),
  },
  untouched: { threshold: 0 },
  fit: { by: [], columns: ['change'], calibrate: (seen) => [changes(seen.map(velocityOf))] },
  brief: ({ threshold }) => `TeaCache-like ${threshold}`,
  rewrite(ops, { threshold }, fitted, network, _halves, place) {
    if (!fitted) return ops;
    const { n, at } = courseOf(ops, place);
    let total = 0;
    const skip = Array.from({ length: evaluationsIn(ops) }, (_, i) => {
      // Of fewer evaluations each lies further from the one before.
      total += fittedAt(fitted, 0, at(i), n) * (fitted.evaluations / n);
      const reused = i > 0 && at(i) < n - 1 && total < threshold;
      if (!reused) total = 0;
      return reused;
    });
    return network
      ? takeParts(ops, (i) => (skip[i] ? { kind: 'reuse', blocks: 0, terms: [1] } : { kind: 'keep', blocks: 0 }))
      : leaveOut(ops, 'residual', (i) => (skip[i] ? { terms: [1] } : null));
  },
};
