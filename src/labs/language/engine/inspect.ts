// Why this token: the chain at work on one position, from the model's logits to the draw.
import { algorithmOf, linkTitle, stageOf } from '../config/contenderText.ts';
import type { ChainLink, LanguageExperiment } from '../config/experiment.ts';
import {
  applyChain,
  observeChain,
  recordOf,
  startChain,
  type Applied,
  type ChainState,
} from '../../../samplers/decoding/chain.ts';
import { takesStage } from '../../../samplers/decoding/common.ts';
import { descending, draw, entropy, softmax } from '../../../samplers/decoding/draw.ts';
import type { GrammarText } from '../../../samplers/decoding/grammar/engine.ts';
import { allowedAt } from '../../../samplers/decoding/stages/grammar.ts';
import type { StageContext } from '../../../samplers/decoding/types.ts';
import { tokenUniform } from '../../../math/tokenUniform.ts';
import type { TransformerSession } from '../../../networks/transformerTypes.ts';
import type { Candidate, InspectedStage, Inspection } from './events.ts';
import { type LanguageLab } from './lab.ts';
import { keptHead, readyFor, shortened } from './prepare.ts';
import { rankOf, typedTokens } from './typed.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { afterShift, headOf, keptByShift } from '../../../engine/decoding/sequences.ts';
import { encodePrompt, endTokensOf, vocabularyOf } from '../../../engine/decoding/text.ts';

/** Candidates shown of each stage, and intervals of the draw. */
const SHOWN = 24;
const INTERVALS = 40;

/** The session that explains tokens: kept between clicks, so that a click costs one short pass. */
export class Inspector {
  #held: {
    readonly session: TransformerSession;
    readonly sequence: number;
    tokens: number[];
    readonly of: unknown;
  } | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  inspect(
    lab: LanguageLab,
    e: LanguageExperiment,
    contender: number,
    sample: number,
    before: readonly number[],
    token: number,
    signal: AbortSignal,
    typed = '',
  ): Promise<Inspection> {
    const mine = this.#turn.then(() => this.#inspect(lab, e, contender, sample, before, token, signal, typed));
    this.#turn = mine.catch(() => this.close());
    return mine;
  }

  async #inspect(
    lab: LanguageLab,
    e: LanguageExperiment,
    contender: number,
    sample: number,
    before: readonly number[],
    token: number,
    signal: AbortSignal,
    typed: string,
  ): Promise<Inspection> {
    const model = await lab.use('target', e.model, e.format, nothingGiven, () => {}, signal);
    const { config, tokenizer } = model;
    const encoded = await encodePrompt(e, tokenizer, config, model.template);
    const keep = keptHead(e, encoded);
    const long = encoded.tokens.length >= config.context;
    const prompt = long ? shortened(encoded.tokens, config.context, keep) : encoded.tokens;
    const all = [...prompt, ...before];
    // What the context no longer held when a long text was shifted is not read here either; the stages knew all of it.
    let dropped = 0;
    for (let n = prompt.length; n < all.length; n++)
      if (n - dropped + 1 > config.context) dropped = n - keptByShift(config.context, 1);
    const c = e.contenders[contender]!;
    await readyFor([c]);
    const vocabulary = vocabularyOf(tokenizer, config);
    const uses = c.chain.filter((u) => takesStage(algorithmOf(c.algorithm), stageOf(u.stage)));
    const adaptive = uses.some((u) => stageOf(u.stage).observe !== undefined);
    const held = afterShift(all, headOf(keptByShift(config.context, 1), keep), dropped);
    const rows = await this.#logits(lab, model, held, adaptive ? Math.min(before.length, held.length - 1) : 0);

    const contextAt = (length: number): StageContext => ({
      history: all.slice(0, length),
      promptLength: prompt.length,
      endTokens: endTokensOf(tokenizer, config),
      uniform: (purpose) => tokenUniform(e.seed, sample, length, purpose),
      text: (id) => tokenizer.piece(id),
      vocabulary,
    });
    let state: ChainState = startChain(uses);
    // A stage with a memory is told every token of the text again.
    for (let i = 0; i < rows.length - 1; i++) {
      const length = all.length - rows.length + 1 + i;
      state = observeChain(uses, state, applyChain(rows[i]!, contextAt(length), uses, state), all[length]!);
    }
    const logits = rows.at(-1)!;
    const here = contextAt(all.length);
    const applied = applyChain(logits, here, uses, state, { trace: true });
    const raw = softmax(Float64Array.from(logits));
    const text = (id: number) => tokenizer.piece(id);
    const stages = applied.trace!.map((row, i): InspectedStage => ({
      ...shownStage(i === 0 ? 'The model' : linkTitle(uses[i - 1]!), row, raw, text, token),
      ...(i > 0 && uses[i - 1]!.stage === 'grammar' && masked(applied.trace![i - 1]!, row, here, uses[i - 1]!, text)),
    }));
    const u = here.uniform('draw');
    const drawn = draw(applied.probabilities, u, applied.order);
    const greedy = !algorithmOf(c.algorithm).usesChain;
    const record = recordOf(logits, applied, token, u);
    return {
      stages,
      draw: greedy ? null : { u, intervals: intervals(applied, text, token, drawn) },
      chosen: {
        token,
        text: text(token),
        logit: logits[token]!,
        probability: applied.probabilities[token]!,
        rank: record.rank,
        surprisalBits: -record.logProbability / Math.LN2,
      },
      note: noteOf(c.algorithm, drawn === token, greedy),
      typed: typedTokens(tokenizer, typed, config.vocab).map((t) => ({
        ...t,
        text: text(t.token),
        rank: rankOf(logits, t.token),
        probability: raw[t.token]!,
        drawn: applied.probabilities[t.token]!,
      })),
    };
  }

  /** Logits after the last `count` + 1 places of a text. */
  async #logits(
    lab: LanguageLab,
    of: { readonly config: { readonly context: number } },
    tokens: readonly number[],
    count: number,
  ): Promise<readonly Float32Array[]> {
    if (this.#held?.of !== of) {
      this.close();
      const session = await lab.session('target', 1, of.config.context);
      this.#held = { session, sequence: await session.open(), tokens: [], of };
    }
    const held = this.#held!;
    let same = 0;
    while (same < held.tokens.length && held.tokens[same] === tokens[same]) same++;
    same = Math.min(same, tokens.length - 1 - count);
    held.session.rollback(held.sequence, same);
    held.tokens = [...tokens];
    const fresh = tokens.slice(same);
    const split = fresh.length - count - 1;
    if (split > 0)
      await held.session.forward([{ sequence: held.sequence, tokens: fresh.slice(0, split) }], { want: 'last' });
    return (
      await held.session.forward([{ sequence: held.sequence, tokens: fresh.slice(Math.max(0, split)) }], {
        want: 'all',
      })
    ).logits[0]!;
  }

  close(): void {
    this.#held?.session.destroy();
    this.#held = null;
  }
}

