// A run of the language lab: contenders write side by side from one prompt with the same random numbers.
import { algorithmOf, contenderTitle, formatContender, samplesOf, stageOf } from '../config/contenderText.ts';
import { languageAffects, type Branch, type LanguageContender, type LanguageExperiment } from '../config/experiment.ts';
import type { ModelSource } from '../../../hub/source.ts';
import {
  compareLanguageFingerprint,
  formatLanguageFingerprint,
  type LanguageReproduction,
} from '../config/fingerprint.ts';
import { resultKey } from '../../../frame/config/affects.ts';
import { solves } from '../../../metrics/text/countdown.ts';
import { judgeText } from '../../../metrics/text/index.ts';
import { languageCard } from '../../../models/language.ts';
import { recordOf } from '../../../samplers/decoding/chain.ts';
import { endOf, refusal } from '../../../samplers/decoding/common.ts';
import { refuseChain } from '../../../samplers/decoding/refuse.ts';
import type { DecodeRequest } from '../../../samplers/decoding/types.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { DecodingRun, type Models, type DecodingCost } from '../../../engine/decoding/decodingRun.ts';
import type { ContenderCost, LanguageEvent, LoadProgress } from '../../../engine/decoding/events.ts';
import { ModelError } from '../../../hub/files.ts';
import { type LanguageLab, type ModelInUse } from './lab.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { ContextFullError, Sequences } from '../../../engine/decoding/sequences.ts';
import { encodePrompt, endTokensOf } from '../../../engine/decoding/text.ts';
import { Texts, type WrittenText } from '../../../engine/decoding/texts.ts';

export type Tell = (event: LanguageEvent | LoadProgress) => void;

