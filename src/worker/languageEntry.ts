// The language worker: owns a device and the language models on it. The page is on the other side of languageProtocol.ts.
import { reportOf } from '../engine/report.ts';
import { conformance } from '../engine/language/conformance.ts';
import { describe, fitReport } from '../engine/language/describe.ts';
import { LanguageLab } from '../engine/language/lab.ts';
import { Inspector } from '../engine/language/inspect.ts';
import { RunMemory, runLanguage } from '../engine/language/run.ts';
import { createSources } from '../engine/language/sources.ts';
import { sweepLanguage } from '../engine/language/sweep.ts';
import { requestDevice, type GpuContext } from '../gpu/device.ts';
import { cpuReport } from './cpuReport.ts';
import { createDispatcher } from './dispatch.ts';
import type { LanguageRequests } from './languageProtocol.ts';
import type { DeviceReport, FromWorker, ToWorker } from './protocol.ts';

const scope = self as unknown as { onmessage: ((event: MessageEvent<ToWorker<LanguageRequests>>) => void) | null; postMessage(message: FromWorker<LanguageRequests>, transfer?: Transferable[]): void };
const tell = (state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceReport | null) => scope.postMessage({ is: 'device', state, reason, report });

/** The waits before a new device is asked for. */
const WAITS_MS = [0, 500, 2000] as const;
let forced = false, ever = false, report: DeviceReport | null = null;

async function open(): Promise<GpuContext | null> {
  const cpu = (message: string, hint: string) => {
    report = cpuReport(message, hint);
    if (ever) tell('failed', message, report);
    ever = true;
    return null;
  };
  if (forced) return cpu('The processor was asked for.', 'Compute on the GPU again from the device panel.');
  let fault: Error & { hint?: string } = new Error('no device');
  // At the start one refusal is an answer; after a loss the browser may need a moment.
  for (const wait of ever ? WAITS_MS : WAITS_MS.slice(0, 1)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      const ctx = await requestDevice();
      report = { backend: 'webgpu', ...(await reportOf(ctx)) };
      ctx.onLost((error) => {
        if (ctx !== lab.ctx) return;
        tell('lost', error.message, null);
        void lab.device().catch((e: unknown) => tell('failed', String(e), null));
      });
      if (ever) tell('recovered', '', report);
      ever = true;
      return ctx;
    } catch (error) {
      fault = error as Error;
    }
  }
  return cpu(ever ? 'The GPU did not come back after it was lost.' : fault.message, fault.hint ?? 'Reload the page to try again.');
}

// In the build this file lies in assets/, beside which models/ is one folder up; the development server has both at the root.
const base = new URL(import.meta.env.DEV ? '/' : '../', self.location.href).href;
const sources = createSources(base);
const lab = new LanguageLab(sources.open, open);
const memory = new RunMemory(), inspector = new Inspector();

const dispatch = createDispatcher<LanguageRequests>({
  async start({ forceCpu }) {
    forced = forceCpu;
    inspector.close();
    await lab.reset();
    ever = false;
    await lab.device();
    return report!;
  },
  async load({ source, format, files, token }, progress, signal) {
    inspector.close();
    return describe(await lab.use('target', source, format, { files, token }, progress, signal), lab);
  },
  async fit({ source, files, token }, _, signal) {
    await lab.device();
    return fitReport(lab, sources, source, { files, token }, signal);
  },
  run({ experiment, fingerprint }, progress, signal) {
    inspector.close();
    return runLanguage(lab, memory, experiment, fingerprint, progress, signal);
  },
  inspect: ({ experiment, place, before, token }, _, signal) => inspector.inspect(lab, experiment, place.contender, place.sample, before, token, signal),
  sweep: ({ experiment }, progress, signal) => sweepLanguage(lab, experiment, (point) => progress({ kind: 'point', point }), (event) => { if (event.kind === 'load') progress(event); }, signal),
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
}, (message, transfer) => scope.postMessage(message, transfer), { load: ['run', 'sweep', 'load', 'inspect'], run: ['run', 'sweep', 'inspect'], sweep: ['sweep', 'run', 'inspect'], unload: ['run', 'sweep', 'load', 'inspect'], start: ['run', 'sweep', 'load', 'inspect'], conformance: ['conformance'] });

scope.onmessage = ({ data }) => dispatch(data);
