// The runs of a search for the best contender, one after another on one problem.
import '../../../wrappers/index.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { searchNews, type SearchProgress } from '../../../engine/searchNews.ts';
import { searchBest, type Found } from '../../../experiments/search/search.ts';
import { metricFacts, type MetricId } from '../../../metrics/samples/facts.ts';
import { instructionsOf, type ContenderPlan } from '../../../samplers/contenders/contender.ts';
import { attempts, soundPlan } from './attempt.ts';
import type { Experiment } from '../config/experiment.ts';
import { initialSettings, neighbourSettings } from '../../../samplers/contenders/searchSpace.ts';
import { spaceOf, type SearchSpace, type Setting } from '../config/searchSpace.ts';
import type { Session } from './session.ts';

export interface SearchAsk {
  /** Its first contender is the baseline, with as many steps as the evaluations pay for. */
  readonly experiment: Experiment;
  readonly space: Omit<SearchSpace, 'model' | 'guide'>;
  readonly metric: MetricId;
  /** Runs in all. */
  readonly runs: number;
}
export type SearchEvent =
  | SearchProgress<Setting>
  /** A setting that gave no number, with the reason. */
  | { readonly kind: 'failed'; readonly setting: Setting; readonly because: string };

/** Settings that reach the validation, seeds of the first rung and of the validation, rounds of moves. */
export const SEARCH = { keep: 6, seeds: 2, validation: 10, rounds: 3 } as const;

function whyUndefined(title: string, { stochastic, stepwise }: Pick<ContenderPlan, 'stochastic' | 'stepwise'>): string {
  if (stochastic)
    return `${title} needs an end that is a function of the start, and this sampler draws noise on the way.`;
  if (stepwise) return `${title} needs a solution of many steps, and here more steps lead elsewhere.`;
  return `${title} is not defined for this run.`;
}

/** Runs until the finalists are told apart, or cannot be. Seeds follow the experiment's own. */
export async function runSearch(
  session: Session,
  { experiment, space: given, metric, runs }: SearchAsk,
  emit: (event: SearchEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<Found<Setting>> {
  const space = spaceOf({ ...given, model: experiment.model, guide: experiment.contenders[0]?.guide });
  const facts = metricFacts[metric];
  const { problem, references, judge } = await session.prepare(experiment, signal);
  const first = experiment.contenders[0];
  const news = searchNews<Setting>(runs, emit);
  let spent = 0;
  const search = searchBest<Setting>(
    {
      initial: initialSettings(space),
      baseline: first ? space.settingOf(first) : null,
      neighbours: (of, round) => neighbourSettings(of, round, space),
      better: facts.better,
      log: facts.log,
      runs,
      ...SEARCH,
    },
    news.told,
  );

  const valueOf = async (setting: Setting, seed: number): Promise<number | null> => {
    const plan = soundPlan(setting.contender, experiment, problem.identity);
    const done = await problem.run(instructionsOf(plan), { seed, signal });
    const solved = !plan.stochastic && !plan.stepwise;
    const reference = solved ? await references.get(seed, signal, setting.contender) : null;
    const value = (await judge.measure(done.x, reference))[metric];
    if (value === undefined)
      emit({
        kind: 'failed',
        setting,
        because: whyUndefined(facts.title, plan),
      });
    return value ?? null;
  };

  let next = search.next();
  while (!next.done) {
    throwIfCancelled(signal);
    const { candidate, seed } = next.value;
    const trying = attempts(({ because }) => emit({ kind: 'failed', setting: candidate, because }), alive);
    const value = await trying.of(0, () => valueOf(candidate, (experiment.seed + seed) >>> 0));
    spent++;
    news.ran();
    next = search.next(value);
  }
  return { ...next.value, spent };
}
