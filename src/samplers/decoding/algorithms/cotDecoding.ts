import { booleanField, choiceField, numberField } from '../../../core/field.ts';
import { applyChain, recordOf, startChain } from '../chain.ts';
import {
  contextAt,
  endOf,
  ended,
  endedByStage,
  forward,
  largest,
  open,
  prefill,
  release,
  type EndReason,
} from '../common.ts';
import type { Algorithm, TokenRecord } from '../types.ts';

type Answered = 'number' | 'line' | 'text';
interface CotParams {
  k: number;
  answer: Answered;
  aggregate: boolean;
}

/** Where the answer stands in a text: from … to, in characters; the whole text where none is found. */
export function answerIn(text: string, answer: Answered): readonly [from: number, to: number] {
  if (answer === 'number') {
    const last = [...text.matchAll(/-?\d[\d,]*(?:\.\d+)?/g)].at(-1);
    if (last) return [last.index, last.index + last[0].length];
  }
  if (answer === 'line') {
    const end = text.trimEnd().length;
    if (end > 0) return [text.lastIndexOf('\n', end - 1) + 1, end];
  }
  return [0, text.length];
}

interface Branch {
  readonly tokens: number[];
  readonly records: TokenRecord[];
  /** By how much the likeliest token led, p¹ − p², at each place. */
  readonly margins: number[];
  why: EndReason;
  detail?: string;
}

/** The answer of a branch and Δ, the mean lead over the tokens that write it; 0 for a text without a token. */
export function confidence(
  { tokens, margins }: Pick<Branch, 'tokens' | 'margins'>,
  decode: (tokens: readonly number[]) => string,
  answer: Answered,
): { readonly answer: string; readonly delta: number } {
  const ends = tokens.map((_, i) => decode(tokens.slice(0, i + 1)).length);
  const text = tokens.length > 0 ? decode(tokens) : '';
  const [from, to] = answerIn(text, answer);
  const led = margins.filter((_, i) => ends[i]! > from && (i === 0 ? 0 : ends[i - 1]!) < to);
  // A text of end tokens alone has no character: all it is, is its answer.
  const of = led.length > 0 ? led : margins;
  return {
    answer: text.slice(from, to).trim(),
    delta: of.length > 0 ? of.reduce((a, b) => a + b, 0) / of.length : 0,
  };
}

/** Branches by what they are worth, best first: Δ, or the sum of Δ over the branches with the same answer, then Δ. */
export function ranked(
  found: readonly { readonly answer: string; readonly delta: number }[],
  aggregate: boolean,
): { readonly branch: number; readonly score: number }[] {
  const votes = new Map<string, number>();
  for (const { answer, delta } of found) votes.set(answer, (votes.get(answer) ?? 0) + delta);
  return found
    .map(({ answer, delta }, branch) => ({ branch, delta, score: aggregate ? votes.get(answer)! : delta }))
    .sort((x, y) => y.score - x.score || y.delta - x.delta || x.branch - y.branch)
    .map(({ branch, score }) => ({ branch, score }));
}

/**
 * CoT-decoding: the text branches at its first token into the k likeliest ones, every branch goes on greedily, and the one
 * is chosen whose answer the model was surest of: Δ, the mean over the answer's tokens of by how much the likeliest token led
 * the second. With `aggregate` the answer with the largest sum of Δ over the branches that give it wins (the paper's
 * weighted aggregation). All branches go through each pass together. After Wang and Zhou 2024,
 * https://arxiv.org/abs/2402.10200; there the answer is found by "So the answer is" or by the last
 * number, here by the last number, the last line, or it is the whole text. With samples above 1, that many of the best
 * branches are given; `score` is what ranked them. While they grow, the branches of the likeliest first tokens are shown.
 */