/** What a contender wrote under a key, so that an edit of another one does not make it write again. */
interface Remembered {
  readonly texts: readonly WrittenText[];
  readonly cost: ContenderCost;
  readonly notices: readonly string[];
}
const MOST_KEPT = 24;
const MOST_TOKENS = 200_000;
export class RunMemory {
  readonly #kept = new Map<string, Remembered>();
  #of: object | null = null;
  /** What follows is of this model: a name may come to stand for another file, and another adapter has other costs. */
  begin(model: object): void {
    if (this.#of !== model) this.#kept.clear();
    this.#of = model;
  }
  /** The next run writes and times everything again. */
  clear(): void {
    this.#kept.clear();
  }
  get(key: string): Remembered | undefined {
    return this.#kept.get(key);
  }
  set(key: string, value: Remembered): void {
    this.#kept.set(key, value);
    let tokens = [...this.#kept.values()].reduce((n, { texts }) => n + countOf(texts), 0);
    for (const [old, { texts }] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT && tokens <= MOST_TOKENS) break;
      this.#kept.delete(old);
      tokens -= countOf(texts);
    }
  }
}
const keyOf = (e: LanguageExperiment, c: LanguageContender) => `${resultKey(e, languageAffects)} ${formatContender(c)}`;

/** The draft a run would use; null when none is known. */
export function draftSource(e: Pick<LanguageExperiment, 'draft' | 'model'>): ModelSource | null {
  if (e.draft) return e.draft;
  const draft = e.model.from === 'bundled' ? languageCard(e.model.id)?.draft : undefined;
  return draft ? { from: 'bundled', id: draft as never } : null;
}

/** Tokens that speculation may hold beyond the text. */
const SLACK = 32;

export interface Prepared {
  readonly model: ModelInUse;
  readonly prompt: readonly number[];
  readonly models: Models;
  readonly notices: readonly string[];
  request(c: LanguageContender): DecodeRequest;
  close(): void;
}

/** Models loaded, prompt in tokens, caches allocated: what runs and sweeps begin with. */
export async function prepare(
  lab: LanguageLab,
  e: LanguageExperiment,
  contenders: readonly LanguageContender[],
  tell: Tell,
  signal: AbortSignal,
): Promise<Prepared> {
  const notices: string[] = [];
  const note = (text: string) => {
    notices.push(text);
    tell({ kind: 'notice', contender: null, text });
  };
  for (const text of await lab.override(e.kernels)) note(`${text}.`.replace(/\.\.$/, '.'));
  const model = await lab.use('target', e.model, e.format, nothingGiven, tell, signal);
  const { config, tokenizer } = model;
  const source = contenders.some((c) => algorithmOf(c.algorithm).needsDraft) ? draftSource(e) : null;
  const draft = source ? await lab.use('draft', source, 'auto', nothingGiven, tell, signal) : null;
  if (draft) assertSameTokens(model, draft);
  let prompt: readonly number[] = encodePrompt(e, tokenizer, config, model.template);
  if (prompt.length >= config.context) {
    if (e.overflow === 'refuse')
      throw new ContextFullError(
        `The prompt has ${prompt.length} tokens; this model was made for ${config.context}, what it writes included.`,
      );
    note(
      `The prompt has ${prompt.length} tokens and the context ${config.context}: only its last ${Math.floor(config.context / 2)} are read.`,
    );
    prompt = prompt.slice(-Math.floor(config.context / 2));
  }
  const wanted = prompt.length + e.maxTokens;
  const slots = contenders.reduce((n, c) => n + sequencesOf(c, samplesOf(c, e.samples, e.maxTokens)), 0);
  const open = (role: 'target' | 'draft', context: number) => () =>
    lab.session(role, Math.max(1, slots), Math.min(context, wanted + SLACK));
  const shift = e.overflow === 'shift';
  const target = await Sequences.create(open('target', config.context), { shift, onNotice: note });
  try {
    const models: Models = {
      target,
      draft: draft ? await Sequences.create(open('draft', draft.config.context), { shift, onNotice: () => {} }) : null,
    };
    const ends = endTokensOf(tokenizer, config);
    return {
      model,
      prompt,
      models,
      notices,
      request: (c) => ({
        prompt,
        maxTokens: e.maxTokens,
        samples: samplesOf(c, e.samples, e.maxTokens),
        seed: e.seed,
        chain: c.chain,
        vocab: config.vocab,
        endTokens: ends,
        context: shift
          ? Infinity
          : Math.min(config.context, draft && algorithmOf(c.algorithm).needsDraft ? draft.config.context : Infinity),
        text: (token) => tokenizer.piece(token),
        decode: (tokens) => tokenizer.decode(tokens),
        stop: e.stop,
      }),
      close: () => {
        models.target.destroy();
        models.draft?.destroy();
      },
    };
  } catch (error) {
    target.destroy();
    throw error;
  }
}

/** Most sequences that a contender holds at once. */
const sequencesOf = (c: LanguageContender, samples: number) =>
  algorithmOf(c.algorithm).sequences?.(samples, c.params) ?? samples;

function assertSameTokens(model: ModelInUse, draft: ModelInUse): void {
  const probe = 'The quick brown fox: 3 × 7 = 21, déjà vu!';
  const same =
    model.tokenizer.vocabSize === draft.tokenizer.vocabSize &&
    model.tokenizer.encode(probe).join() === draft.tokenizer.encode(probe).join();
  if (!same)
    throw new ModelError(
      `${draft.title} cannot draft for ${model.title}: their tokenizers differ (${draft.tokenizer.vocabSize} and ${model.tokenizer.vocabSize} tokens).`,
      'Choose a smaller model of the same family.',
    );
}

export const costOf = (
  cost: DecodingCost,
  promptTokens: number,
  tokens: number,
  dispatchesPerToken: number,
): ContenderCost => ({
  promptTokens,
  prefillMs: cost.prefillMs,
  firstTokenMs: cost.firstTokenMs,
  decodeMs: Math.max(0, cost.totalMs - cost.prefillMs),
  tokens,
  fromPrompt: Math.min(tokens, cost.fromPrompt),
  passes: cost.passes,
  rows: cost.rows,
  draftPasses: cost.draftPasses,
  proposed: cost.proposed,
  accepted: cost.accepted,
  dispatchesPerToken,
});
const countOf = (texts: readonly WrittenText[]) => texts.reduce((n, t) => n + t.tokens.length, 0);

/** Why a contender will not run, as sentences. */
export function refusals(c: LanguageContender, e: LanguageExperiment, hasDraft: boolean): string[] {
  const own = refusal(
    algorithmOf(c.algorithm),
    { samples: samplesOf(c, e.samples, e.maxTokens), maxTokens: e.maxTokens, chain: c.chain },
    c.params,
    hasDraft,
  );
  return [...refuseChain(c.chain), ...(own ? [own] : [])];
}

export async function runLanguage(
  lab: LanguageLab,
  memory: RunMemory,
  e: LanguageExperiment,
  fingerprint: string | null,
  tell: Tell,
  signal: AbortSignal,
): Promise<{ readonly fingerprint: string; readonly reproduction: LanguageReproduction | null }> {
  const able = e.contenders.map((c, index) => {
    const why = refusals(c, e, draftSource(e) !== null);
    for (const text of why) tell({ kind: 'notice', contender: index, text });
    return why.length === 0;
  });
  const prepared = await prepare(
    lab,
    e,
    e.contenders.filter((_, i) => able[i]),
    tell,
    signal,
  );
  const { model, prompt } = prepared;
  const { tokenizer } = model;
  memory.begin(model);
  try {
    tell({ kind: 'prompt', tokens: prompt.map((id) => ({ id, text: tokenizer.piece(id) })) });
    const rows = e.contenders.map((c, contender) =>
      able[contender]
        ? new Row(prepared, e, c, contender, tell, fingerprint === null ? memory.get(keyOf(e, c)) : undefined)
        : null,
    );
    try {
      for (
        let active = rows.filter((r) => r !== null && !r.done);
        active.length > 0;
        active = active.filter((r) => r !== null && !r.done)
      )
        for (const row of active) await row!.turn(signal);
      for (const row of rows)
        if (row?.fresh)
          memory.set(keyOf(e, row.contender), { texts: row.texts.texts, cost: row.cost(), notices: prepared.notices });
      const branches: WrittenText[] = [];
      for (const [index, branch] of e.branches.entries()) {
        const row = rows[branch.contender];
        const text = row
          ? await runBranch(
              prepared,
              e,
              branch,
              index,
              branches[branch.parent] ?? row.texts.texts[branch.sample],
              tell,
              signal,
            )
          : null;
        branches.push(text ?? { tokens: [], records: [], why: null, score: null });
      }
    } finally {
      for (const row of rows) row?.close();
    }
    const texts = rows.map((row) => row?.texts.texts.map((t) => t.tokens) ?? []);
    return {
      fingerprint: formatLanguageFingerprint(texts),
      reproduction: fingerprint === null ? null : compareLanguageFingerprint(fingerprint, texts),
    };
  } finally {
    prepared.close();
  }
}

const COST_MS = 200;

/** One contender's run. */
class Row {
  readonly contender: LanguageContender;
  readonly texts: Texts;
  /** Wrote itself, instead of being remembered. */
  readonly fresh: boolean;
  readonly #prepared: Prepared;
  readonly #e: LanguageExperiment;
  readonly #index: number;
  readonly #tell: Tell;
  readonly #decoding: DecodingRun | null;
  readonly #known: Remembered | undefined;
  #told = 0;

