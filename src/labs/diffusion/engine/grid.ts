// The cells of a grid in this lab: those on one problem together, so that a model is prepared once.
import '../../../wrappers/index.ts';
import {
  gridJobs,
  runJobs,
  type CellJob,
  type CellMaker,
  type CellResult,
  type GridAsk,
  type GridEvent,
} from '../../../engine/grid.ts';
import { countedCost } from '../../../engine/diffusion/cost.ts';
import { picture } from '../../../engine/diffusion/tiles.ts';
import { cellRun, flowOf, nfeOf, type CellRun } from '../config/gridAxes.ts';
import { instructionsOf } from '../../../samplers/contenders/contender.ts';
import { soundPlan } from './attempt.ts';
import { problemKey, type Session } from './session.ts';

export { resumable } from '../../../engine/grid.ts';

/** Problems are told apart by their keys, but for the card that a model's name stands for. */
function problemText({ experiment }: CellRun): string {
  const key = problemKey(experiment);
  return JSON.stringify({ ...key, card: key.card.id });
}
export const cellMaker: CellMaker<CellRun> = {
  cellRun,
  nfe: nfeOf,
  samples: ({ experiment }) => experiment.samples,
  shared: problemText,
};

export async function runGrid(
  session: Session,
  ask: GridAsk<CellRun>,
  emit: (event: GridEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly cells: number }> {
  const jobs = await gridJobs(cellMaker, ask, emit, signal);
  return runJobs(jobs, (job) => runCell(session, job, ask.shown, signal), emit, signal, alive);
}

async function runCell(
  session: Session,
  { cell, made }: CellJob<CellRun>,
  shown: number,
  signal: AbortSignal,
): Promise<CellResult> {
  const { experiment, contender } = made;
  const { problem, references, judge } = await session.prepare(experiment, signal);
  const follow = flowOf(made);
  // What few ask for is loaded when it is asked for.
  const asked = follow && (await import('./likelihood.ts')).follower(session, problem, experiment, contender, follow);
  const plan = soundPlan(contender, experiment, problem.identity);
  const done = await problem.run(instructionsOf(plan), { seed: experiment.seed, signal });
  // What is guided has a solution of its own; what draws noise, or acts once a step, has none.
  const solved = !plan.stochastic && !plan.stepwise;
  const reference = solved ? await references.get(experiment.seed, signal, contender) : null;
  const quality = await judge.measure(done.x, reference);
  const followed = asked && (await asked(done.x, { seed: experiment.seed, signal }));
  const { shape, network = null } = problem.key.card;
  const { passes: main, workOfPass } = problem;
  const priced = { dim: shape.dim, passes: main, workOfPass, network };
  const { nfe, passes, work, depth, bytes, reads } = countedCost(done.ops, priced);
  return {
    cell,
    nfe,
    passes,
    costs: { work, depth, bytes, reads },
    quality: { ...quality, ...followed },
    picture: picture(done.x.slice(0, shown * shape.dim), 0, shape),
    gpuMs: done.gpuMs,
    wallMs: done.wallMs,
  };
}
