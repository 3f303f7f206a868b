// Models small enough to enumerate, and a synchronous driver. Used by tests, by the conformance cases and by nothing
// else.
import { defaults } from '../../core/field.ts';
import { drawReference } from '../../math/reference/draw.ts';
import { tokenUniform } from '../../math/tokenUniform.ts';
import { applyChain, observeChain, startChain, type ChainState } from './chain.ts';
import { endOf, limitOf } from './common.ts';
import type { Algorithm, Answer, DecodeOp, DecodeRequest, TokenRecord } from './types.ts';

/** Logits after any non-empty prefix, as the model would return them; `hidden` for algorithms that compare states. */
export interface TableModel {
  readonly vocab: number;
  logits(prefix: readonly number[]): Float32Array;
  hidden?(prefix: readonly number[]): Float32Array;
  /** Logits after so many layers, for algorithms that read early ones. */
  early?(prefix: readonly number[], layer: number): Float32Array;
  /** Draws by itself when a pass asks for it, as the model on the GPU does. */
  readonly draws?: boolean;
}

/** FNV-1a over the tokens: every prefix has its own row of the table. */
const hash = (prefix: readonly number[]) =>
  prefix.reduce((h, token) => Math.imul(h ^ (token + 1), 0x01000193), 0x811c9dc5) >>> 0;

/**
 * A model whose next-token logits are uniform in ±spread, independently for every prefix: whoever feeds it a stale,
 * missing or doubled token sees other numbers. `memory` tokens at the end are all it looks at (default: all of them).
 */
export function randomModel({
  vocab,
  seed,
  spread = 2,
  memory = Infinity,
  width = 6,
}: {
  vocab: number;
  seed: number;
  spread?: number;
  memory?: number;
  width?: number;
}): TableModel {
  const kept = new Map<number, Float32Array>();
  const row = (prefix: readonly number[], count: number, purpose: 'draw' | 'code', scale: number) => {
    const key = hash(memory === Infinity ? prefix : prefix.slice(-memory));
    const at = purpose === 'draw' ? key : -1 - key;
    let values = kept.get(at);
    if (!values)
      kept.set(
        at,
        (values = Float32Array.from(
          { length: count },
          (_, v) => scale * (2 * tokenUniform(seed, key, v, purpose) - 1),
        )),
      );
    return values;
  };
  return {
    vocab,
    logits: (prefix) => row(prefix, vocab, 'draw', spread),
    hidden: (prefix) => row(prefix, width, 'code', 1),
    early: (prefix, layer) => row([...prefix, -2 - layer], vocab, 'draw', spread),
  };
}

/** A request with everything that a test does not care about filled in. Token v reads as the letter a + v. */
export function tinyRequest(some: Partial<DecodeRequest> & { vocab: number }): DecodeRequest {
  const text = (token: number) => String.fromCharCode(97 + token);
  return {
    prompt: [0],
    maxTokens: 3,
    samples: 1,
    seed: 1,
    chain: [],
    endTokens: [],
    context: 64,
    stop: [],
    text,
    vocabulary: { size: some.vocab, bytes: (t) => new TextEncoder().encode(text(t)), endTokens: some.endTokens ?? [] },
    decode: (tokens) => tokens.map(text).join(''),
    encode: (text) => Array.from(text, (c) => c.charCodeAt(0) - 97),
    depth: { layers: 4, tied: false },
    ...some,
  };
}

export interface Finished {
  readonly tokens: readonly number[];
  readonly records: readonly TokenRecord[];
  readonly why: (DecodeOp & { op: 'end' })['why'];
  readonly score: number | null;
}
export interface SyncRun {
  readonly samples: readonly Finished[];
  /** Forward passes of each model, and the tokens they were fed. */
  readonly passes: { readonly target: number; readonly draft: number };
  readonly fed: { readonly target: number; readonly draft: number };
  /** Sums over the `count` instructions. */
  readonly proposed: number;
  readonly accepted: number;
  /** Most sequences open at once on the target. */
  readonly mostOpen: number;
}

/**
 * Runs an algorithm to its end against table models, and checks what every algorithm must obey: no use of a sequence
 * that is not open, no empty or doubled row, nothing past the context, one `end` per sample and nothing after it,
 * records that match the tokens, everything released at the end. Throws an Error that says which rule was broken.
 */
