// The worker: owns the device, runs experiments, survives a lost GPU. The page is on the other side of protocol.ts.
import { runExperiment } from '../engine/run.ts';
import { runSweep } from '../engine/sweep.ts';
import { createWeightLoader } from '../../../engine/diffusion/weights.ts';
import { createDispatcher } from '../../../engine/worker/dispatch.ts';
import { Machine } from './machine.ts';
import { newestRun, type Requests } from './protocol.ts';
import type { FromWorker, ToWorker } from '../../../engine/worker/protocol.ts';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker<Requests>>) => void) | null;
  postMessage(message: FromWorker<Requests>, transfer?: Transferable[]): void;
};

// In the build this file lies in assets/, beside which models/ is one folder up; the development server has both at the
// root.
const base = new URL(import.meta.env.DEV ? '/' : '../../../', self.location.href).href;
let tell: (text: string, fraction: number | null) => void = () => {};
const load = createWeightLoader(base, (text, fraction) => tell(text, fraction));
const machine = new Machine(load, (state, reason, report) =>
  scope.postMessage({ is: 'device', state, reason, report }),
);

const dispatch = createDispatcher<Requests>(
  {
    start: ({ forceCpu }) => machine.start(forceCpu),
    run: ({ experiment, fingerprint }, progress, signal) => {
      tell = (text, fraction) => progress({ kind: 'status', text, fraction });
      return machine.using((session) => runExperiment(session, experiment, fingerprint, progress, signal), signal);
    },
    sweep: ({ experiment }, progress, signal) => {
      tell = (text, fraction) => progress({ kind: 'status', text, fraction: fraction ?? 0, remainingMs: null });
      return machine.using((session) => runSweep(session, experiment, progress, signal), signal);
    },
    memory: () => Promise.resolve(machine.memory()),
    lose: async () => {
      machine.lose();
      return {};
    },
  },
  (message, transfer) => scope.postMessage(message, transfer),
  newestRun,
);

scope.onmessage = ({ data }) => dispatch(data);
