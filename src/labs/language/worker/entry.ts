// The language worker: owns a device and the language models on it. The page is on the other side of
// languageProtocol.ts.
import { conformance } from '../engine/conformance.ts';
import { describe, fitReport } from '../engine/describe.ts';
import { createDevices, type Opened } from '../../../engine/devices.ts';
import { LanguageLab } from '../engine/lab.ts';
import { Inspector } from '../engine/inspect.ts';
import { RunMemory, runLanguage } from '../engine/run.ts';
import { createSources } from '../../../hub/sources.ts';
import { sweepLanguage } from '../engine/sweep.ts';
import { cpuReport } from '../../../engine/worker/cpuReport.ts';
import { tunedChoices } from '../../../engine/tuning/tuned.ts';
import { createDispatcher } from '../../../engine/worker/dispatch.ts';
import type { LanguageRequests } from './protocol.ts';
import type { DeviceReport, FromWorker, ToWorker } from '../../../engine/worker/protocol.ts';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker<LanguageRequests>>) => void) | null;
  postMessage(message: FromWorker<LanguageRequests>, transfer?: Transferable[]): void;
};
const reportFor = (now: Opened): DeviceReport =>
  now.ctx ? { backend: 'webgpu', ...now.report } : cpuReport(now.why.message, now.why.hint);
const devices = createDevices(
  (state, reason, now) => scope.postMessage({ is: 'device', state, reason, report: now && reportFor(now) }),
  // The models are brought back at once, not at the next request.
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

// In the build this file lies in assets/, beside which models/ is one folder up; the development server has both at the
// root.
const base = new URL(import.meta.env.DEV ? '/' : '../../../', self.location.href).href;
const sources = createSources(base);
const lab = new LanguageLab(sources.open, devices.open, (ctx) => tunedChoices(ctx.info));
const memory = new RunMemory();
const inspector = new Inspector();

const dispatch = createDispatcher<LanguageRequests>(
  {
    async start({ forceCpu }) {
      inspector.close();
      devices.reset(forceCpu);
      await lab.reset();
      await lab.device();
      return reportFor(devices.now!);
    },
    async load({ source, format, files, token }, progress, signal) {
      inspector.close();
      return describe(await lab.use('target', source, format, { files, token }, progress, signal), lab);
    },
    async fit({ source, files, token }, _, signal) {
      await lab.device();
      return fitReport(lab, sources, source, { files, token }, signal);
    },
    run({ experiment, fingerprint, fresh }, progress, signal) {
      if (fresh) memory.clear();
      inspector.close();
      return runLanguage(lab, memory, experiment, fingerprint, progress, signal);
    },
    inspect: ({ experiment, place, before, token }, _, signal) =>
      inspector.inspect(lab, experiment, place.contender, place.sample, before, token, signal),
    sweep: ({ experiment }, progress, signal) =>
      sweepLanguage(
        lab,
        experiment,
        (point) => progress({ kind: 'point', point }),
        (event) => {
          if (event.kind === 'load') progress(event);
        },
        signal,
      ),
    conformance: (_, progress, signal) => conformance(progress, signal),
    stored: () => sources.stored(),
    async forget({ key }) {
      await sources.forget(key);
      return {};
    },
    memory: () => Promise.resolve(lab.memory()),
    async unload() {
      inspector.close();
      await lab.unload();
      return {};
    },
    lose() {
      lab.ctx?.destroy();
      return Promise.resolve({});
    },
  },
  (message, transfer) => scope.postMessage(message, transfer),
  {
    load: ['run', 'sweep', 'load', 'inspect'],
    run: ['run', 'sweep', 'inspect'],
    sweep: ['sweep', 'run', 'inspect'],
    unload: ['run', 'sweep', 'load', 'inspect'],
    start: ['run', 'sweep', 'load', 'inspect'],
    conformance: ['conformance'],
  },
);

scope.onmessage = ({ data }) => dispatch(data);
