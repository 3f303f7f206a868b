// The loop of the algorithms that add one token per pass to each sample: sampling, arithmetic sampling, the candidates
// of best-of-N.
import type { DrawParams } from '../../math/reference/draw.ts';
import { tokenBits } from '../../math/tokenUniform.ts';
import { chooseToken, startChain } from './chain.ts';
import { contextAt, emit, ended, endedByStage, forward, streamOf, prefill, release, type Sample } from './common.ts';
import { gpuDraw } from './refuse.ts';
import type { DecodeRequest, Decoding, Drawn, TokenRecord } from './types.ts';

export interface Chosen<S> {
  readonly token: number;
  readonly record: TokenRecord;
  /** The sample's memory after this token. */
  readonly state: S;
}

/** What the model must know to draw by itself, and how its answer becomes a choice. */
export interface DrawByModel<S> {
  params(sample: Sample): DrawParams;
  chosen(sample: Sample, drawn: Drawn, state: S): Chosen<S>;
}

/** The record of a token that the model drew; its other fields are left out. */
export const drawnRecord = (
  { logProbability, drawnLogProbability, entropy, rank, keptMass }: Drawn,
  u: number,
): TokenRecord => ({ logProbability, drawnLogProbability, entropy, rank, keptMass, u, by: 'model' });

/**
 * Chooses a token for every live sample from its logits until all have ended; one forward pass serves all. `choose`
 * gets a sample's memory (at first `start(index)`) and answers the next one; it must not keep the sample's tokens.
 * Samples end independently and leave the batch. With `byModel` the model is asked to draw; where it answers with
 * logits nevertheless, `choose` draws.
 */
export function* drawSamples<S>(
  request: DecodeRequest,
  start: (sample: number) => S,
  choose: (sample: Sample, logits: Float32Array, state: S) => Chosen<S>,
  byModel?: DrawByModel<S> | null,
): Decoding {
  if (yield* ended(request)) return;
  const first = { index: 0, tokens: [...request.prompt] };
  // The prompt is one row, so the model can draw from it only for one sample.
  const { sequences, answer } = yield* prefill(
    'target',
    request.prompt,
    request.samples,
    byModel && request.samples === 1 ? { draw: [byModel.params(first)] } : {},
  );
  let live = sequences.map((sequence, index) => ({
    index,
    tokens: [...request.prompt],
    sequence,
    logits: answer!.logits[0]?.[0],
    drawn: answer!.drawn?.[0],
    state: start(index),
  }));
  for (;;) {
    const going: typeof live = [];
    for (const sample of live) {
      let chosen: Chosen<S>;
      try {
        chosen =
          sample.drawn && byModel
            ? byModel.chosen(sample, sample.drawn, sample.state)
            : choose(sample, sample.logits!, sample.state);
      } catch (error) {
        yield* endedByStage(sample.index, error);
        yield* release('target', sample.sequence);
        continue;
      }
      const { token, record, state } = chosen;
      sample.state = state;
      if (yield* emit(request, sample, token, record)) yield* release('target', sample.sequence);
      else going.push(sample);
    }
    if (going.length === 0) return;
    const { logits, drawn } = yield* forward(
      'target',
      going.map((s) => ({ sequence: s.sequence, tokens: [s.tokens[s.tokens.length - 1]!] })),
      'last',
      byModel ? { draw: going.map((s) => byModel.params(s)) } : {},
    );
    going.forEach((s, i) => Object.assign(s, { logits: logits[i]?.[0], drawn: drawn?.[i] }));
    live = going;
  }
}

/** Ancestral sampling with the request's chain, by the model itself where it can. */
export function* sampleChain(request: DecodeRequest): Decoding {
  const { chain, seed } = request;
  const memory = startChain(chain);
  const settings = gpuDraw(chain);
  const bits = (sample: Sample) => tokenBits(seed, streamOf(request, sample.index), sample.tokens.length, 'draw');
  yield* drawSamples(
    request,
    () => memory,
    (sample, logits, state) => chooseToken(logits, contextAt(request, sample.index, sample.tokens), chain, state),
    settings && {
      params: (sample) => ({ ...settings, bits: bits(sample) }),
      chosen: (sample, drawn, state) => ({
        token: drawn.token,
        state,
        record: drawnRecord(drawn, (bits(sample) >>> 8) / 16777216),
      }),
    },
  );
}
