/**
 * Conformance of the stages, as tests and as a button on the page: (a) cases one can do by hand, (b) random logits
 * against a definition written a second time, (c) a G-test of many draws against the exact distribution. Pure and
 * deterministic.
 */
import { detectableBias, gTest } from '../../math/chiSquare.ts';
import { tokenUniform } from '../../math/tokenUniform.ts';
import { uniforms } from '../../math/uniform.ts';
import { applyChain, startChain } from './chain.ts';
import { byHand, TEXTS, type HandCase } from './conformance/byHand.ts';
import { definitions } from './conformance/definitions.ts';
import { draw } from './draw.ts';
import type { Vocabulary } from './grammar/trie.ts';
import { stages, type StageId } from './stages.ts';
import type { Chain, StageContext } from './types.ts';

export { byHand, type HandCase } from './conformance/byHand.ts';

export interface Outcome {
  readonly passed: boolean;
  /** One or two sentences with the figures. */
  readonly details: string;
}
export interface ConformanceCase {
  /** e.g. `top_p/hand/2`. */
  readonly id: string;
  readonly title: string;
  /** The stage, or `chain` for several in a row. */
  readonly stage: StageId | 'chain';
  readonly kind: 'by hand' | 'definition' | 'draws';
  /** The row to show, of a case by hand. */
  readonly hand?: HandCase;
  /** Milliseconds to a fraction of a second. Never throws. */
  run(): Outcome;
}

/** Largest difference of a probability from its exact value that is rounding. */
export const TOLERANCE = 1e-12;
/** Draws of a G-test. */
export const DRAWS = 20000;
/**
 * Significance level of a G-test. Draws are keyed, so an outcome does not change from run to run; a correct stage fails
 * for one seed in a thousand.
 */
export const LEVEL = 0.001;
export const SEEDS = 24;

const normalise = (weights: readonly number[]) => {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
};
const shown = (p: ArrayLike<number>) => Array.from(p, (v) => Number(v.toFixed(4))).join(', ');
const guarded = (run: () => Outcome) => (): Outcome => {
  try {
    return run();
  } catch (error) {
    return { passed: false, details: `It threw: ${error instanceof Error ? error.message : String(error)}` };
  }
};

/** Largest |a − b|; Infinity when one is zero and the other is not, because then the kept sets differ. */
function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let worst = got.length === want.length ? 0 : Infinity;
  for (let i = 0; i < got.length; i++)
    worst = Math.max(worst, (got[i] === 0) !== (want[i] === 0) ? Infinity : Math.abs(got[i]! - want[i]!));
  return worst;
}

const utf8 = new TextEncoder();
const FOUR: Vocabulary = { size: TEXTS.length, bytes: (t) => utf8.encode(TEXTS[t]), endTokens: [] };

export function runHand(stage: StageId, hand: HandCase): Outcome {
  const context: StageContext = {
    history: hand.history ?? [],
    promptLength: hand.promptLength ?? 0,
    endTokens: hand.endTokens ?? [],
    uniform: () => hand.u ?? 0,
    text: (token) => TEXTS[token] ?? null,
    vocabulary: FOUR,
  };
  const chain: Chain = [{ stage, params: hand.params }];
  const logits = Float64Array.from(hand.logits ?? hand.p!.map(Math.log));
  const before = logits.slice();
  const got = applyChain(logits, context, chain, startChain(chain)).probabilities;
  const want = normalise(hand.expected);
  const off = distance(got, want);
  if (logits.some((l, i) => l !== before[i]))
    return { passed: false, details: 'The stage wrote into the logits it was given.' };
  return {
    passed: off <= TOLERANCE,
    details:
      off <= TOLERANCE ? `${shown(got)}: as by hand.` : `${shown(got)} instead of ${shown(want)}. ${hand.because}`,
  };
}

interface Random {
  readonly logits: number[];
  readonly context: StageContext;
  readonly params: Record<string, number | string | boolean>;
}

/**
 * Random logits of 5 to 200 tokens, every third seed rounded so that many tie, with removed tokens and a history that
 * repeats itself.
 */
export function randomCase(stage: StageId, seed: number, size?: number): Random {
  const u = uniforms(seed, 1, 2000);
  const vocab = size ?? 5 + Math.floor(196 * u[0]! ** 2);
  const spread = 1 + 4 * u[1]!;
  const logits = Array.from({ length: vocab }, (_, i) => {
    if (seed % 4 === 3 && i % 7 === 6) return -Infinity;
    const l = spread * (u[100 + i]! + u[400 + i]! + u[700 + i]! - 1.5) * 2;
    return seed % 3 === 2 ? Math.round(l * 2) / 2 : l;
  });
  const used = Math.min(vocab, 4);
  const length = Math.floor(60 * u[2]!);
  const text = (token: number) => (token === 2 ? 'xy' : 'a');
  return {
    logits,
    context: {
      history: Array.from({ length }, (_, i) => Math.floor(used * u[1000 + i]!)),
      promptLength: Math.floor(length * u[3]!),
      endTokens: [1, 3],
      uniform: () => u[4]!,
      text,
      vocabulary: {
        size: vocab,
        // Tokens of no history have texts of their own.
        bytes: (t) => utf8.encode(t < used ? text(t) : ['b', 'c', 'bc'][t % 3]),
        endTokens: [],
      },
    },
    params: definitions[stage].params((i) => u[10 + i]!),
  };
}

