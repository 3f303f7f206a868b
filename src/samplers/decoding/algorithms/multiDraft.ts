import { choiceField, numberField } from '../../../core/field.ts';
import { acceptanceRules, type AcceptanceRule, type AcceptanceRuleId } from '../acceptance/index.ts';
import { judgeDrafts } from '../acceptance/judgeDrafts.ts';
import { applyChain, observeChain, recordOf, startChain, type Applied, type ChainState } from '../chain.ts';
import {
  contextAt,
  emit,
  ended,
  endedByStage,
  forward,
  limitOf,
  open,
  prefill,
  release,
  type Sample,
} from '../common.ts';
import { DraftPaths, type Path } from '../draftPaths.ts';
import { draw } from '../draw.ts';
import type { Algorithm, Answer, DecodeOp, DecodeRequest, Decoding, SequenceId } from '../types.ts';

interface MultiSample extends Sample {
  sequence: SequenceId;
  /** The chain's memory after `tokens`. */
  state: ChainState;
}

/** One row of the target's pass: a distinct path. */
interface Row {
  readonly sequence: SequenceId;
  readonly tokens: readonly number[];
}

/** A row for every distinct path; the first goes on in the sample's own sequence, the others in copies of it. */
function* rowsOf(sample: MultiSample, paths: readonly Path[]): Generator<DecodeOp, Row[], Answer> {
  const distinct = new Map(paths.map(({ tokens }) => [tokens.join(), tokens]));
  const rows: Row[] = [];
  for (const tokens of distinct.size > 0 ? distinct.values() : [[]])
    rows.push({ sequence: rows.length === 0 ? sample.sequence : yield* open('target', sample.sequence), tokens });
  return rows;
}

/**
 * Judges a sample's drafts place by place: the token that a rule takes leaves the paths that have it, whose next tokens
 * are the next place's drafts. Answers how many drafted tokens were taken, the row that the text went along (its tokens are what was proposed), and whether
 * the sample has ended.
 */
function* judgePaths(
  request: DecodeRequest,
  rule: AcceptanceRule,
  sample: MultiSample,
  paths: readonly Path[],
  rows: readonly Row[],
  logits: readonly (readonly Float32Array[])[],
): Generator<DecodeOp, { readonly accepted: number; readonly row: Row; readonly over: boolean }, Answer> {
  const { chain } = request;
  let left = rows.map((row, i) => ({ row, logits: logits[i]! }));
  // In the order in which they were drawn: the rows' order depends on tokens that come later, and who is tried first must
  // not.
  let drafts = paths;
  for (let place = 0; ; place++) {
    const { row, logits: at } = left[0]!;
    const context = contextAt(request, sample.index, sample.tokens);
    let applied: Applied;
    try {
      applied = applyChain(at[place]!, context, chain, sample.state);
    } catch (error) {
      yield* endedByStage(sample.index, error);
      return { accepted: place, row, over: true };
    }
    // Paths that agree up to here were drawn from the same q, and end at the same place or go on together.
    drafts = drafts.filter((path) => path.tokens.length > place);
    let token: number;
    let accepted = false;
    let u = context.uniform('draw');
    let by: 'model' | 'bonus' | 'drafted' | 'corrected' = row.tokens.length > 0 ? 'bonus' : 'model';
    if (drafts.length === 0) token = draw(applied.probabilities, u, applied.order);
    else {
      ({ token, accepted, u } = judgeDrafts(
        rule,
        applied.probabilities,
        drafts[0]!.q[place]!,
        drafts.map((path) => path.tokens[place]!),
        (attempt) => context.uniform('accept', attempt),
        context.uniform('residual'),
      ));
      by = accepted ? 'drafted' : 'corrected';
    }
    sample.state = observeChain(chain, sample.state, applied, token);
    const over = yield* emit(request, sample, token, recordOf(at[place]!, applied, token, u, by));
    if (accepted) {
      left = left.filter(({ row: { tokens } }) => tokens[place] === token);
      drafts = drafts.filter((path) => path.tokens[place] === token);
    }
    if (!accepted || over) return { accepted: place + Number(accepted), row: left[0]!.row, over };
  }
}