function shownStage(
  title: string,
  logits: Float64Array,
  raw: Float64Array,
  text: (id: number) => string,
  always: number,
): InspectedStage {
  const p = softmax(logits);
  const order = descending(p, 0);
  const top: Candidate[] = [];
  const candidate = (id: number): Candidate => ({ token: id, text: text(id), logit: logits[id]!, probability: p[id]! });
  for (const id of order.subarray(0, SHOWN)) top.push(candidate(id));
  if (!top.some((c) => c.token === always)) top.push(candidate(always));
  let keptMass = 0;
  for (const id of order) keptMass += raw[id]!;
  return { title, top, entropy: entropy(p), kept: order.length, keptMass: Math.min(1, keptMass) };
}

/** What a grammar did at this place. */
function masked(
  before: Float64Array,
  after: Float64Array,
  here: StageContext,
  use: ChainLink,
  text: (id: number) => string,
): Pick<InspectedStage, 'removed' | 'words'> {
  const p = softmax(before);
  const top = descending(p, 0).subarray(0, SHOWN);
  const removed = [...top].filter((id) => after[id] === -Infinity);
  const { allowed, words } = allowedAt(here, use.params as unknown as GrammarText);
  const of = here.vocabulary!.size;
  return {
    removed: removed.map((id) => ({ token: id, text: text(id), logit: before[id]!, probability: p[id]! })),
    words: [`${allowed} of ${of} tokens are allowed.`, ...words()],
  };
}

/** The [0, 1) strip of the draw: the first candidates, and the one that was drawn. */
function intervals({ probabilities, order }: Applied, text: (id: number) => string, ...always: number[]) {
  const out: { token: number; text: string; from: number; to: number }[] = [];
  let from = 0;
  for (const [i, id] of order.entries()) {
    const to = from + probabilities[id]!;
    if (i < INTERVALS || always.includes(id)) out.push({ token: id, text: text(id), from, to });
    from = to;
  }
  return out;
}

function noteOf(algorithm: string, same: boolean, greedy: boolean): string | null {
  if (greedy)
    return algorithm === 'greedy'
      ? 'Greedy decoding takes the most likely token; nothing is drawn.'
      : 'This algorithm searches; it weighs whole texts, not this one draw.';
  if (['speculative', 'multi_draft', 'prompt_lookup'].includes(algorithm))
    return 'Speculation accepts or corrects a draft: over many runs the token has exactly the distribution shown, though it is not the one that this u alone would draw.';
  if (algorithm === 'arithmetic')
    return 'Arithmetic sampling draws by the sample’s code, not by this u; the distribution is the same.';
  return same
    ? null
    : 'Plain sampling would have drawn another token here: this one came from a search, a reader’s pick, or another adapter’s rounding.';
}