const exact = (stage: StageId, logits: readonly number[], context: StageContext, params: object) =>
  normalise(definitions[stage].weights(logits, context, params as never));

function runDefinition(stage: StageId): Outcome {
  let worst = 0;
  let kept = 0;
  let vocab = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { logits, context, params } = randomCase(stage, seed);
    const chain: Chain = [{ stage, params }];
    const got = applyChain(Float64Array.from(logits), context, chain, startChain(chain)).probabilities;
    const want = exact(stage, logits, context, params);
    const off = distance(got, want);
    if (off > TOLERANCE)
      return {
        passed: false,
        details: `Seed ${seed}, ${logits.length} tokens, ${JSON.stringify(params)}: ${off === Infinity ? `it keeps ${got.filter((p) => p > 0).length} tokens and the definition ${want.filter((p) => p > 0).length}` : `a probability is off by ${off.toExponential(1)}`}.`,
      };
    worst = Math.max(worst, off);
    kept += got.filter((p) => p > 0).length;
    vocab += logits.length;
  }
  return {
    passed: true,
    details: `${SEEDS} random rows, ${kept} of ${vocab} tokens kept, the same ones as by definition; largest difference of a probability ${worst.toExponential(1)}.`,
  };
}

/** G-test of `DRAWS` tokens of a chain, drawn as in a run, against `want`. */
function runDraws(
  chain: Chain,
  logits: readonly number[],
  context: StageContext,
  want: readonly number[],
  seed: number,
): Outcome {
  const counts = new Float64Array(logits.length);
  const row = Float64Array.from(logits);
  const state = startChain(chain);
  for (let sample = 0; sample < DRAWS; sample++) {
    const keyed: StageContext = {
      ...context,
      uniform: (purpose) => tokenUniform(seed, sample, context.history.length, purpose),
    };
    const { probabilities, order } = applyChain(row, keyed, chain, state);
    counts[draw(probabilities, keyed.uniform('draw'), order)]!++;
  }
  const { g, degrees, p } = gTest(counts, want);
  const bias = detectableBias(DRAWS, degrees, LEVEL);
  return {
    passed: p >= LEVEL,
    details: `${DRAWS} draws: G = ${g.toFixed(1)} on ${degrees} degrees of freedom, p = ${p.toPrecision(2)}. Any bias of ${(100 * bias).toFixed(1)} % of the mass or more would be found with probability 0.8.`,
  };
}

/** The exact distribution: of a stage that draws for itself the mixture of what it does below and above its chance. */
function mixture(stage: StageId, { logits, context, params }: Random): number[] {
  if (stage !== 'xtc') return exact(stage, logits, context, params);
  const chance = Number(params.probability);
  const [acts, rests] = [0, 1 - 2 ** -24].map((u) => exact(stage, logits, { ...context, uniform: () => u }, params));
  return acts!.map((v, i) => chance * v + (1 - chance) * rests![i]!);
}

/**
 * The first random row whose outcome has at least four tokens with enough mass to be tested: a G-test of one token
 * would say nothing.
 */
function lively(stage: StageId): { random: Random; want: number[] } {
  for (let seed = 5; seed < 500; seed++) {
    const random = randomCase(stage, seed, 16);
    const want = mixture(stage, random);
    if (want.filter((p) => p > 0.001).length >= 4) return { random, want };
  }
  throw new Error(`No random row leaves ${stage} four tokens with mass: widen its random parameters.`);
}

/**
 * A usual chain against its definitions one after the other. The stage that looks at the zero of the logits is first,
 * where the zero is the model's.
 */
const USUAL: readonly StageId[] = ['repetition_penalty', 'temperature', 'top_k', 'top_p', 'min_p'];

function runChain(): Outcome {
  const { logits, context } = randomCase('top_p', 7, 24);
  const chain = USUAL.map((stage) => ({
    stage,
    params: stage === 'top_p' ? { p: 0.97 } : randomCase(stage, 7, 24).params,
  }));
  const want = chain
    .reduce<readonly number[]>((row, { stage, params }) => exact(stage, row, context, params).map(Math.log), logits)
    .map(Math.exp);
  return runDraws(chain, logits, context, want, 7);
}

/** Every case, lazily: the page runs one after the other and shows the count; a stage without cases fails a test. */
export function* conformanceCases(): Generator<ConformanceCase> {
  for (const stage of Object.keys(stages) as StageId[]) {
    const { title } = stages[stage];
    for (const [i, hand] of byHand[stage].entries())
      yield {
        id: `${stage}/hand/${i + 1}`,
        title: `${title}: ${hand.because}`,
        stage,
        kind: 'by hand',
        hand,
        run: guarded(() => runHand(stage, hand)),
      };
    yield {
      id: `${stage}/definition`,
      title: `${title}: random logits against the definition`,
      stage,
      kind: 'definition',
      run: guarded(() => runDefinition(stage)),
    };
    yield {
      id: `${stage}/draws`,
      title: `${title}: ${DRAWS} draws against the exact distribution`,
      stage,
      kind: 'draws',
      run: guarded(() => {
        const { random, want } = lively(stage);
        return runDraws([{ stage, params: random.params }], random.logits, random.context, want, 5);
      }),
    };
  }
  yield {
    id: 'chain/draws',
    title: `A chain of ${USUAL.length} stages: ${DRAWS} draws against the exact distribution`,
    stage: 'chain',
    kind: 'draws',
    run: guarded(runChain),
  };
}
