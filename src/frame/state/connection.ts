// A lab's worker and the device behind it: starting, losing, getting back. Each lab has one, with its own words.
import { createStore, type StoreApi } from 'zustand/vanilla';
import { Turns } from '../../core/turns.ts';
import { createClient, type Client } from '../../engine/worker/client.ts';
import type { DeviceReport, LabRequests } from '../../engine/worker/protocol.ts';
import { startingDevice, type DeviceState } from './deviceStore.ts';
import { answersMemory } from './memory.ts';
import { asFailure, type Teller } from './notices.ts';

/** What a lab says at the turns of its device's life; the frame says the rest. */
export interface DeviceWords<A extends string> {
  /** What the lab does, or cannot do, where there is no GPU. */
  readonly withoutGpu: string;
  /** What becomes of the work in hand when the GPU is lost. */
  readonly lost: string;
  /** Ends the sentence “The GPU was lost and is back”, e.g. ‘, and the model with it’. */
  readonly alsoBack: string;
  readonly recovered: string;
  /** When it does not come back. */
  readonly gone: string;
  /** What the reader may do when a device could not be started, and when it did not come back. */
  readonly ifNotStarted: readonly A[];
  readonly ifGone: readonly A[];
}

export interface ConnectionOptions<A extends string> {
  readonly lab: string;
  /** A fresh worker. Spelled out by each lab, because a bundler must see the path. */
  readonly openWorker: () => Worker;
  readonly notices: Teller<A | 'retryGpu'>;
  readonly words: DeviceWords<A | 'retryGpu'>;
}

export interface Connection<R extends LabRequests<R>> {
  readonly device: StoreApi<DeviceState>;
  /** The worker's client; null before the first start. */
  readonly client: () => Client<R> | null;
  /** Requests that must not overlap take turns; a fresh worker has nobody to wait for. */
  readonly turns: () => Turns;
  readonly hasGpu: () => boolean;
  /**
   * Starts a fresh worker, or tells the running one other settings (`afresh: false`). Resolves to its answer, or to null
   * when there is no device of any kind or a newer start took its place. `wantsCpu`: the reader asked for the processor
   * and knows why there is no GPU.
   */
  readonly start: (
    body: R['start']['in'],
    options?: { readonly afresh?: boolean; readonly wantsCpu?: boolean },
  ) => Promise<R['start']['out'] | null>;
  /** Destroys the device on purpose; the worker says what happens next. */
  readonly lose: () => Promise<void>;
  /** Puts another client in place of the worker's; for tests. */
  readonly put: (client: Client<R> | null) => void;
}

export function createConnection<R extends LabRequests<R>, A extends string>({
  lab,
  openWorker,
  notices: { notify, notifyFailure, dismiss },
  words,
}: ConnectionOptions<A>): Connection<R> {
  const device = createStore<DeviceState>(() => startingDevice);
  let worker: Worker | null = null;
  let client: Client<R> | null = null;
  let turns = new Turns();
  const hasGpu = () => client !== null && device.getState().report?.backend === 'webgpu';
  const empty = {} as Record<string, never>;
  answersMemory(lab, () => (hasGpu() ? client!.ask('memory', empty).done : undefined));

  function onDevice(state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceReport | null): void {
    device.setState((old) => ({ phase: state, reason, report: report ?? old.report }));
    const because = reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`;
    const what = `The GPU was lost${because}`;
    if (state === 'lost')
      notify({ kind: 'device', tone: 'warning', title: `${what}. Asking for a new one…`, hint: words.lost });
    else if (state === 'recovered')
      notify({ kind: 'device', title: `${what} and is back${words.alsoBack}.`, hint: words.recovered });
    else
      notify({
        kind: 'device',
        tone: 'error',
        title: reason || 'The GPU was lost and did not come back.',
        hint: words.gone,
        actions: words.ifGone,
      });
  }

  function openFresh(): Client<R> {
    worker?.terminate();
    worker = openWorker();
    turns = new Turns();
    return createClient<R>(worker, onDevice);
  }

  function tellAbout({ backend, why }: DeviceReport, wantsCpu: boolean): void {
    dismiss('device');
    if (backend === 'cpu' && !wantsCpu)
      notify({
        kind: 'device',
        tone: 'warning',
        title: why?.message ?? 'WebGPU is not available here.',
        lines: [words.withoutGpu],
        hint: why?.hint ?? '',
        actions: ['retryGpu'],
      });
  }

  return {
    device,
    client: () => client,
    turns: () => turns,
    hasGpu,
    put(other) {
      client = other;
      turns = new Turns();
    },
    async start(body, { afresh = true, wantsCpu = false } = {}) {
      if (afresh || !client) {
        client = openFresh();
        device.setState(startingDevice, true);
      }
      const mine = client;
      try {
        const answer = await mine.ask('start', body).done;
        if (mine !== client) return null;
        const { why, ...rest } = answer.report;
        const report: DeviceReport = why && !wantsCpu ? { ...rest, why } : rest;
        device.setState({ phase: 'ready', report, reason: '' });
        tellAbout(report, wantsCpu);
        return answer;
      } catch (thrown) {
        if (mine !== client) return null;
        const failure = asFailure(thrown);
        device.setState({ phase: 'failed', report: null, reason: failure.message });
        notifyFailure('device', failure, words.ifNotStarted);
        return null;
      }
    },
    async lose() {
      dismiss('device');
      if (!device.getState().report) return;
      await client?.ask('lose', empty).done.catch((thrown: unknown) => notifyFailure('device', asFailure(thrown)));
    },
  };
}