export const cotDecoding: Algorithm<CotParams> = {
  id: 'cot_decoding',
  title: 'CoT decoding',
  paper: { title: 'Chain-of-Thought Reasoning Without Prompting', url: 'https://arxiv.org/abs/2402.10200' },
  summary: 'Tries the k likeliest first tokens, goes on greedily from each, and keeps the text with the surest answer.',
  params: {
    k: numberField({
      label: 'Branches k',
      help: 'How many first tokens are tried; each needs its own copy of the sequence.',
      default: 10,
      min: 1,
      max: 64,
      integer: true,
    }),
    answer: choiceField<Answered>({
      label: 'Answer',
      help: 'What of a text its confidence is measured on; the whole text where there is no number.',
      default: 'number',
      options: [
        ['number', 'Last number'],
        ['line', 'Last line'],
        ['text', 'Whole text'],
      ],
    }),
    aggregate: booleanField({
      label: 'Add up equal answers',
      help: 'Branches with the same answer add their confidences, and the answer with most of it wins.',
      default: true,
    }),
  },
  usesChain: false,
  takesReordering: true,
  preservesDistribution: false,
  sequences: (_, { k }) => k,
  refuse: ({ samples }, { k }) =>
    samples > k ? `${samples} samples cannot come of ${k} branches: use at least ${samples} branches.` : null,
  *run(request, { k, answer, aggregate }) {
    if (yield* ended(request)) return;
    const memory = startChain(request.chain);
    const { sequences, answer: read } = yield* prefill('target', request.prompt, 1);
    const judge = (logits: Float32Array, tokens: readonly number[]) =>
      applyChain(logits, contextAt(request, 0, tokens), request.chain, memory);
    const at = read!.logits[0]![0]!;
    let firsts: number[];
    let begun: ReturnType<typeof judge>;
    try {
      begun = judge(at, request.prompt);
      firsts = largest(begun.probabilities, k).filter((t) => begun.probabilities[t]! > 0);
    } catch (error) {
      for (let sample = 0; sample < request.samples; sample++) yield* endedByStage(sample, error);
      yield* release('target', sequences[0]!);
      return;
    }
    const copies = [sequences[0]!];
    while (copies.length < firsts.length) copies.push(yield* open('target', sequences[0]!));
    const branches = firsts.map((): Branch => ({ tokens: [], records: [], margins: [], why: 'length' }));
    let live = branches.map((branch, i) => ({ branch, index: i, sequence: copies[i]!, logits: at, next: firsts[i]! }));
    for (let applied = live.map(() => begun); live.length > 0;) {
      const going: typeof live = [];
      for (const [i, one] of live.entries()) {
        const { branch, logits, next } = one;
        const [p1, p2 = 0] = [...applied[i]!.order.subarray(0, 2)].map((t) => applied[i]!.probabilities[t]!);
        branch.tokens.push(next);
        branch.margins.push(p1! - p2);
        branch.records.push(recordOf(logits, request.chain.length > 0 ? applied[i]! : null, next, null));
        const why = endOf(request, [...request.prompt, ...branch.tokens]);
        if (one.index < request.samples) yield shown(one.index, branch);
        if (why) {
          branch.why = why;
          yield* release('target', one.sequence);
        } else going.push(one);
      }
      if (going.length === 0) break;
      const { logits } = yield* forward(
        'target',
        going.map((s) => ({ sequence: s.sequence, tokens: [s.next] })),
      );
      live = [];
      applied = [];
      for (const [i, one] of going.entries()) {
        try {
          const now = judge(logits[i]![0]!, [...request.prompt, ...one.branch.tokens]);
          live.push({ ...one, logits: logits[i]![0]!, next: now.order[0]! });
          applied.push(now);
        } catch (error) {
          for (const end of endedByStage(one.index, error))
            if (end.op === 'end') Object.assign(one.branch, { why: end.why, detail: end.detail });
          yield* release('target', one.sequence);
        }
      }
    }
    const found = branches.map((b) => confidence(b, request.decode, answer));
    const order = ranked(found, aggregate);
    for (let sample = 0; sample < request.samples; sample++) {
      const best = order[sample];
      if (!best) {
        yield { op: 'end', sample, why: 'nothing left' };
        continue;
      }
      const { why, detail } = branches[best.branch]!;
      yield { ...shown(sample, branches[best.branch]!), score: best.score };
      yield { op: 'end', sample, why, ...(detail !== undefined && { detail }) };
    }
  },
};

const shown = (sample: number, { tokens, records }: Pick<Branch, 'tokens' | 'records'>) =>
  ({ op: 'replace', sample, tokens: [...tokens], records: [...records], score: 0 }) as const;
