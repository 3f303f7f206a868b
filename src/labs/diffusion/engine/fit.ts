// A contender fitted to the model at hand, on starts that no comparison sees.
import { throwIfCancelled } from '../../../core/cancel.ts';
import { meanHalfWidth } from '../../../metrics/intervals.ts';
import { quantile } from '../../../metrics/samples/paired.ts';
import type { OptimiserId } from '../../../optimisers/index.ts';
import { mean, type Candidate, type Evidence, type FitNews } from '../../../optimisers/types.ts';
import { formatBeginning } from '../../../samplers/contenders/beginning.ts';
import { tidyLevels } from '../../../samplers/contenders/levels.ts';
import type { ModelId } from '../../../models/index.ts';
import { contenderPlan, contenderSigmas } from '../config/contender.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { modelKey } from '../config/fitKey.ts';
import { fitParams, fitStart, freshRounds, optimiserOf, recipeParams, type FitParams } from '../config/fitPlan.ts';
import { soundPlan } from './attempt.ts';
import { fitProblem, fitRuns, fitSeeds, FitStopped } from './fitRuns.ts';
import type { Session } from './session.ts';

export { WalkTooLongError } from './fitRuns.ts';

export interface FitAsk {
  readonly experiment: Experiment;
  /** One of its contenders, by place. */
  readonly contender: number;
  readonly optimiser: OptimiserId;
  readonly params: FitParams;
}
export interface FitProgress {
  readonly fraction: number;
  /** Evaluations so far, of each sample. */
  readonly spent: number;
  readonly remainingMs: number | null;
  /** Where the search stands: mean distances on training and held-out starts. */
  readonly now: { readonly train: number; readonly valid: number } | null;
  /** What is best on held-out starts so far, complete: whoever hears of it can keep it whatever comes. */
  readonly best: { readonly contender: Contender; readonly train: number; readonly valid: number } | null;
}
/** Distances on fresh starts. */
export interface Judged {
  readonly mean: number;
  readonly median: number;
}
export interface FitDone {
  /** What came of it; null where nothing was better than what there was, or where it was stopped before. */
  readonly contender: Contender | null;
  readonly stopped: boolean;
  readonly spent: number;
  /** Null where ends are no functions of starts. The gain is before − after, sample by sample, with 95 % of its mean. */
  readonly judged: {
    readonly starts: number;
    readonly before: Judged;
    readonly after: Judged;
    readonly gain: number;
    readonly half: number;
  } | null;
  readonly evidence: readonly Evidence[];
}

export class FitError extends Error {
  override readonly name = 'FitError';
  readonly hint = 'Change the contender, or choose another method.';
}

const judgedOf = (d: Float64Array): Judged => ({ mean: mean(d), median: quantile(d, 0.5) });
/** News come no faster than they are drawn, but for those of a better one. */
const NEWS_MS = 150;

/** `stopped`: whether the reader wants what there is by now. */
export async function runFit(
  session: Session,
  { experiment, contender: index, optimiser, params }: FitAsk,
  emit: (progress: FitProgress) => void,
  signal: AbortSignal,
  stopped: () => boolean = () => false,
): Promise<FitDone> {
  const { problem: shown } = await session.prepare(experiment, signal);
  const model = experiment.model as ModelId;
  const method = optimiserOf(optimiser);
  const original = experiment.contenders[index]!;
  const given = fitStart(original, optimiser, model);
  if ('refused' in given) throw new FitError(given.refused);
  const from: Contender = given;
  // A wrapper that was fitted to another model, or a plan with a number that no device can use, is told at once.
  soundPlan(from, experiment, shown.identity);
  const problem = await fitProblem(shown, signal);
  const { card } = problem.key;
  const seeds = fitSeeds(experiment.seed);
  const runs = fitRuns(problem, from, seeds, signal, stopped);
  const sigmas = contenderSigmas(from, model);
  const begun = formatBeginning(from);
  const others = recipeParams(optimiser, model, params);
  const recipe = {
    by: optimiser,
    model: modelKey(experiment, from, problem.about?.digest ?? shown.about?.digest),
    sampler: from.sampler,
    steps: from.steps,
    seed: experiment.seed,
    ...(Object.keys(others).length > 0 && { params: others }),
  };
  /** A candidate as a contender; of one whose levels are the schedule's own, the schedule stays. */
  function made(candidate: Candidate): Contender {
    const own = candidate.sigmas === sigmas && !candidate.asked;
    return {
      ...from,
      params: { ...from.params, ...candidate.params },
      ...(!own && { schedule: 'explicit', scheduleParams: {}, sigmas: tidyLevels(candidate.sigmas) }),
      ...(candidate.asked && { asked: tidyLevels(candidate.asked) }),
      // Of levels that were found, where the search for them began.
      fit: own || begun === undefined ? recipe : { ...recipe, from: begun },
    };
  }
  const start: Candidate = { sigmas, params: from.params };
  const began = performance.now();
  let [told, fraction] = [-Infinity, 0];
  let best: FitProgress['best'] = null;
  function hear(news: FitNews): void {
    fraction = news.fraction;
    if (news.best && news.best.candidate !== start)
      best = { contender: made(news.best.candidate), train: news.best.train, valid: news.best.valid };
    const at = performance.now();
    if (at - told < NEWS_MS && !news.best && fraction > 0 && fraction < 1) return;
    told = at;
    const remainingMs = fraction > 0.01 ? ((at - began) / fraction) * (1 - fraction) : null;
    emit({ fraction, spent: runs.spent(), remainingMs, now: news.now ?? null, best });
  }

  let evidence: readonly Evidence[] = [];
  let ended = false;
  try {
    const found = await method.fit(
      {
        range: card.range,
        steps: from.steps,
        dim: card.shape.dim,
        start,
        seed: seeds.train,
        walk: runs.walk,
        states: runs.states,
        noised: runs.noised,
        distances: (candidate, on) => runs.distances(made(candidate), seeds[on]),
        progress: hear,
      },
      fitParams(optimiser, model, params),
    );
    evidence = found.evidence ?? [];
    if (found !== start) best = { ...(best ?? { train: NaN, valid: NaN }), contender: made(found) };
  } catch (error) {
    if (!(error instanceof FitStopped)) throw error;
    ended = true;
  }
  throwIfCancelled(signal);
  let judging = 0;
  const contender = (best as FitProgress['best'])?.contender ?? null;
  const judged = contender && !contenderPlan(contender, model).stochastic ? await judge(contender) : null;
  return { contender, stopped: ended, spent: runs.spent() + judging, judged, evidence };

  /** Beside what the reader had, on the same fresh starts. */
  async function judge(after: Contender): Promise<FitDone['judged']> {
    if (contenderPlan(original, model).stochastic) return null;
    const fresh = fitRuns(problem, from, seeds, signal, () => false);
    const rounds = freshRounds(experiment);
    const [old, now]: [number[], number[]] = [[], []];
    for (let k = 0; k < rounds; k++) {
      const seed = (seeds.fresh + k) >>> 0;
      old.push(...(await fresh.distances(original, seed)));
      now.push(...(await fresh.distances(after, seed)));
    }
    const gains = old.map((v, i) => v - now[i]!);
    judging = fresh.spent();
    return {
      starts: gains.length,
      before: judgedOf(Float64Array.from(old)),
      after: judgedOf(Float64Array.from(now)),
      gain: mean(gains),
      half: meanHalfWidth(gains),
    };
  }
}
