// Noise searches on the model at hand: every search at every budget on the same starts, beside the plain sampler with the
// evaluations spent on steps, and judged by metrics that were not searched.
import { breathe } from '../../../core/cancel.ts';
import type { About } from '../../../engine/diffusion/about.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { labelsOf, sourceOf } from '../../../engine/diffusion/cpuDenoisers.ts';
import { oneCopy, type Judged } from '../../../engine/diffusion/copies.ts';
import type { Problem } from '../../../engine/diffusion/problem.ts';
import { Judge } from '../../../engine/diffusion/quality.ts';
import { carrierOf, runNoiseSearch, type Searched } from '../../../engine/diffusion/searchRun.ts';
import { picture, type Picture } from '../../../engine/diffusion/tiles.ts';
import { classEntropy, featureDistance, spreadOf } from '../../../metrics/diversity.ts';
import { exactTarget, targetLogDensity } from '../../../models/target.ts';
import { depthOf, nfe, workOfPlan } from '../../../samplers/diffusion/counting.ts';
import { searchContext } from '../../../search/context.ts';
import { searches } from '../../../search/index.ts';
import { SearchError, type NoiseSearch, type States } from '../../../search/types.ts';
import { verifiers } from '../../../search/verifiers/index.ts';
import type { Verifier } from '../../../search/verifiers/types.ts';
import { planFor } from '../config/contender.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { linesOf, totalEvaluations, type SeekSetup } from '../config/seekSetup.ts';
import type { SecondId } from '../config/seekWords.ts';
import { onProcessor } from '../config/fitPlan.ts';
import { attempts, soundPlan, type Dropped } from './attempt.ts';
import type { Session } from './session.ts';

export interface SeekAsk {
  readonly setup: SeekSetup;
  readonly ticket: number;
}
export type Seconds = Readonly<Partial<Record<SecondId, number>>>;
/** Of each start, on average. */
export interface SeekCost {
  readonly evaluations: number;
  readonly depth: number;
  /** In whole passes of the network: of a part its share, of a guided evaluation two. */
  readonly work: number;
  readonly verified: number;
  readonly wallMs: number;
}
/** One search at one budget from the starts of one seed. */
export interface SeekCell {
  /** Its line; 0 is the longer plain run. */
  readonly line: number;
  readonly budget: number;
  readonly seed: number;
  /** Mean of the verifier's scores. */
  readonly score: number;
  readonly second: Seconds;
  readonly cost: SeekCost;
  readonly perStep: readonly number[] | null;
  /** The ends of the first seed. */
  readonly after: Picture | null;
  /** Ended by the reader: the best by then. */
  readonly stopped: boolean;
}
export type SeekEvent =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number; readonly remainingMs: number | null }
  | {
      readonly kind: 'before';
      readonly before: Picture;
      readonly score: number;
      readonly second: Seconds;
      readonly evaluations: number;
      readonly depth: number;
      /** In whole passes of the network. */
      readonly work: number;
      readonly about: About | null;
    }
  | ({ readonly kind: 'cell' } & SeekCell)
  | { readonly kind: 'skipped'; readonly line: number; readonly budget: number; readonly because: string }
  | Dropped;

const none = () => Promise.reject(new Error('A closed form loads no weights.'));
const mean = (v: Float64Array): number => v.reduce((a, b) => a + b, 0) / v.length;

/** A closed form in the plane is answered by the processor before a GPU has begun. */
async function problemFor(session: Session, s: SeekSetup, signal: AbortSignal): Promise<Problem> {
  const { model, learned, samples, guidance, label } = s;
  // What its guidance and wrappers ask for is loaded beside.
  const experiment = { ...defaultExperiment(model), learned, samples, guidance, label, contenders: [s.base] };
  const { problem } = await session.prepare(experiment, signal, s.atOnce);
  return onProcessor(s) ? createCpuBackend(none).prepare({ ...problem.key, kernels: {} }, signal) : problem;
}

/** The verifier on this problem's samples. */
function scorer(problem: Judged, s: SeekSetup): (x: States) => Promise<Float64Array> {
  const { key } = problem;
  const verifier: Verifier = verifiers[s.verifier];
  const { shape, range } = key.card;
  const target = exactTarget(sourceOf(key));
  const wanted = verifier.needs === 'features' || verifier.needs === 'classes';
  const labels = labelsOf(key);
  return async (x) => {
    const seen = wanted ? await problem.features(Float32Array.from(x)) : null;
    return verifier.score(
      {
        x,
        n: x.length / shape.dim,
        dim: shape.dim,
        logDensity: target && ((rows) => targetLogDensity(target, rows, range.min)),
        logits: seen?.logits ?? null,
        classes: seen?.classes ?? 0,
        labels,
      },
      s.verifierParams,
    );
  };
}

