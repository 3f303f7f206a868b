// The life of the kernel lab: read the address, start the worker, measure what the view shows first.
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { inLab, keepHash, labStore } from '../../../frame/state/labStore.ts';
import { presentHash, readAddress, settleAddress, writeAddress } from './address.ts';
import { connect, connection, hasGpu, kernelDevice } from './connection.ts';
import { kernelStore, present } from './experimentStore.ts';
import { cancelMeasure, measure, measured } from './measure.ts';
import { asFailure, dismiss, notifyFailure } from './notices.ts';
import { profileStore, stopProfile } from './profile.ts';
import { cancelRoofline, rooflineStore, wantRoofline } from './roofline.ts';
import { forgetSource } from './sources.ts';
import { cancelTune, tuneStore } from './tune.ts';
import { cancelVerify, verifyStore } from './verify.ts';

const DEBOUNCE_MS = 200;
let timer = 0;

const busy = () =>
  [measured, rooflineStore, profileStore, tuneStore, verifyStore].some((s) => s.getState().phase === 'running');

/**
 * The limits of the device come by themselves where they are shown; the first table does too, at the shape that stands
 * there.
 */
async function opening(): Promise<void> {
  const { view, shape } = present();
  if (!hasGpu() || busy() || (view !== 'kernels' && view !== 'roofline')) return;
  await wantRoofline();
  if (
    rooflineStore.getState().roofline &&
    view === 'kernels' &&
    shape === null &&
    present().view === 'kernels' &&
    !busy() &&
    Object.keys(measured.getState().results).length === 0
  )
    await measure();
}

/** Starts the worker afresh. */
export async function restart(): Promise<void> {
  cancelAll();
  forgetSource();
  const gpu = await connect(present().kernels);
  settleAddress();
  writeAddress();
  if (gpu) await opening();
}

export function boot(): void {
  readAddress(true);
  kernelStore.subscribe(({ experiment: now }, { experiment: before }) => {
    if (now === before) return;
    if (before.view === 'time' && now.view !== 'time') stopProfile();
    const ordered = formatKernelChoices(now.kernels) !== formatKernelChoices(before.kernels);
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      timer = 0;
      writeAddress();
    }, DEBOUNCE_MS);
    if (ordered && connection()) void connect(now.kernels, false);
    if (now.view !== before.view) void opening();
  });
  // Coming back from another lab the address says what is here already.
  window.addEventListener('hashchange', () => inLab('kernels') && location.hash !== presentHash() && readAddress());
  labStore.subscribe((_, { lab: from }) => from === 'kernels' && leave());
  void restart();
}

export function cancelAll(): void {
  cancelMeasure();
  cancelRoofline();
  stopProfile();
  cancelTune();
  cancelVerify();
}
/** Another lab gets the machine to itself; what was measured stays. */
function leave(): void {
  if (timer !== 0) keepHash('kernels', presentHash());
  clearTimeout(timer);
  timer = 0;
  cancelAll();
}

/** Destroys the device on purpose; the worker tells what happens next. */
export async function loseDevice(): Promise<void> {
  dismiss('device');
  if (kernelDevice.getState().report)
    await connection()
      ?.ask('lose', {})
      .done.catch((thrown: unknown) => notifyFailure('device', asFailure(thrown)));
}
