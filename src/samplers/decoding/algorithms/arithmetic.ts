import { choiceField } from '../../../core/field.ts';
import { tokenUniform, type Purpose } from '../../../math/tokenUniform.ts';
import { applyChain, observeChain, recordOf, startChain, type ChainState } from '../chain.ts';
import { contextAt, streamOf } from '../common.ts';
import { draw } from '../draw.ts';
import { drawSamples } from '../sampled.ts';
import type { Algorithm, DecodeRequest } from '../types.ts';

type Codes = 'lattice' | 'van_der_corput' | 'random';

const TWO_24 = 16777216;
/** The largest float64 below 1. */
const BELOW_ONE = 1 - 2 ** -53;
/** A code is known this finely at first … */
const FIRST = 2 ** -48;
/** … and again before every choice. */
const COARSEST = 2 ** -40;

/** A uniform of 48 bits from two keyed ones of 24. */
const fine = (seed: number, sample: number, position: number, high: Purpose, low: Purpose) =>
  tokenUniform(seed, sample, position, high) + tokenUniform(seed, sample, position, low) / TWO_24;

/**
 * i written in base 2 and mirrored at the point: 0, 1/2, 1/4, 3/4, 1/8 … In one dimension this is Sobol's sequence too.
 */
export function radicalInverse(i: number): number {
  let value = 0;
  for (let digit = 0.5; i > 0; i = Math.floor(i / 2), digit /= 2) value += digit * (i % 2);
  return value;
}

/**
 * The code of a sample in [0, 1). The shift is one for all samples, so each alone is uniform while together they lie
 * evenly.
 */
export function firstCode(
  request: Pick<DecodeRequest, 'seed' | 'samples' | 'firstSample' | 'ofSamples'>,
  index: number,
  codes: Codes,
): number {
  const sample = streamOf(request, index);
  if (codes === 'random') return fine(request.seed, sample, 0, 'shift', 'code');
  return (
    ((codes === 'lattice' ? sample / (request.ofSamples ?? request.samples) : radicalInverse(sample)) +
      fine(request.seed, 0, 0, 'shift', 'code')) %
    1
  );
}

/** Where a sample's code lies: in [code, code + width) within the interval of the tokens so far, scaled to [0, 1). */
export interface CodeState {
  readonly code: number;
  readonly width: number;
}

/**
 * Reveals 48 more bits of a code that is known too coarsely. A token of probability p uses up log₂(1/p) bits: what is
 * left of the code, scaled back to [0, 1), is known to width/p only. The lower bits are as uniform as the first ones
 * and have decided nothing yet, so they are taken from keyed uniforms when they are needed: the text's probability is
 * unchanged however long it gets.
 */
export function refine({ code, width }: CodeState, bits: () => number): CodeState {
  return width > COARSEST
    ? { code: Math.min(code + Math.min(width, 1 - code) * bits(), BELOW_ONE), width: Math.max(width * FIRST, 2 ** -53) }
    : { code, width };
}

/** The code within the interval [low, low + mass) that it chose. */
export function narrow({ code, width }: CodeState, low: number, mass: number): CodeState {
  return { code: Math.min(Math.max((code - low) / mass, 0), BELOW_ONE), width: Math.min(width / mass, 1) };
}

/**
 * Arithmetic sampling. Cut [0, 1) into an interval per first token, each of those into one per second token, and so on:
 * every text owns an interval as long as its probability, and a number in [0, 1), the code, names a text. A uniform
 * code gives a sample; evenly spaced codes give samples that share no more than they must, each still with exactly the
 * model's distribution, and all of them can be drawn in parallel. Vilnis et al. 2023, https://arxiv.org/abs/2210.15458;
 * lattices and Sobol codes compared with independent ones in Parashar et al. 2024, https://arxiv.org/abs/2411.06251.
 *
 * Within an interval the tokens lie from the most to the least probable, the order of every draw here; any order that
 * depends on nothing but the tokens before serves. Codes are float64 and are topped up before they are coarser than
 * 2^-40 (`refine`), so a token's probability errs by 2^-40 at most.
 */
export const arithmetic: Algorithm<{ codes: Codes }> = {
  id: 'arithmetic',
  title: 'Arithmetic sampling',
  paper: {
    title: 'Arithmetic Sampling: Parallel Diverse Decoding for Large Language Models',
    url: 'https://arxiv.org/abs/2210.15458',
  },
  summary:
    'Names every text by a number between 0 and 1 and takes evenly spaced numbers: diverse samples, each with the exact distribution.',
  params: {
    codes: choiceField<Codes>({
      label: 'Codes',
      help: 'Lattice: evenly spaced, best when the number of samples is fixed. Van der Corput: each new one into the largest gap. Random: independent, for comparison.',
      default: 'lattice',
      options: [
        ['lattice', 'Lattice'],
        ['van_der_corput', 'Van der Corput'],
        ['random', 'Random'],
      ],
    }),
  },
  usesChain: true,
  preservesDistribution: true,
  *run(request, { codes }) {
    const { chain, seed } = request;
    const memory = startChain(chain);
    const start = (sample: number): CodeState & { chain: ChainState } => ({
      chain: memory,
      code: firstCode(request, sample, codes),
      width: FIRST,
    });
    yield* drawSamples(request, start, (sample, logits, state) => {
      const position = sample.tokens.length;
      const known = refine(state, () => fine(seed, streamOf(request, sample.index), position, 'code', 'shift'));
      const applied = applyChain(logits, contextAt(request, sample.index, sample.tokens), chain, state.chain);
      const token = draw(applied.probabilities, known.code, applied.order);
      let low = 0;
      for (const before of applied.order) {
        if (before === token) break;
        low += applied.probabilities[before]!;
      }
      const left = narrow(known, low, applied.probabilities[token]!);
      return {
        token,
        record: recordOf(logits, applied, token, known.code),
        state: { ...left, chain: observeChain(chain, state.chain, applied, token) },
      };
    });
  },
};
