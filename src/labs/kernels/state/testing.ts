// The kernel lab's stores at their beginning, before a worker that is made up: for tests.
import { connect, connection, kernelDevice } from './connection.ts';
import { defaultKernels } from '../config/fields.ts';
import type { KernelExperiment } from '../config/experiment.ts';
import { loadKernels, present } from './experimentStore.ts';
import { createFakeClient, type FakeOptions } from './fakeClient.ts';
import { catalogue } from './labStore.ts';
import { measured } from './measure.ts';
import { kernelNotices } from './notices.ts';
import { profileStore } from './profile.ts';
import { rooflineStore } from './roofline.ts';
import { tuneStore } from './tune.ts';
import { verifyStore } from './verify.ts';

export async function start(options: FakeOptions = {}, patch: Partial<KernelExperiment> = {}) {
  loadKernels({ ...defaultKernels(), ...patch });
  const client = createFakeClient(options);
  connection.put(client);
  await connect(present().kernels, false);
  return client;
}

export function clearStores(): void {
  const clear = <T>(store: { setState(state: T, replace: true): void; getInitialState(): T }) =>
    store.setState(store.getInitialState(), true);
  clear(measured);
  clear(rooflineStore);
  clear(profileStore);
  clear(tuneStore);
  clear(verifyStore);
  clear(catalogue);
  clear(kernelNotices);
  clear(kernelDevice);
}
