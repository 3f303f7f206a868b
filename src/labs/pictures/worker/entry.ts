// The pictures lab's worker: owns a device and the diffusion model on it. The page is on the other side of protocol.ts.
import { reportFor, workerSide } from '../../../engine/worker/serve.ts';
import { tunedChoices } from '../../../engine/tuning/tuned.ts';
import { diffusionModels } from '../../../hub/diffusionModels.ts';
import { formatSource } from '../../../hub/source.ts';
import { createSources } from '../../../hub/sources.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import type { Bench } from '../engine/bench.ts';
import { decodeSteps } from '../engine/decode.ts';
import { describe } from '../engine/describe.ts';
import { fitReport } from '../engine/fit.ts';
import { PicturesLab } from '../engine/lab.ts';
import { runPictures } from '../engine/run.ts';
import { startLatents } from '../engine/start.ts';
import { sweepPictures } from '../engine/sweep.ts';
import { newest, type PicturesRequests, type Pixels } from './protocol.ts';

const side = workerSide<PicturesRequests>();
const devices = side.devices(() => lab.device());
const sources = createSources(side.base, diffusionModels);
const lab = new PicturesLab(sources.open, devices.open, (ctx) => tunedChoices(ctx.info));

const modelOf = ({ model, format, kernels }: PicturesExperiment) => ({ source: model, format, kernels });
const latentsOf = (bench: Bench, e: PicturesExperiment, picture: Pixels | null, signal: AbortSignal) =>
  startLatents(bench, e, picture, signal);

side.serve(
  {
    async start({ forceCpu }) {
      devices.reset(forceCpu);
      await lab.reset();
      await lab.device();
      return { report: reportFor(devices.now!) };
    },
    load({ source, format, ...given }, progress, signal) {
      lab.remember(source, given);
      return lab.using(
        { source, format, kernels: {} },
        progress,
        (bench) => Promise.resolve(describe(source, bench)),
        signal,
      );
    },
    async fit({ source, ...given }, _, signal) {
      lab.remember(source, given);
      return fitReport(await lab.device(), sources, source, given, signal);
    },
    run: ({ experiment, fingerprint, picture }, progress, signal) =>
      lab.using(
        modelOf(experiment),
        progress,
        async (bench, remarks) => {
          const start = await latentsOf(bench, experiment, picture, signal);
          return runPictures(bench, { experiment, fingerprint, start, remarks }, progress, signal, () => lab.alive());
        },
        signal,
      ),
    sweep: ({ experiment, picture }, progress, signal) =>
      lab.using(
        modelOf(experiment),
        progress,
        async (bench) => {
          const start = await latentsOf(bench, experiment, picture, signal);
          return sweepPictures(bench, experiment, start, progress, signal, () => lab.alive());
        },
        signal,
      ),
    decode: ({ experiment, steps }, progress, signal) =>
      lab.using(
        modelOf(experiment),
        progress,
        async (bench) => {
          await decodeSteps(bench, experiment, steps, progress, signal);
          return {};
        },
        signal,
      ),
    // What few visits ask for is loaded when it is asked for.
    grid: async (ask, progress, signal) => {
      const { runGrid } = await import('../engine/grid.ts');
      const first = formatSource(ask.model);
      return runGrid((e, task) => lab.using(modelOf(e), progress, task, signal), ask, progress, signal, {
        alive: () => lab.alive(),
        // A grid fetches no model that the reader has not agreed to.
        here: async ({ model }) =>
          model.from !== 'hub' || formatSource(model) === first || (await sources.storedBytes(model)) > 0,
      });
    },
    best: ({ picture, ...ask }, progress, signal) =>
      lab.using(
        modelOf(ask.experiment),
        progress,
        async (bench) => {
          const { findBest } = await import('../engine/best.ts');
          const start = (e: PicturesExperiment) => latentsOf(bench, e, picture, signal);
          return findBest(bench, ask, start, progress, signal, () => lab.alive());
        },
        signal,
      ),
    change: ({ experiment }, _, signal) =>
      lab.using(
        modelOf(experiment),
        () => {},
        (bench) => bench.change(experiment, signal),
        signal,
      ),
    stored: () => sources.stored(),
    async forget({ key }) {
      await sources.forget(key);
      return {};
    },
    verified: async ({ check }, _, signal) =>
      (await import('../../../verify/answer.ts')).answerVerified(await lab.device(), check, signal),
    memory: () => Promise.resolve(lab.memory()),
    async unload() {
      await lab.unload();
      return {};
    },
    lose() {
      lab.lose();
      return Promise.resolve({});
    },
  },
  newest,
);
