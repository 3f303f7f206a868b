// The loop of every algorithm that gives each sample one token a pass: sampling, arithmetic sampling, the candidates of best-of-N.
import { emit, ended, forward, prefill, release, type Sample } from './common.ts';
import type { DecodeRequest, Decoding, TokenRecord } from './types.ts';

/**
 * Chooses a token for every live sample from its logits until all have ended; one forward pass serves all. `choose` gets a sample's
 * memory (at first `start(index)`) and answers the next one; it must not keep the sample's tokens. Samples end apart and leave the batch.
 */
export function* drawSamples<S>(request: DecodeRequest, start: (sample: number) => S, choose: (sample: Sample, logits: Float32Array, state: S) => { readonly token: number; readonly record: TokenRecord; readonly state: S }): Decoding {
  if (yield* ended(request)) return;
  const { sequences, answer } = yield* prefill('target', request.prompt, request.samples);
  let live = sequences.map((sequence, index) => ({ index, tokens: [...request.prompt], sequence, logits: answer!.logits[0]![0]!, state: start(index) }));
  for (;;) {
    const going: typeof live = [];
    for (const sample of live) {
      const { token, record, state } = choose(sample, sample.logits, sample.state);
      sample.state = state;
      if (yield* emit(request, sample, token, record)) yield* release('target', sample.sequence);
      else going.push(sample);
    }
    if (going.length === 0) return;
    const { logits } = yield* forward('target', going.map((s) => ({ sequence: s.sequence, tokens: [s.tokens[s.tokens.length - 1]!] })));
    going.forEach((s, i) => { s.logits = logits[i]![0]!; });
    live = going;
  }
}
