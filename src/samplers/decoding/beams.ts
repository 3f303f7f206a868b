// Beam search, in one group or in several: what both algorithms of that name run.
import { choiceField, numberField } from '../../core/field.ts';
import { reordered, recordOf, startChain, type ChainState } from './chain.ts';
import {
  contextAt,
  endOf,
  ended,
  endedByStage,
  forward,
  largest,
  limitOf,
  open,
  prefill,
  release,
  type EndReason,
} from './common.ts';
import { checkLogits, logSoftmax, softmax } from './draw.ts';
import { NothingAllowed } from './grammar/engine.ts';
import type { DecodeRequest, Decoding, SequenceId, TokenRecord } from './types.ts';

export type Early = 'yes' | 'heuristic' | 'never';
export interface BeamSearch {
  /** Beams of each group. */
  readonly width: number;
  readonly groups: number;
  /** Nats that a token costs for each beam of the groups before that took it at this place. */
  readonly diversity: number;
  /** Length penalty α. */
  readonly alpha: number;
  readonly early: Early;
}

interface Hypothesis {
  /** Prompt and everything after it. */
  readonly tokens: readonly number[];
  readonly records: readonly TokenRecord[];
  /** Σ log p of the tokens after the prompt, as stages and other groups left it. */
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
interface Grown {
  readonly parent: Beam;
  readonly token: number;
  readonly next: Hypothesis;
}
interface Group {
  running: readonly Beam[];
  readonly done: Done[];
  grown: Grown[];
  /** Tokens that it took at this place and did not end a text with. */
  took: number[];
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

/** The best score that a running text could still reach, for the three ways to stop. Its sum can only fall. */
function reachable(best: Hypothesis, request: DecodeRequest, { alpha, early }: BeamSearch): number {
  const most = limitOf(request) - request.prompt.length;
  const now = best.tokens.length - request.prompt.length;
  return beamScore(best.sum, early === 'never' && alpha > 0 ? most : now, alpha);
}

/** What a beam's next tokens add to its sum: log p, less what other groups took, as the stages leave it. */
function gains(beam: Beam, request: DecodeRequest, memory: ChainState, taken: ReadonlyMap<number, number>) {
  checkLogits(beam.logits);
  const log = logSoftmax(beam.logits);
  for (const [token, cost] of taken) log[token]! -= cost;
  if (request.chain.length === 0) return log;
  return reordered(log, contextAt(request, 0, beam.tokens), request.chain, memory);
}

/** Share of the model's mass on what stages left. */
function keptOf(beam: Beam, left: Float64Array): number {
  const p = softmax(beam.logits);
  return Math.min(
    1,
    p.reduce((sum, v, t) => (left[t]! > -Infinity ? sum + v : sum), 0),
  );
}

/**
 * Grows a group by one place: of the likeliest one-token extensions of all its beams, best first (of equals the earlier
 * beam, then the smaller token), those that end are done and the others run on. Answers why a beam went on with nothing.
 */
function grow(
  group: Group,
  request: DecodeRequest,
  search: BeamSearch,
  memory: ChainState,
  taken: ReadonlyMap<number, number>,
): NothingAllowed | null {
  const { width, alpha, early } = search;
  const count = (1 + Math.max(1, request.endTokens.length)) * width;
  let stuck: NothingAllowed | null = null;
  const found = group.running.flatMap((parent, b) => {
    let left: Float64Array;
    try {
      left = gains(parent, request, memory, taken);
    } catch (error) {
      if (!(error instanceof NothingAllowed)) throw error;
      stuck = error;
      return [];
    }
    return largest(left, count)
      .filter((t) => left[t]! > -Infinity)
      .map((token) => ({ parent, b, token, left, sum: parent.sum + left[token]! }));
  });
  found.sort((x, y) => y.sum - x.sum || x.b - y.b || x.token - y.token);
  group.grown = [];
  group.took = [];
  for (const [rank, { parent, token, left, sum }] of found.slice(0, count).entries()) {
    const tokens = [...parent.tokens, token];
    const why = endOf(request, tokens);
    if (why ? rank >= width : group.grown.length >= width) continue;
    if (!why || why === 'length') group.took.push(token);
    const record = recordOf(parent.logits, null, token, null);
    const kept = request.chain.length > 0 ? { keptMass: keptOf(parent, left) } : {};
    const next = { tokens, records: [...parent.records, { ...record, ...kept }], sum };
    const score = beamScore(sum, tokens.length - request.prompt.length, alpha);
    if (why) keep(group.done, { ...next, why, score }, width);
    else group.grown.push({ parent, token, next });
  }
  const [best] = group.grown;
  const full = group.done.length >= width;
  const worst = full ? group.done[width - 1]!.score : -Infinity;
  if (full && best && (early === 'yes' || worst >= reachable(best.next, request, search))) group.grown = [];
  return stuck;
}

/**
 * Runs a search to its end: groups grow one after the other at every place, all in one pass. A text that ends counts only
 * when it is among the first `width` extensions of its group's step; a group runs on until that many texts have ended
 * (early "yes"), or until none of its running beams can beat the worst of them, judged by the present length ("heuristic")
 * or, exactly, by the best length there could be ("never"). As many of the best texts as samples are given.
 */
export function* searchBeams(request: DecodeRequest, search: BeamSearch): Decoding {
  const memory = startChain(request.chain);
  if (yield* ended(request)) return;
  const {
    sequences: [first],
    answer,
  } = yield* prefill('target', request.prompt, 1);
  const start = request.prompt.length;
  const root = { tokens: request.prompt, records: [], sum: 0, sequence: first!, logits: answer!.logits[0]![0]! };
  const groups = Array.from({ length: search.groups }, (): Group => ({
    running: [root],
    done: [],
    grown: [],
    took: [],
  }));
  let stuck: NothingAllowed | null = null;
  for (let running: readonly Beam[] = [root]; running.length > 0;) {
    const taken = new Map<number, number>();
    for (const group of groups) {
      stuck = grow(group, request, search, memory, search.diversity > 0 ? taken : new Map()) ?? stuck;
      for (const token of group.took) taken.set(token, (taken.get(token) ?? 0) + search.diversity);
    }
    const grown = groups.flatMap((g) => g.grown);
    const shown = [
      ...groups.flatMap((g) => g.done),
      ...grown.map(({ next }) => ({ ...next, score: beamScore(next.sum, next.tokens.length - start, search.alpha) })),
    ]
      .sort((x, y) => y.score - x.score)
      .slice(0, request.samples);
    for (const [sample, { tokens, records, score }] of shown.entries())
      yield { op: 'replace', sample, tokens: tokens.slice(start), records, score };
    // A beam's first child takes over its sequence, the others copy it; beams without a child go first, so that never
    // more sequences than beams are open.
    for (const parent of running)
      if (!grown.some((g) => g.parent === parent)) yield* release('target', parent.sequence);
    const sequences: SequenceId[] = [];
    for (const [i, { parent }] of grown.entries())
      sequences.push(
        grown.findIndex((o) => o.parent === parent) === i ? parent.sequence : yield* open('target', parent.sequence),
      );
    const logits =
      grown.length > 0
        ? (yield* forward(
            'target',
            grown.map((g, i) => ({ sequence: sequences[i]!, tokens: [g.token] })),
          )).logits
        : [];
    const beams = new Map(
      grown.map((g, i): [Grown, Beam] => [g, { ...g.next, sequence: sequences[i]!, logits: logits[i]![0]! }]),
    );
    for (const group of groups) group.running = group.grown.map((g) => beams.get(g)!);
    running = [...beams.values()];
  }
  const done = groups.flatMap((g) => g.done).sort((x, y) => y.score - x.score);
  for (let sample = 0; sample < request.samples; sample++) {
    const text = done[sample];
    if (text) yield { op: 'end', sample, why: text.why };
    else if (stuck) yield* endedByStage(sample, stuck);
    else yield { op: 'end', sample, why: 'nothing left' };
  }
}

const most = 64;
/** Fields that both searches have. */
export const beamFields = {
  beams: (fallback: number) =>
    numberField({
      label: 'Beams',
      help: 'How many beginnings are kept; each needs its own copy of the sequence.',
      default: fallback,
      min: 1,
      max: most,
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
};
