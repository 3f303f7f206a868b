// The worker: owns the device, runs experiments, survives a lost GPU. The page is on the other side of protocol.ts.
import { createWeightLoader } from '../../../engine/diffusion/weights.ts';
import { reportFor, workerSide } from '../../../engine/worker/serve.ts';
import type { Experiment } from '../config/experiment.ts';
import { loadWrappers, wrapped } from '../config/wrapping.ts';
import { DiffusionLab } from '../engine/lab.ts';
import { runExperiment } from '../engine/run.ts';
import type { Session } from '../engine/session.ts';
import { runSweep } from '../engine/sweep.ts';
import { newestRun, type Requests } from './protocol.ts';

const side = workerSide<Requests>();
let emit: (text: string, fraction: number | null) => void = () => {};
const load = createWeightLoader(side.base, (text, fraction) => emit(text, fraction));
/** Fits up to this number are to end, whether they have begun or not. */
let endedFits = 0;
/** The same of noise searches. */
let endedSeeks = 0;
const devices = side.devices(() => lab.device());
const lab = new DiffusionLab(devices.open, load, (text, fraction) => emit(text, fraction));

/** As the lab does, once the wrappers that an experiment names are here. */
async function using<T>(
  experiment: Pick<Experiment, 'contenders'>,
  task: (session: Session) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  if (wrapped(experiment)) await loadWrappers();
  return lab.using(task, signal);
}

side.serve(
  {
    async start({ forceCpu }) {
      devices.reset(forceCpu);
      await lab.device();
      return { report: reportFor(devices.now!) };
    },
    run: ({ experiment, fingerprint }, progress, signal) => {
      emit = (text, fraction) => progress({ kind: 'status', part: 'loading', text, fraction });
      const alive = () => lab.alive();
      return using(
        experiment,
        (session) => runExperiment(session, experiment, fingerprint, progress, signal, alive),
        signal,
      );
    },
    sweep: ({ experiment, follow }, progress, signal) => {
      emit = (text, fraction) => progress({ kind: 'status', text, fraction: fraction ?? 0, remainingMs: null });
      const alive = () => lab.alive();
      return using(experiment, (session) => runSweep(session, experiment, progress, signal, alive, follow), signal);
    },
    // What few visits ask for is loaded when it is asked for.
    search: async (ask, progress, signal) => {
      const { runSearch } = await import('../engine/search.ts');
      return lab.using((session) => runSearch(session, ask, progress, signal, () => lab.alive()), signal);
    },
    wrapFit: async (ask, progress, signal) => {
      const { runWrapFit } = await import('../engine/wrapFit.ts');
      return lab.using((session) => runWrapFit(session, ask, progress, signal), signal);
    },
    fit: async (ask, progress, signal) => {
      const { runFit } = await import('../engine/fit.ts');
      const stopped = () => ask.ticket <= endedFits;
      return using(ask.experiment, (session) => runFit(session, ask, progress, signal, stopped), signal);
    },
    endFit: ({ ticket }) => {
      endedFits = ticket;
      return Promise.resolve({});
    },
    seek: async (ask, progress, signal) => {
      const { runSeek } = await import('../engine/seek.ts');
      emit = (text, fraction) => progress({ kind: 'status', text, fraction: fraction ?? 0, remainingMs: null });
      const stopped = () => ask.ticket <= endedSeeks;
      const contenders = [ask.setup.base];
      return using(
        { contenders },
        (session) => runSeek(session, ask, progress, signal, stopped, () => lab.alive()),
        signal,
      );
    },
    endSeek: ({ ticket }) => {
      endedSeeks = ticket;
      return Promise.resolve({});
    },
    likelihood: async (ask, progress, signal) => {
      const { runLikelihood } = await import('../engine/likelihood.ts');
      return lab.using((session) => runLikelihood(session, ask, load, progress, signal, () => lab.alive()), signal);
    },
    split: async ({ experiment }, progress, signal) => {
      const { runSplit } = await import('../engine/split.ts');
      return lab.using((session) => runSplit(session, experiment, progress, signal, () => lab.alive()), signal);
    },
    grid: async (ask, progress, signal) => {
      const { resumable, runGrid } = await import('../engine/grid.ts');
      emit = (_, fraction) => progress({ kind: 'status', done: 0, of: 0, fraction: fraction ?? 0, remainingMs: null });
      const { rest, emit: tell } = resumable(ask, progress);
      const alive = () => lab.alive();
      return lab.using((session) => runGrid(session, rest(), tell, signal, alive), signal);
    },
    verified: async ({ check }, _, signal) =>
      (await import('../../../verify/answer.ts')).answerVerified(await lab.device(), check, signal),
    task: async (ask, progress, signal) => {
      const { runTask } = await import('../engine/task.ts');
      emit = (text, fraction) => progress({ kind: 'status', text, fraction });
      const alive = () => lab.alive();
      return lab.using((session) => runTask(session, load, ask, progress, signal, alive), signal);
    },
    distil: async (ask, progress, signal) => {
      const { runDistil } = await import('../engine/distil.ts');
      emit = (text, fraction) => progress({ kind: 'status', text, fraction });
      const alive = () => lab.alive();
      return lab.using((session) => runDistil(session, load, ask, progress, signal, alive), signal);
    },
    sequences: async (ask, progress, signal) => {
      const { runSequences } = await import('../engine/sequences.ts');
      emit = (text, fraction) => progress({ kind: 'status', text, fraction });
      return runSequences(load, ask, progress, signal);
    },
    discrete: async (ask, progress, signal) =>
      (await import('../engine/discrete.ts')).runDiscrete(ask, progress, signal),
    memory: () => Promise.resolve(lab.memory()),
    lose: async () => {
      lab.lose();
      return {};
    },
  },
  newestRun,
);
