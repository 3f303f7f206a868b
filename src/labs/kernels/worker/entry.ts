// The kernel lab's worker: owns a device of its own, and measures, tunes, profiles and verifies on it, one at a time.
// The page is on the other side of protocol.ts.
import { openBundled } from '../../../hub/bundled.ts';
import { languageModels } from '../../../models/language.ts';
import { NumbersLab } from '../engine/lab.ts';
import { appVersion } from '../../../engine/tuning/tuned.ts';
import { addVerdicts, verdictsOf } from '../../../engine/tuning/verified.ts';
import { runVerify } from '../../../verify/index.ts';
import { createWeightLoader } from '../../../engine/diffusion/weights.ts';
import { reportFor, workerSide } from '../../../engine/worker/serve.ts';
import type { KernelRequests } from './protocol.ts';

const side = workerSide<KernelRequests>();
// Opened at once, not at the next request: the page shows when measuring can go on.
const devices = side.devices(() => lab.device());
const lab = new NumbersLab(devices.open, appVersion);

let emit: (text: string, fraction: number | null) => void = () => {};
const load = createWeightLoader(side.base, (text, fraction) => emit(text, fraction));

/** What is timed must be alone on the device: the newest of these ends the others. */
const alone = ['roofline', 'measure', 'tune', 'profile', 'verify'] as const;

side.serve(
  {
    async start({ kernels }) {
      const refused = await lab.override(kernels);
      return { report: reportFor(devices.now!), refused, families: lab.families(), tuning: lab.tuning };
    },
    roofline: ({ afresh }, progress, signal) => lab.roofline(afresh, progress, signal),
    measure: async ({ family, versions, shape, samples }, progress, signal) => ({
      results: await lab.measure(family, versions, shape, samples, progress, signal),
    }),
    sources: async ({ family, version, shape }) => ({ dispatches: await lab.sources(family, version, shape) }),
    tune: ({ families }, progress, signal) => lab.tune(families, progress, signal),
    async resetTuning() {
      await lab.resetTuning();
      return {};
    },
    profile({ workload }, progress, signal) {
      emit = (text, fraction) => progress({ kind: 'status', text, fraction });
      return lab.profile(
        workload,
        { load, open: (id, s) => openBundled(side.base, { from: 'bundled', id }, languageModels[id], s), progress },
        signal,
      );
    },
    verify({ sections }, progress, signal) {
      emit = () => {};
      return lab.verify(async (ctx) => {
        const report = await runVerify(
          ctx,
          {
            version: appVersion,
            userAgent: navigator.userAgent,
            load,
            open: (id, s) => openBundled(side.base, { from: 'bundled', id }, languageModels[id], s),
          },
          { sections, onProgress: progress, signal },
        );
        // The other labs tell it beside each sampler.
        await addVerdicts(ctx.info, verdictsOf(report.cases, report.at));
        return report;
      }, signal);
    },
    memory: () => Promise.resolve(lab.memory()),
    lose() {
      lab.lose();
      return Promise.resolve({});
    },
  },
  { ...Object.fromEntries(alone.map((kind) => [kind, alone])), resetTuning: ['tune'] },
);