  constructor(
    prepared: Prepared,
    e: LanguageExperiment,
    contender: LanguageContender,
    index: number,
    tell: Tell,
    known: Remembered | undefined,
  ) {
    this.contender = contender;
    this.#prepared = prepared;
    this.#e = e;
    this.#index = index;
    this.#tell = tell;
    this.#known = known;
    this.fresh = !known;
    this.texts = new Texts(
      prepared.model.tokenizer,
      { contender: index, branch: -1 },
      samplesOf(contender, e.samples, e.maxTokens),
      0,
      tell,
    );
    this.#decoding = known
      ? null
      : new DecodingRun(
          algorithmOf(contender.algorithm).run(prepared.request(contender), contender.params),
          prepared.models,
          {
            emit: (...args) => this.texts.emit(...args),
            replace: (...args) => this.texts.replace(...args),
            end: (...args) => this.texts.end(...args),
          },
        );
    if (known) this.#repeat(known);
  }

  #repeat({ texts, notices }: Remembered): void {
    for (const [sample, text] of texts.entries()) {
      if (text.score !== null) this.texts.replace(sample, text.tokens, text.records, text.score);
      else text.tokens.forEach((token, i) => this.texts.emit(sample, token, text.records[i]!));
      if (text.why !== null) this.texts.end(sample, text.why);
    }
    for (const text of notices)
      if (!this.#prepared.notices.includes(text)) this.#tell({ kind: 'notice', contender: this.#index, text });
    this.#finish();
  }

  get done(): boolean {
    return !this.#decoding || this.#decoding.done;
  }
  cost(): ContenderCost {
    return this.#decoding
      ? costOf(
          this.#decoding.cost,
          this.#prepared.prompt.length,
          countOf(this.texts.texts),
          this.#prepared.models.target.dispatchesPerToken,
        )
      : this.#known!.cost;
  }

  async turn(signal: AbortSignal): Promise<void> {
    try {
      await this.#decoding!.turn(signal);
    } catch (error) {
      throw named(error, this.contender);
    }
    if (this.#decoding!.done) return this.#finish();
    if (performance.now() - this.#told < COST_MS) return;
    this.#told = performance.now();
    this.#tell({ kind: 'cost', contender: this.#index, cost: this.cost() });
  }

  #finish(): void {
    this.texts.flush();
    const { model } = this.#prepared;
    const written = this.texts.texts.map((t) => model.tokenizer.decode(t.tokens, { skipSpecial: true }));
    const checked = model.source.from === 'bundled' && languageCard(model.source.id)?.checker === 'countdown';
    this.texts.texts.forEach((t, sample) =>
      this.#tell({
        kind: 'end',
        contender: this.#index,
        sample,
        branch: -1,
        why: t.why ?? 'length',
        solved: checked ? solves(this.#e.prompt + written[sample]!) : null,
      }),
    );
    const cut = this.texts.texts.filter((t) => t.why === 'length' && t.tokens.length < this.#e.maxTokens).length;
    if (cut > 0)
      this.#tell({
        kind: 'notice',
        contender: this.#index,
        text: `${cut === 1 ? 'A text' : `${cut} texts`} of ${contenderTitle(this.contender)} ended at the model's context of ${model.config.context} tokens.`,
      });
    this.#tell({ kind: 'metrics', contender: this.#index, values: judged(this.#prepared, this.#e, this.texts.texts) });
    this.#tell({ kind: 'cost', contender: this.#index, cost: this.cost() });
  }