/**
 * Speculative sampling with several drafts at once: the draft writes `drafts` paths, the target reads all of them in one
 * pass, and at every place one rule takes one of the drafted tokens or draws another, so that each has exactly the
 * target's distribution (src/samplers/decoding/acceptance). What was drawn of a path after a place tells nothing of that
 * place, so the paths that a taken token leaves are again drafts drawn alike. Sun et al. 2023 (SpecTr),
 * https://arxiv.org/abs/2310.15141, algorithm 2, with any rule.
 */
export function* multiDraftWith(
  request: DecodeRequest,
  { drafts, tokens: ahead }: { readonly drafts: number; readonly tokens: number },
  rule: AcceptanceRule,
): Decoding {
  const memory = startChain(request.chain);
  if (yield* ended(request)) return;
  const { sequences } = yield* prefill('target', request.prompt.slice(0, -1), request.samples);
  const writer = yield* DraftPaths.start(request);
  let live: MultiSample[] = sequences.map((sequence, index) => ({
    index,
    tokens: [...request.prompt],
    sequence,
    state: memory,
  }));
  while (live.length > 0) {
    const paths = yield* writer.write(live, drafts, rule.law, (s) =>
      Math.min(ahead, limitOf(request) - s.tokens.length - 1),
    );
    const rows: Row[][] = [];
    for (const [i, sample] of live.entries()) rows.push(yield* rowsOf(sample, paths[i]!));
    const fed = live.flatMap((s, i) =>
      rows[i]!.map(({ sequence, tokens }) => ({ sequence, tokens: [s.tokens[s.tokens.length - 1]!, ...tokens] })),
    );
    const { logits } = yield* forward('target', fed, 'all');
    const going: MultiSample[] = [];
    let first = 0;
    for (const [i, sample] of live.entries()) {
      const own = rows[i]!;
      const before = sample.tokens.length;
      const { accepted, row, over } = yield* judgePaths(request, rule, sample, paths[i]!, own, logits.slice(first));
      first += own.length;
      yield { op: 'count', sample: sample.index, proposed: row.tokens.length, accepted };
      for (const { sequence } of own) if (over || sequence !== row.sequence) yield* release('target', sequence);
      if (over) {
        yield* writer.release(sample.index);
        continue;
      }
      sample.sequence = row.sequence;
      const length = sample.tokens.length - 1;
      if (length < before + row.tokens.length)
        yield { op: 'rollback', model: 'target', sequence: sample.sequence, length };
      yield* writer.keep(sample);
      going.push(sample);
    }
    live = going;
  }
}

interface MultiDraftParams {
  drafts: number;
  tokens: number;
  rule: AcceptanceRuleId;
}

export const multiDraft: Algorithm<MultiDraftParams> = {
  id: 'multi_draft',
  title: 'Multi-draft speculation',
  paper: { title: 'SpecTr: Fast Speculative Decoding via Optimal Transport', url: 'https://arxiv.org/abs/2310.15141' },
  summary:
    'A small model writes several beginnings, the large one checks them all in one pass: the same distribution, and more is accepted than of one.',
  params: {
    drafts: numberField({
      label: 'Drafts',
      help: 'How many beginnings are checked in one pass.',
      default: 3,
      min: 1,
      max: 8,
      integer: true,
    }),
    tokens: numberField({
      label: 'Tokens ahead',
      help: 'How many tokens each of them has. More pay off only when most are accepted.',
      default: 3,
      min: 1,
      max: 16,
      integer: true,
    }),
    rule: choiceField<AcceptanceRuleId>({
      label: 'Acceptance',
      help: 'How one of the drafts is taken. All keep the distribution; they differ in how often they take one.',
      default: 'best_known',
      options: Object.values(acceptanceRules).map(({ id, title }) => [id as AcceptanceRuleId, title] as const),
    }),
  },
  needsDraft: true,
  usesChain: true,
  preservesDistribution: true,
  sequences: (samples, { drafts }) => samples * drafts,
  run: (request, params) => multiDraftWith(request, params, acceptanceRules[params.rule]),
};
