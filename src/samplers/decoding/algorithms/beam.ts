import { choiceField, numberField } from '../../../core/field.ts';
import { recordOf } from '../chain.ts';
import { endOf, ended, forward, largest, limitOf, open, prefill, release, type EndReason } from '../common.ts';
import { checkLogits, logSoftmax } from '../draw.ts';
import type { Algorithm, DecodeRequest, SequenceId, TokenRecord } from '../types.ts';

type Early = 'yes' | 'heuristic' | 'never';
interface BeamParams {
  beams: number;
  length_penalty: number;
  early: Early;
}

interface Hypothesis {
  /** Prompt and everything after it. */
  readonly tokens: readonly number[];
  readonly records: readonly TokenRecord[];
  /** Σ log p of the tokens after the prompt. */
  readonly sum: number;
}
interface Beam extends Hypothesis {
  readonly sequence: SequenceId;
  readonly logits: Float32Array;
}
interface Done extends Hypothesis {
  readonly score: number;
  readonly why: EndReason;
}

/**
 * Σ log p / length^α over the tokens after the prompt, the end token included. α > 0 favours long texts, because the
 * sum is negative.
 */
export const beamScore = (sum: number, length: number, alpha: number): number => sum / Math.max(1, length) ** alpha;

/** Keeps the `count` best, earlier ones first among equals. */
function keep(done: Done[], one: Done, count: number): void {
  const at = done.findIndex((d) => d.score < one.score);
  done.splice(at < 0 ? done.length : at, 0, one);
  done.length = Math.min(done.length, count);
}

/**
 * The `count` likeliest one-token extensions of all beams: [beam, token, Σ log p], best first; of equals the earlier
 * beam, then the smaller token.
 */
function extensions(beams: readonly Beam[], count: number): [number, number, number][] {
  return beams
    .flatMap(({ logits, sum }, b) => {
      checkLogits(logits);
      const log = logSoftmax(logits);
      return largest(log, count)
        .filter((t) => log[t]! > -Infinity)
        .map((t): [number, number, number] => [b, t, sum + log[t]!]);
    })
    .sort((x, y) => y[2] - x[2] || x[0] - y[0] || x[1] - y[1])
    .slice(0, count);
}

/** The best score that a running text could still reach, for the three ways to stop. Its sum can only fall. */
function reachable(best: Hypothesis, request: DecodeRequest, alpha: number, early: Early): number {
  const most = limitOf(request) - request.prompt.length;
  const now = best.tokens.length - request.prompt.length;
  return beamScore(best.sum, early === 'never' && alpha > 0 ? most : now, alpha);
}

/**
 * Beam search: the `beams` likeliest beginnings are kept and extended together, and finished texts compete by Σ log p /
 * length^α. The rule in the widely used form of Hugging Face transformers: a text that ends counts only when it is
 * among the first `beams` extensions of its step, running beams go on until `beams` texts have ended (early "yes"), or
 * until none of the running ones can beat the worst of them, judged by the present length ("heuristic") or, exactly, by
 * the best length there could be ("never"). Exact (the likeliest text) once the beams are as many as there are
 * beginnings. Wu et al. 2016, https://arxiv.org/abs/1609.08144, section 7, for the search and why lengths are
 * normalised. With samples above 1, that many of the best texts are given. With stop strings a step may leave fewer
 * beams than asked.
 */
export const beam: Algorithm<BeamParams> = {
  id: 'beam',
  title: 'Beam search',
  paper: {
    title: "Google's Neural Machine Translation System: Bridging the Gap between Human and Machine Translation",
    url: 'https://arxiv.org/abs/1609.08144',
  },
  summary:
    'Keeps several of the likeliest beginnings and extends them side by side, to find a text that is likely as a whole.',
  params: {
    beams: numberField({
      label: 'Beams',
      help: 'How many beginnings are kept; each needs its own copy of the sequence.',
      default: 4,
      min: 1,
      max: 64,
      integer: true,
    }),
    length_penalty: numberField({
      label: 'Length penalty α',
      help: 'The summed log-probability is divided by length^α: 0 compares sums and favours short texts, 1 compares means, more favours long ones.',
      default: 1,
      min: -5,
      max: 5,
      step: 0.1,
    }),
    early: choiceField<Early>({
      label: 'Stop early',
      help: 'Yes: once as many texts as beams have ended. Heuristic: when the present beams look unable to win. Never: when they provably cannot.',
      default: 'heuristic',
      options: [
        ['yes', 'Yes'],
        ['heuristic', 'Heuristic'],
        ['never', 'Never'],
      ],
    }),
  },
  usesChain: false,
  preservesDistribution: false,
  sequences: (_, { beams }) => beams,
  refuse: ({ samples }, { beams }) =>
    samples > beams ? `${samples} samples cannot come of ${beams} beams: use at least ${samples} beams.` : null,
  *run(request, { beams: width, length_penalty: alpha, early }) {
    if (yield* ended(request)) return;
    const {
      sequences: [first],
      answer,
    } = yield* prefill('target', request.prompt, 1);
    const start = request.prompt.length;
    let running: Beam[] = [
      { tokens: request.prompt, records: [], sum: 0, sequence: first!, logits: answer!.logits[0]![0]! },
    ];
    const done: Done[] = [];
    while (running.length > 0) {
      const grown: { beam: number; token: number; next: Hypothesis }[] = [];
      for (const [rank, [b, token, sum]] of extensions(
        running,
        (1 + Math.max(1, request.endTokens.length)) * width,
      ).entries()) {
        const from = running[b]!;
        const tokens = [...from.tokens, token];
        const why = endOf(request, tokens);
        if (why ? rank >= width : grown.length >= width) continue;
        const next = { tokens, records: [...from.records, recordOf(from.logits, null, token, null)], sum };
        if (why) keep(done, { ...next, why, score: beamScore(sum, tokens.length - start, alpha) }, width);
        else grown.push({ beam: b, token, next });
      }
      const worst = done.length >= width ? done[width - 1]!.score : -Infinity;
      if (
        done.length >= width &&
        grown.length > 0 &&
        (early === 'yes' || worst >= reachable(grown[0]!.next, request, alpha, early))
      )
        grown.length = 0;
      const shown = [
        ...done,
        ...grown.map(({ next }) => ({ ...next, score: beamScore(next.sum, next.tokens.length - start, alpha) })),
      ]
        .sort((x, y) => y.score - x.score)
        .slice(0, request.samples);
      for (const [sample, { tokens, records, score }] of shown.entries())
        yield { op: 'replace', sample, tokens: tokens.slice(start), records, score };
      // A beam's first child takes over its sequence, the others copy it; beams without a child go first, so that never
      // more than `width` are open.
      for (const [b, parent] of running.entries())
        if (!grown.some((g) => g.beam === b)) yield* release('target', parent.sequence);
      const sequences: SequenceId[] = [];
      for (const [i, g] of grown.entries())
        sequences.push(
          grown.findIndex((o) => o.beam === g.beam) === i
            ? running[g.beam]!.sequence
            : yield* open('target', running[g.beam]!.sequence),
        );
      const logits =
        grown.length > 0
          ? (yield* forward(
              'target',
              grown.map((g, i) => ({ sequence: sequences[i]!, tokens: [g.token] })),
            )).logits
          : [];
      running = grown.map((g, i) => ({ ...g.next, sequence: sequences[i]!, logits: logits[i]![0]! }));
    }
    for (let sample = 0; sample < request.samples; sample++)
      yield { op: 'end', sample, why: done[sample]?.why ?? 'nothing left' };
  },
};
