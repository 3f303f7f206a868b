// Log-probabilities of the likeliest tokens beside the one that was drawn.
import type { Answer, Decoding } from '../../samplers/decoding/types.ts';

export interface Alternative {
  readonly id: number;
  readonly logprob: number;
}

/** The `count` largest of logits with their log-probabilities, in nats; of equal ones the smaller index first. */
export function likeliest(logits: Float32Array, count: number): readonly Alternative[] {
  const best: { id: number; logit: number }[] = [];
  let top = -Infinity;
  for (const [id, logit] of logits.entries()) {
    if (logit > top) top = logit;
    if (best.length === count && !(logit > (best.at(-1)?.logit ?? Infinity))) continue;
    const at = best.findIndex((b) => logit > b.logit);
    best.splice(at < 0 ? best.length : at, 0, { id, logit });
    if (best.length > count) best.pop();
  }
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  const total = top + Math.log(sum);
  return best.map(({ id, logit }) => ({ id, logprob: logit - total }));
}

/**
 * An algorithm that writes one sample, one token a pass, watched: `seen` hears the logits that its next token comes from. The model is
 * asked for them where it would otherwise draw by itself; the token is the same.
 */
export function* watched(inner: Decoding, seen: (logits: Float32Array) => void): Decoding {
  let answer: Answer = undefined;
  try {
    for (;;) {
      const { value: op, done } = inner.next(answer);
      if (done) return;
      if (op.op !== 'forward' || op.model !== 'target') {
        answer = yield op;
        continue;
      }
      const { op: kind, model, rows, want, hidden } = op;
      answer = yield { op: kind, model, rows, want, ...(hidden !== undefined && { hidden }) };
      const logits = typeof answer === 'object' ? answer.logits[0]?.at(-1) : undefined;
      if (logits) seen(logits);
    }
  } finally {
    inner.return();
  }
}