  close(): void {
    this.#decoding?.close();
  }
}

/** A fault of one contender names it. */
function named(error: unknown, c: LanguageContender): unknown {
  if (error instanceof Error && error.name === 'Error') error.message = `${contenderTitle(c)}: ${error.message}`;
  return error;
}

/** Every text metric that applies. */
export function judged(
  { model }: Prepared,
  e: LanguageExperiment,
  texts: readonly WrittenText[],
): Record<string, number> {
  const ends = new Set(endTokensOf(model.tokenizer, model.config));
  return judgeText({
    prompt: e.prompt,
    samples: texts.map((t) => {
      const tokens = t.tokens.length > 0 && ends.has(t.tokens.at(-1)!) ? t.tokens.slice(0, -1) : t.tokens;
      return {
        tokens,
        text: model.tokenizer.decode(tokens, { skipSpecial: true }),
        logProbabilities: t.records.map((r) => r.logProbability),
      };
    }),
  }) as Record<string, number>;
}

/** A text that goes another way from a token on, which the reader picked. */
async function runBranch(
  prepared: Prepared,
  e: LanguageExperiment,
  branch: Branch,
  index: number,
  parent: WrittenText | undefined,
  tell: Tell,
  signal: AbortSignal,
): Promise<WrittenText | null> {
  const { model, models, prompt } = prepared;
  const c = e.contenders[branch.contender]!;
  const texts = new Texts(model.tokenizer, { contender: branch.contender, branch: index }, 1, branch.sample, tell);
  if (!parent || branch.at > parent.tokens.length || branch.token >= model.config.vocab) {
    const why = !parent
      ? `leaves text ${branch.sample + 1}, which ${contenderTitle(c)} does not write`
      : `leaves its text at token ${branch.at + 1}, but the text has ${parent.tokens.length}${branch.token >= model.config.vocab ? ', and its token is not in the vocabulary' : ''}`;
    tell({ kind: 'notice', contender: branch.contender, text: `Branch ${index + 1} ${why}: it was left out.` });
    return null;
  }
  const adaptive = c.chain.map((l) => stageOf(l.stage)).filter((s) => s.start);
  if (adaptive.length > 0)
    tell({
      kind: 'notice',
      contender: branch.contender,
      text: `${adaptive.map((s) => s.title).join(' and ')} adapts to what was drawn, and a branch begins with a fresh memory: even the same token may lead elsewhere.`,
    });
  throwIfCancelled(signal);
  // What the model thought of the picked token.
  const before = parent.tokens.slice(0, branch.at);
  const id = await models.target.open();
  try {
    const { logits } = await models.target.forward([{ sequence: id, tokens: [...prompt, ...before] }], {
      want: 'last',
    });
    for (const [i, token] of before.entries()) texts.share(0, token, parent.records[i]!);
    texts.emit(0, branch.token, recordOf(logits[0]![0]!, null, branch.token, null, 'reader'));
  } finally {
    models.target.release(id);
  }
  const whole = prepared.request(c);
  const picked = endOf(whole, [...prompt, ...before, branch.token]);
  const left = e.maxTokens - before.length - 1;
  if (picked) texts.end(0, picked);
  else {
    const decoding = new DecodingRun(
      algorithmOf(c.algorithm).run(
        {
          ...whole,
          prompt: [...prompt, ...before, branch.token],
          continued: before.length + 1,
          maxTokens: left,
          samples: 1,
          firstSample: branch.sample,
          ofSamples: samplesOf(c, e.samples, e.maxTokens),
        },
        c.params,
      ),
      models,
      {
        emit: (_, token, record) => texts.emit(0, token, record),
        replace: (_, tokens, records, score) =>
          texts.replace(
            0,
            [...texts.texts[0]!.tokens.slice(0, branch.at + 1), ...tokens],
            [...texts.texts[0]!.records.slice(0, branch.at + 1), ...records],
            score,
          ),
        end: (_, why) => texts.end(0, why),
      },
    );
    try {
      while (!decoding.done) await decoding.turn(signal);
    } finally {
      decoding.close();
    }
  }
  texts.flush();
  tell({
    kind: 'end',
    contender: branch.contender,
    sample: branch.sample,
    branch: index,
    why: texts.texts[0]!.why ?? 'length',
    solved: null,
  });
  return texts.texts[0]!;
}
