// Why this token: the chain at work on one position, from the model's logits to the draw.
import { algorithmOf, linkTitle, stageOf } from '../config/contenderText.ts';
import type { CacheTypes } from '../../../core/cacheFormat.ts';
import { cacheOf, type ChainLink, type LanguageExperiment } from '../config/experiment.ts';
import {
  applyChain,
  observeChain,
  recordOf,
  startChain,
  type Applied,
  type ChainState,
} from '../../../samplers/decoding/chain.ts';
import { takesStage } from '../../../samplers/decoding/common.ts';
import { mixAt } from '../../../samplers/decoding/mixed.ts';
import { descending, draw, entropy, softmax } from '../../../samplers/decoding/draw.ts';
import type { GrammarText } from '../../../samplers/decoding/grammar/engine.ts';
import { allowedAt } from '../../../samplers/decoding/stages/grammar.ts';
import type { Mixing, OtherRows, StageContext } from '../../../samplers/decoding/types.ts';
import { tokenUniform } from '../../../math/tokenUniform.ts';
import type { Candidate, InspectedStage, Inspection } from './events.ts';
import { HeldText, type Places } from './heldText.ts';
import type { LanguageLab, ModelInUse } from './lab.ts';
import { draftSource, keptHead, mixable, readyFor, shortened } from './prepare.ts';
import { rankOf, typedTokens } from './typed.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { afterShift, headOf, keptByShift } from '../../../engine/decoding/sequences.ts';
import { encodePrompt, endTokensOf, vocabularyOf } from '../../../engine/decoding/text.ts';

/** Candidates shown of each stage, and intervals of the draw. */
const SHOWN = 24;
const INTERVALS = 40;

/** One place of a text: what the model thought, and what else the algorithm mixes there. */
interface Place {
  readonly logits: Float32Array;
  readonly others: OtherRows;
}
interface Held {
  readonly own: HeldText;
  readonly of: ModelInUse;
  readonly cache: CacheTypes;
  /** The text beside, on the target or on the draft model. */
  target: HeldText | null;
  draft: HeldText | null;
}

/** The session that explains tokens: kept between clicks, so that a click costs one short pass. */
export class Inspector {
  #held: Held | null = null;
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
    const shifted = (tokens: readonly number[], by: number) =>
      afterShift(tokens, headOf(keptByShift(config.context, 1), keep), by);
    const held = shifted(all, dropped);
    const mixing =
      algorithmOf(c.algorithm).mixing?.({ prompt, vocab: config.vocab, ...mixable(tokenizer, config) }, c.params) ??
      null;
    // What was written is as long on both sides, so that as much of it is there on both.
    const besides = mixing?.beside
      ? shifted(
          [...mixing.beside.prompt, ...before],
          Math.max(0, dropped + mixing.beside.prompt.length - prompt.length),
        )
      : null;
    const count = adaptive ? Math.min(before.length, held.length - 1, (besides?.length ?? Infinity) - 1) : 0;
    const rows = await this.#read(lab, e, model, held, besides, count, mixing, signal);