export function runSync<P>(
  algorithm: Algorithm<P>,
  request: DecodeRequest,
  models: { target: TableModel; draft?: TableModel },
  params: NoInfer<P> = defaults(algorithm.params),
): SyncRun {
  const broken = (what: string): never => {
    throw new Error(`${algorithm.id}: ${what}`);
  };
  const open = { target: new Map<number, number[]>(), draft: new Map<number, number[]>() };
  const passes = { target: 0, draft: 0 };
  const fed = { target: 0, draft: 0 };
  const samples = Array.from({ length: request.samples }, () => ({
    tokens: [] as number[],
    records: [] as TokenRecord[],
    why: null as Finished['why'] | null,
    score: null as number | null,
  }));
  let next = 0;
  let proposed = 0;
  let accepted = 0;
  let mostOpen = 0;
  const held = (o: { model: 'target' | 'draft' }, id: number) =>
    open[o.model].get(id) ?? broken(`sequence ${id} of the ${o.model} model is not open`);
  const live = (index: number) => {
    const sample = samples[index] ?? broken(`sample ${index} does not exist`);
    return sample.why === null ? sample : broken(`sample ${index} was written after its end`);
  };
  const known = (t: number) => {
    if (!(Number.isInteger(t) && t >= 0 && t < request.vocab)) broken(`token ${t} is outside the vocabulary`);
  };
  const whole = (tokens: readonly number[], records: readonly TokenRecord[]) => {
    if (tokens.length !== records.length) broken(`${tokens.length} tokens came with ${records.length} records`);
    if (tokens.length > request.maxTokens || request.prompt.length + tokens.length > request.context)
      broken(`${tokens.length} tokens pass the limit`);
    tokens.forEach(known);
  };

  const answer = (o: DecodeOp): Answer => {
    switch (o.op) {
      case 'open': {
        if (!models[o.model]) broken(`there is no ${o.model} model`);
        open[o.model].set(++next, o.from === undefined ? [] : held(o, o.from).slice());
        mostOpen = Math.max(mostOpen, open.target.size);
        return next;
      }
      case 'forward': {
        const model = models[o.model] ?? broken(`there is no ${o.model} model`);
        if (o.rows.length === 0 || new Set(o.rows.map((r) => r.sequence)).size < o.rows.length)
          broken('a pass has no row, or a sequence twice');
        passes[o.model]++;
        const places = o.rows.map(({ sequence, tokens }) => {
          const prefix = held(o, sequence);
          if (tokens.length === 0) broken('a row has no token');
          tokens.forEach(known);
          const after = tokens.map((t) => {
            prefix.push(t);
            return prefix.slice();
          });
          if (prefix.length > request.context)
            broken(`sequence ${sequence} has ${prefix.length} tokens, more than the context of ${request.context}`);
          fed[o.model] += tokens.length;
          return after;
        });
        const wanted = places.map((after) => (o.want === 'all' ? after : after.slice(-1)));
        if (o.draw && o.draw.length !== o.rows.length) broken(`${o.rows.length} rows came with ${o.draw.length} draws`);
        if (o.draw && model.draws)
          return {
            logits: [],
            drawn: wanted.map((w, i) => {
              const { token, logProbability, drawnLogProbability, entropy, rank, keptMass } = drawReference(
                model.logits(w[0]!),
                o.draw![i]!,
              );
              return { token, logProbability, drawnLogProbability, entropy, rank, keptMass };
            }),
          };
        const early = o.early && (model.early ?? broken('this model has no early layers'));
        const state = model.hidden ?? (o.hidden ? broken('this model has no states') : null);
        return {
          logits: wanted.map((w) => w.map((prefix) => model.logits(prefix))),
          ...(early && { early: wanted.map((w) => w.map((prefix) => o.early!.map((layer) => early(prefix, layer)))) }),
          ...(o.hidden && { hidden: (o.hidden === 'all' ? places : wanted).map((w) => w.map(state!)) }),
        };
      }
      case 'rollback': {
        const prefix = held(o, o.sequence);
        if (!(o.length >= 0 && o.length <= prefix.length))
          broken(`a sequence of ${prefix.length} tokens cannot be cut to ${o.length}`);
        prefix.length = o.length;
        return undefined;
      }
      case 'release':
        held(o, o.sequence);
        open[o.model].delete(o.sequence);
        return undefined;
      case 'emit': {
        const sample = live(o.sample);
        sample.tokens.push(o.token);
        sample.records.push(o.record);
        whole(sample.tokens, sample.records);
        return undefined;
      }
      case 'replace': {
        whole(o.tokens, o.records);
        Object.assign(live(o.sample), { tokens: [...o.tokens], records: [...o.records], score: o.score });
        return undefined;
      }
      case 'count':
        proposed += o.proposed;
        accepted += o.accepted;
        return undefined;
      case 'end':
        live(o.sample).why = o.why;
        return undefined;
      default:
        return o satisfies never;
    }
  };
  const decoding = algorithm.run(request, params);
  for (let step = decoding.next(); !step.done;) step = decoding.next(answer(step.value));
  if (open.target.size + open.draft.size > 0)
    broken(`${open.target.size} target and ${open.draft.size} draft sequences were left open`);
  return {
    samples: samples.map((s, i) => ({ ...s, why: s.why ?? broken(`sample ${i} never ended`) })),
    passes,
    fed,
    proposed,
    accepted,
    mostOpen,
  };
}

/** How a case tells texts apart: their tokens, joined. */
export const textKey = (tokens: readonly number[]): string => tokens.join(' ');

/**
 * The exact probability of every text that plain sampling can give: every path through the chain, memories and ends
 * included. `uniforms` lists the values, with their probabilities, that stand for the uniforms which stages ask for
 * (one list for all purposes; by default none may be asked for). Σ = 1 within rounding.
 */
export function enumerate(
  request: DecodeRequest,
  model: TableModel,
  uniforms: readonly { readonly uniform: number; readonly weight: number }[] = [],
): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (tokens: readonly number[], state: ChainState, probability: number): void => {
    if (endOf(request, tokens) || tokens.length >= limitOf(request)) {
      const key = textKey(tokens.slice(request.prompt.length));
      found.set(key, (found.get(key) ?? 0) + probability);
      return;
    }
    for (const { uniform, weight } of uniforms.length > 0 ? uniforms : [{ uniform: null, weight: 1 }]) {
      const context = {
        history: tokens,
        promptLength: request.prompt.length,
        text: request.text,
        uniform() {
          if (uniform === null) throw new Error('a stage asked for a uniform that the enumeration does not know');
          return uniform;
        },
      };
      const applied = applyChain(model.logits(tokens), context, request.chain, state);
      for (const token of applied.order)
        walk(
          [...tokens, token],
          observeChain(request.chain, state, applied, token),
          probability * weight * applied.probabilities[token]!,
        );
    }
  };
  walk(request.prompt, startChain(request.chain), 1);
  return found;
}
