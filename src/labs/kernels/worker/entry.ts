// The kernel lab's worker: owns a device of its own, and measures, tunes, profiles and verifies on it, one at a time.
// The page is on the other side of kernelProtocol.ts.
import { createDevices, type Opened } from '../../../engine/devices.ts';
import { openBundled } from '../../../hub/bundled.ts';
import { NumbersLab } from '../engine/lab.ts';
import { appVersion } from '../../../engine/tuning/tuned.ts';
import { runVerify } from '../../../verify/index.ts';
import { createWeightLoader } from '../../../engine/diffusion/weights.ts';
import { cpuReport } from '../../../engine/worker/cpuReport.ts';
import { createDispatcher } from '../../../engine/worker/dispatch.ts';
import type { KernelRequests } from './protocol.ts';
import type { DeviceReport, FromWorker, ToWorker } from '../../../engine/worker/protocol.ts';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker<KernelRequests>>) => void) | null;
  postMessage(message: FromWorker<KernelRequests>, transfer?: Transferable[]): void;
};
const reportFor = (now: Opened): DeviceReport =>
  now.ctx ? { backend: 'webgpu', ...now.report } : cpuReport(now.why.message, now.why.hint);
const devices = createDevices(
  (state, reason, now) => scope.postMessage({ is: 'device', state, reason, report: now && reportFor(now) }),
  // Opened at once, not at the next request: the page shows when measuring can go on.
  () =>
    void lab.device().catch((e: unknown) =>
      scope.postMessage({
        is: 'device',
        state: 'failed',
        reason: e instanceof Error ? e.message : String(e),
        report: null,
      }),
    ),
);
const lab = new NumbersLab(devices.open, appVersion);

// In the build this file lies in assets/, beside which models/ is one folder up; the development server has both at the
// root.
const base = new URL(import.meta.env.DEV ? '/' : '../../../', self.location.href).href;
let tell: (text: string, fraction: number | null) => void = () => {};
const load = createWeightLoader(base, (text, fraction) => tell(text, fraction));

/** What is timed must be alone on the device: the newest of these ends the others. */
const alone = ['roofline', 'measure', 'tune', 'profile', 'verify'] as const;

const dispatch = createDispatcher<KernelRequests>(
  {
    async start({ kernels }) {
      const refused = await lab.order(kernels);
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
      tell = (text, fraction) => progress({ kind: 'status', text, fraction });
      return lab.profile(
        workload,
        { load, open: (id, s) => openBundled(base, { from: 'bundled', id }, s), progress },
        signal,
      );
    },
    verify({ sections }, progress, signal) {
      tell = () => {};
      return lab.verify(
        (ctx) =>
          runVerify(
            ctx,
            {
              version: appVersion,
              userAgent: navigator.userAgent,
              load,
              open: (id, s) => openBundled(base, { from: 'bundled', id }, s),
            },
            { sections, onProgress: progress, signal },
          ),
        signal,
      );
    },
    memory: () => Promise.resolve(lab.memory()),
    lose() {
      lab.ctx?.destroy();
      return Promise.resolve({});
    },
  },
  (message, transfer) => scope.postMessage(message, transfer),
  { ...Object.fromEntries(alone.map((kind) => [kind, alone])), resetTuning: ['tune'] },
);

scope.onmessage = ({ data }) => dispatch(data);