    const contextAt = (length: number): StageContext => ({
      history: all.slice(0, length),
      promptLength: prompt.length,
      endTokens: endTokensOf(tokenizer, config),
      uniform: (purpose) => tokenUniform(e.seed, sample, length, purpose),
      text: (id) => tokenizer.piece(id),
      vocabulary,
    });
    const mixedAt = ({ logits, others }: Place, length: number) =>
      mixing && mixAt(mixing, { logits, ...others }, contextAt(length), uses);
    let state: ChainState = startChain(uses);
    // A stage with a memory is told every token of the text again.
    for (let i = 0; i < rows.length - 1; i++) {
      const length = all.length - rows.length + 1 + i;
      const from = mixedAt(rows[i]!, length)?.logits ?? rows[i]!.logits;
      state = observeChain(uses, state, applyChain(from, contextAt(length), uses, state), all[length]!);
    }
    const { logits } = rows.at(-1)!;
    const mixed = mixedAt(rows.at(-1)!, all.length);
    const here = contextAt(all.length);
    const applied = applyChain(mixed?.logits ?? logits, here, uses, state, { trace: true });
    const raw = softmax(Float64Array.from(logits));
    const text = (id: number) => tokenizer.piece(id);
    const sources = mixed
      ? [{ title: 'The model', logits }, ...mixed.parts].map((part): InspectedStage =>
          shownStage(part.title, Float64Array.from(part.logits), raw, text, token),
        )
      : [];
    const stages = applied.trace!.map((row, i): InspectedStage => ({
      ...shownStage(i === 0 ? (mixed?.title ?? 'The model') : linkTitle(uses[i - 1]!), row, raw, text, token),
      ...(i === 0 && mixed && { words: mixed.words }),
      ...(i > 0 && uses[i - 1]!.stage === 'grammar' && masked(applied.trace![i - 1]!, row, here, uses[i - 1]!, text)),
    }));
    const u = here.uniform('draw');
    const drawn = draw(applied.probabilities, u, applied.order);
    const greedy = !algorithmOf(c.algorithm).usesChain;
    const record = recordOf(logits, applied, token, u);
    return {
      stages: [...sources, ...stages],
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

  /** The text, and the one beside it that a mixing asks for, read up to their last `count` + 1 places and mixed. */
  async #read(
    lab: LanguageLab,
    e: LanguageExperiment,
    model: ModelInUse,
    tokens: readonly number[],
    besides: readonly number[] | null,
    count: number,
    mixing: Mixing | null,
    signal: AbortSignal,
  ): Promise<readonly Place[]> {
    const held = await this.#heldOf(lab, model, cacheOf(e));
    const own = await held.own.read(tokens, count, mixing?.layers);
    let other: Places | null = null;
    if (mixing?.beside && besides) {
      if (mixing.beside.model === 'target') held.target ??= await HeldText.on(held.own.session);
      else held.draft ??= await this.#draft(lab, e, signal);
      other = await held[mixing.beside.model]!.read(besides, count);
    }
    return own.logits.map((logits, i) => ({
      logits,
      others: { beside: other?.logits[i], early: own.early?.[i] },
    }));
  }

  async #heldOf(lab: LanguageLab, model: ModelInUse, cache: CacheTypes): Promise<Held> {
    const now = this.#held;
    if (now?.of !== model || now.cache.keys !== cache.keys || now.cache.values !== cache.values) {
      this.close();
      const own = await HeldText.on(await lab.session('target', 1, model.config.context, cache));
      this.#held = { own, of: model, cache, target: null, draft: null };
    }
    return this.#held!;
  }
  async #draft(lab: LanguageLab, e: LanguageExperiment, signal: AbortSignal): Promise<HeldText> {
    const draft = await lab.use('draft', draftSource(e)!, 'auto', nothingGiven, () => {}, signal);
    return HeldText.on(await lab.session('draft', 1, draft.config.context));
  }

  close(): void {
    this.#held?.own.session.destroy();
    this.#held?.draft?.session.destroy();
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
  const candidate = (id: number): Candidate => ({
    token: id,
    text: text(id),
    logit: logits[id] ?? -Infinity,
    probability: p[id] ?? 0,
  });
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
    words: [`${allowed} of ${of} tokens ${allowed === 1 ? 'is' : 'are'} allowed.`, ...words()],
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
  if (['speculative', 'multi_draft', 'prompt_lookup', 'ngram_cache'].includes(algorithm))
    return 'Speculation accepts or corrects a draft: over many runs the token has exactly the distribution shown, though it is not the one that this u alone would draw.';
  if (algorithm === 'arithmetic')
    return 'Arithmetic sampling draws by the sample’s code, not by this u; the distribution is the same.';
  return same
    ? null
    : 'Plain sampling would have drawn another token here: this one came from a search, a reader’s pick, or another adapter’s rounding.';
}
