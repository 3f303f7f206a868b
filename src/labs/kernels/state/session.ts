// The life of the kernel lab: read the address, start the worker, measure what the view shows first.
import { formatKernelChoices } from '../../../frame/config/kernelChoices.ts';
import { changesResult } from '../../../frame/config/affects.ts';
import { kernelAffects } from '../config/experiment.ts';
import { viewMenu } from '../config/menus.ts';
import { createLabLife } from '../../../frame/state/life.ts';
import { address, checkAgainstCatalogue } from './address.ts';
import { connect, connection } from './connection.ts';
import { present, undoable } from './experimentStore.ts';
import { cancelMeasure } from './measure.ts';
import { notices } from './notices.ts';
import { opening } from './opening.ts';
import { stopProfile } from './profile.ts';
import { cancelRoofline } from './roofline.ts';
import { forgetSource } from './sources.ts';
import { cancelTune } from './tune.ts';
import { cancelVerify } from './verify.ts';

/** Starts the worker afresh. */
export async function restart(): Promise<void> {
  cancelAll();
  forgetSource();
  const gpu = await connect(present().kernels);
  checkAgainstCatalogue();
  address.write();
  if (gpu) await opening();
}

export function boot(): void {
  createLabLife({
    lab: 'kernels',
    title: ({ view, family }) =>
      view === 'kernels' ? `${family} kernels` : viewMenu.find((v) => v.id === view)!.title,
    experiment: undoable,
    address,
    notices,
    changesResult: (now, before) => changesResult(now, before, kernelAffects),
    edited(now, before) {
      if (before.view === 'time' && now.view !== 'time') stopProfile();
      const forced = formatKernelChoices(now.kernels) !== formatKernelChoices(before.kernels);
      if (forced && connection.client()) void connect(now.kernels, false);
      if (now.view !== before.view) void opening();
    },
    // Another lab gets the machine to itself; what was measured stays.
    stop: cancelAll,
  }).begin();
  void restart();
}

export function cancelAll(): void {
  cancelMeasure();
  cancelRoofline();
  stopProfile();
  cancelTune();
  cancelVerify();
}
