// The language lab's worker: owns a device and the language models on it. The page is on the other side of protocol.ts.
import { ChatDesk, runChat } from '../engine/chat.ts';
import { conformance } from '../engine/conformance.ts';
import { describe, fitReport } from '../engine/describe.ts';
import { LanguageLab } from '../engine/lab.ts';
import { Inspector } from '../engine/inspect.ts';
import { runLanguage } from '../engine/run.ts';
import { RunMemory } from '../engine/runMemory.ts';
import { createSources } from '../../../hub/sources.ts';
import { sweepLanguage } from '../engine/sweep.ts';
import { tunedChoices } from '../../../engine/tuning/tuned.ts';
import { reportFor, workerSide } from '../../../engine/worker/serve.ts';
import type { LanguageRequests } from './protocol.ts';

const side = workerSide<LanguageRequests>();
const devices = side.devices(() => lab.device());
const sources = createSources(side.base);
const lab = new LanguageLab(sources.open, devices.open, (ctx) => tunedChoices(ctx.info));
const memory = new RunMemory();
const inspector = new Inspector();
const desk = new ChatDesk();
/** What was kept for the next request of its kind: another kind needs the room. */
const letGo = () => {
  inspector.close();
  desk.close();
};

side.serve(
  {
    async start({ forceCpu }) {
      letGo();
      devices.reset(forceCpu);
      await lab.reset();
      await lab.device();
      return { report: reportFor(devices.now!) };
    },
    async load({ source, format, files, token }, progress, signal) {
      letGo();
      return await describe(await lab.use('target', source, format, { files, token }, progress, signal), lab);
    },
    loss: async (_, __, signal) => ({ loss: await lab.loss(signal) }),
    async fit({ source, files, token }, _, signal) {
      await lab.device();
      return fitReport(lab, sources, source, { files, token }, signal);
    },
    run({ experiment, fingerprint, fresh }, progress, signal) {
      if (fresh) memory.clear();
      letGo();
      return runLanguage(lab, memory, experiment, fingerprint, progress, signal);
    },
    chat(ask, progress, signal) {
      inspector.close();
      return runChat(lab, desk, ask, progress, signal);
    },
    inspect: ({ experiment, place, before, token, typed }, _, signal) =>
      inspector.inspect(lab, experiment, place.contender, place.sample, before, token, signal, typed),
    sweep: ({ experiment }, progress, signal) =>
      sweepLanguage(
        lab,
        experiment,
        (point, fraction) => progress({ kind: 'point', point, fraction }),
        (event) => {
          if (event.kind === 'load') progress(event);
        },
        signal,
      ),
    conformance: (_, progress, signal) => conformance((result, of) => progress({ result, of }), signal),
    stored: () => sources.stored(),
    async forget({ key }) {
      await sources.forget(key);
      return {};
    },
    memory: () => Promise.resolve(lab.memory()),
    async unload() {
      letGo();
      await lab.unload();
      return {};
    },
    lose() {
      lab.lose();
      return Promise.resolve({});
    },
  },
  {
    load: ['run', 'chat', 'sweep', 'load', 'inspect', 'loss'],
    run: ['run', 'chat', 'sweep', 'inspect', 'loss'],
    chat: ['run', 'chat', 'sweep', 'inspect', 'loss'],
    sweep: ['sweep', 'run', 'chat', 'inspect', 'loss'],
    inspect: ['loss'],
    unload: ['run', 'chat', 'sweep', 'load', 'inspect', 'loss'],
    start: ['run', 'chat', 'sweep', 'load', 'inspect', 'loss'],
    conformance: ['conformance'],
  },
);