/** Everything that was measured and not searched. */
async function seconds(problem: Judged, judge: Judge, x: States): Promise<Seconds> {
  const data = Float32Array.from(x);
  const { dim, kind } = problem.key.card.shape;
  const n = x.length / dim;
  const [known, seen] = [await judge.measure(data, null), await problem.features(data)];
  return {
    ...known,
    ...(seen && {
      class_entropy: classEntropy(seen.logits, n, seen.classes),
      feature_distance: featureDistance(seen.features, n, seen.real),
    }),
    ...(kind === 'image' && { spread: spreadOf(x, n, dim) }),
  };
}

export async function runSeek(
  session: Session,
  { setup: s }: SeekAsk,
  emit: (event: SeekEvent) => void,
  signal: AbortSignal,
  stopped: () => boolean = () => false,
  alive: () => boolean = () => true,
): Promise<{ readonly stopped: boolean }> {
  const wide = await problemFor(session, s, signal);
  // Refused in the words of every run where its wrappers were fitted elsewhere, or nothing of it could be carried out.
  soundPlan(s.base, s, wide.identity);
  const problem = oneCopy(wide);
  const { shape } = problem.key.card;
  const judge = new Judge(problem);
  const carrier = carrierOf(wide, signal);
  const score = scorer(problem, s);
  const lines = linesOf(s);
  const total = totalEvaluations(s) / s.samples;
  const began = performance.now();
  let [done, rested, told] = [0, began, -Infinity];
  async function tell(spent: number, text: string): Promise<void> {
    const now = performance.now();
    if (now - rested > 30) {
      await breathe();
      rested = performance.now();
    }
    if (now - told < 150) return;
    told = now;
    const fraction = Math.min(1, (done + spent) / total);
    const remainingMs = fraction > 0.02 ? ((now - began) / fraction) * (1 - fraction) : null;
    emit({ kind: 'status', text, fraction, remainingMs });
  }

  const size = { samples: s.samples, dim: shape.dim, atOnce: s.atOnce };
  const contextOf = (seed: number, budget: number) =>
    searchContext(s.base, planFor(s.model), { ...size, seed, budget });
  const plain = contextOf(s.seed, 0);
  const ops = plain.solve(plain.levels);
  const x0 = (await carrier.run(ops, [{ seed: s.seed }], ['x']))[0]!.x!;
  emit({
    kind: 'before',
    before: picture(Float32Array.from(x0), 0, shape),
    score: mean(await score(x0)),
    second: await seconds(problem, judge, x0),
    evaluations: nfe(ops),
    depth: depthOf(ops),
    work: workOfPlan(ops, carrier.passes, carrier.network),
    about: wide.about,
  });

  const trying = attempts(emit, alive);
  for (let repeat = 0; repeat < s.seeds; repeat++) {
    const seed = (s.seed + repeat) >>> 0;
    for (const budget of s.budgets)
      for (const [line, { search, params }] of lines.entries()) {
        if (stopped()) return { stopped: true };
        const method: NoiseSearch = searches[search];
        const text = `${method.title}, ${budget} evaluations, seed ${seed}`;
        await tell(0, text);
        const from = performance.now();
        const found = await trying.of(line, async () => {
          try {
            const made = method.search(contextOf(seed, budget), params);
            const progress = (spent: number) => tell(spent, text);
            return await runNoiseSearch(made, { carrier, seed, score, signal, stopped, progress });
          } catch (error) {
            if (!(error instanceof SearchError)) throw error;
            if (repeat === 0) emit({ kind: 'skipped', line, budget, because: error.message });
            return null;
          }
        });
        done += budget;
        if (!found) continue;
        emit({ kind: 'cell', line, budget, seed, ...(await cellOf(found, repeat === 0, performance.now() - from)) });
        if (found.stopped) return { stopped: true };
      }
  }
  return { stopped: false };

  async function cellOf({ x, scores, cost, perStep, stopped: ended }: Searched, first: boolean, wallMs: number) {
    return {
      score: mean(scores),
      second: await seconds(problem, judge, x),
      cost: {
        evaluations: mean(cost.evaluations),
        depth: mean(cost.depth),
        work: mean(cost.work),
        verified: mean(cost.verified),
        wallMs,
      },
      perStep: perStep ?? null,
      after: first || ended ? picture(Float32Array.from(x), 0, shape) : null,
      stopped: ended,
    };
  }
}
